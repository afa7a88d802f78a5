package awsrules

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awscall"
)

// formBatch is a batch of the query protocol: PublishBatch of SNS, and the batches of SQS clients older than
// its JSON protocol. Entries are numbered members. The answer is XML.
type formBatch struct {
	call    *awscall.Call
	form    url.Values
	prefix  string   // the name of an entry's members, up to the number
	numbers []string // of the entries, in order
}

// entryMember matches "PublishBatchRequestEntries.member.3.Id" and "SendMessageBatchRequestEntry.3.Id".
var entryMember = regexp.MustCompile(`^([A-Za-z]*BatchRequestEntr(?:ies\.member|y)\.)(\d+)\.Id$`)

func newFormBatch(c *awscall.Call) batch {
	b := &formBatch{call: c, form: c.Form()}
	for name := range b.form {
		if m := entryMember.FindStringSubmatch(name); m != nil {
			b.prefix = m[1]
			b.numbers = append(b.numbers, m[2])
		}
	}
	slices.SortFunc(b.numbers, func(x, y string) int {
		i, _ := strconv.Atoi(x) // the pattern matches only digits
		j, _ := strconv.Atoi(y)
		return i - j
	})
	return b
}

func (b *formBatch) len() int                         { return len(b.numbers) }
func (b *formBatch) contentType(*http.Request) string { return "text/xml" }

func (b *formBatch) without(failed map[int]bool) ([]byte, error) {
	form := maps.Clone(b.form)
	kept := 0
	for i, number := range b.numbers {
		old := b.prefix + number + "."
		members := make(url.Values)
		for name, values := range b.form {
			if len(name) > len(old) && name[:len(old)] == old {
				members[name[len(old):]] = values
				delete(form, name)
			}
		}
		if failed[i] {
			continue
		}
		kept++ // the numbers must have no gaps
		for member, values := range members {
			form[fmt.Sprintf("%s%d.%s", b.prefix, kept, member)] = values
		}
	}
	return []byte(form.Encode()), nil
}

func (b *formBatch) report(sent []byte, failed map[int]bool) ([]byte, error) {
	op := b.call.Operation
	if sent == nil {
		sent = fmt.Appendf(nil, "<%[1]sResponse><%[1]sResult></%[1]sResult></%[1]sResponse>", op)
	}
	var out bytes.Buffer
	if b.call.Service == "sqs" { // its lists have no enclosing element
		at := bytes.Index(sent, []byte("</"+op+"Result>"))
		if at < 0 {
			return nil, errors.New("no result in the answer")
		}
		out.Write(sent[:at])
		b.writeFailed(&out, "BatchResultErrorEntry", failed)
		out.Write(sent[at:])
		return out.Bytes(), nil
	}
	// SNS: <Failed> is present, empty or absent.
	at := bytes.Index(sent, []byte("</Failed>"))
	switch {
	case at >= 0:
		out.Write(sent[:at])
		b.writeFailed(&out, "member", failed)
		out.Write(sent[at:])
		return out.Bytes(), nil
	case bytes.Contains(sent, []byte("<Failed/>")):
		sent = bytes.Replace(sent, []byte("<Failed/>"), nil, 1)
	}
	at = bytes.Index(sent, []byte("</"+op+"Result>"))
	if at < 0 {
		return nil, errors.New("no result in the answer")
	}
	out.Write(sent[:at])
	out.WriteString("<Failed>")
	b.writeFailed(&out, "member", failed)
	out.WriteString("</Failed>")
	out.Write(sent[at:])
	return out.Bytes(), nil
}

func (b *formBatch) writeFailed(out *bytes.Buffer, element string, failed map[int]bool) {
	e := errorOfEntry(b.call.Service)
	for i, number := range b.numbers {
		if failed[i] {
			fmt.Fprintf(out,
				"<%[1]s><Id>%[2]s</Id><SenderFault>%[3]t</SenderFault><Code>%[4]s</Code><Message>%[5]s</Message></%[1]s>",
				element, escape(b.form.Get(b.prefix+number+".Id")), e.status < 500, escape(e.code), escape(e.message))
		}
	}
}
