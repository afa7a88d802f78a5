package awsrules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Partial fails a share of the entries of each batch. These entries are removed from the request, so that
// they certainly have no effect. The answer to the rest reports them as failed. It knows SendMessageBatch,
// DeleteMessageBatch, ChangeMessageVisibilityBatch, PublishBatch, PutRecords, PutEvents and BatchWriteItem.
// Other calls pass and don't count as hits.
//
// The share holds across batches: a third of batches of two fails 0, 1, 1, 0, … entries. The signature stays
// that of the whole batch. No emulator checks it; real AWS would reject it.
type Partial struct {
	Share float64 // of the entries; more than 0, at most 1
}

func (p Partial) validate() error {
	if !(p.Share > 0 && p.Share <= 1) {
		return fmt.Errorf("share of entries %v: want more than 0, at most 1", p.Share)
	}
	return nil
}

func (p Partial) apply(r *http.Request, x *exchange) (*http.Response, error) {
	b := batchOf(x.call)
	if b == nil || b.len() == 0 {
		x.active.missed()
		return x.next(r)
	}
	failed := x.active.choose(p.Share, b.len(), x.n)
	x.active.count(func(c *Counts) { c.Entries += b.len(); c.Failed += len(failed) })
	x.done()
	if len(failed) == 0 {
		return x.next(r)
	}
	h := make(http.Header)
	h.Set("X-Amzn-Requestid", x.requestID())
	if len(failed) == b.len() { // the service would refuse an empty batch
		body, err := b.report(nil, failed)
		if err != nil {
			return nil, err
		}
		h.Set("Content-Type", b.contentType(r))
		return response(r, http.StatusOK, h, body), nil
	}
	body, err := b.without(failed)
	if err != nil {
		return nil, err
	}
	x.replaceBody(r, body)
	answer, err := x.next(r)
	if err != nil || answer.StatusCode >= 300 {
		return answer, err // nothing took effect, or it is unknown: the same as for the whole batch
	}
	return merge(r, answer, b, failed)
}

// merge adds the failed entries to the answer to the rest.
func merge(r *http.Request, answer *http.Response, b batch, failed map[int]bool) (*http.Response, error) {
	sent, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil {
		return nil, err
	}
	body, err := b.report(sent, failed)
	if err != nil {
		return nil, fmt.Errorf("read answer to partial batch: %w", err)
	}
	h := answer.Header.Clone()
	h.Del("X-Amz-Crc32") // DynamoDB's checksum, of the original body
	return response(r, answer.StatusCode, h, body), nil
}

// choose picks which of n entries fail.
func (a *Active) choose(share float64, n int, call uint64) map[int]bool {
	a.mu.Lock()
	a.carried += share * float64(n)
	k := int(a.carried + 1e-9)
	a.carried -= float64(k)
	a.mu.Unlock()
	failed := make(map[int]bool, k)
	for draw := uint64(0); len(failed) < k; draw++ {
		failed[int(chance.Mix(a.seed+2, call<<16+draw)%uint64(n))] = true
	}
	return failed
}

// replaceBody gives the request another body.
func (x *exchange) replaceBody(r *http.Request, body []byte) {
	x.call.Body = body
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	if r.Header.Get("Content-Length") != "" {
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	r.Header.Set("Accept-Encoding", "identity") // the answer must be readable here
}

// batch is a request whose entries can fail one by one.
type batch interface {
	len() int
	// without returns the request without the failing entries.
	without(failed map[int]bool) ([]byte, error)
	// report returns the answer. sent is the answer to the rest, or nil if nothing was sent.
	report(sent []byte, failed map[int]bool) ([]byte, error)
	contentType(r *http.Request) string
}

// batchOf returns the call's batch, or nil.
func batchOf(c *awscall.Call) batch {
	switch c.Operation {
	case "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "PublishBatch":
		if c.Protocol == awscall.Query {
			return newFormBatch(c)
		}
		return newListBatch(c, "Entries", idReport{})
	case "PutRecords":
		return newListBatch(c, "Records", placeReport{answers: "Records", failures: "FailedRecordCount"})
	case "PutEvents":
		return newListBatch(c, "Entries", placeReport{answers: "Entries", failures: "FailedEntryCount"})
	case "BatchWriteItem":
		return newWriteBatch(c)
	}
	return nil
}

// errorOfEntry is the error of a failed entry: the service's own failure, which clients retry.
func errorOfEntry(service string) apiError {
	if service == "kinesis" {
		return throttleOf(service)
	}
	return failureOf(service)
}

// document is a JSON object that preserves unknown members.
type document map[string]json.RawMessage

func (d document) list(name string) (list []json.RawMessage, err error) {
	if raw, ok := d[name]; ok {
		err = json.Unmarshal(raw, &list)
	}
	return list, err
}

func (d document) set(name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	d[name] = raw
	return nil
}

func parseDocument(body []byte) (document, error) {
	d := make(document)
	if len(bytes.TrimSpace(body)) == 0 {
		return d, nil
	}
	err := json.Unmarshal(body, &d)
	return d, err
}

// listBatch is a JSON request with a list of entries.
type listBatch struct {
	call    *awscall.Call
	request document
	name    string
	entries []json.RawMessage
	reporter
}

// reporter writes failed entries into the answer to the others.
type reporter interface {
	add(answer document, b *listBatch, failed map[int]bool) error
}

func newListBatch(c *awscall.Call, name string, rep reporter) batch {
	request, err := parseDocument(c.Body)
	if err != nil {
		return nil
	}
	entries, err := request.list(name)
	if err != nil {
		return nil
	}
	return &listBatch{c, request, name, entries, rep}
}

func (b *listBatch) len() int                           { return len(b.entries) }
func (b *listBatch) contentType(r *http.Request) string { return r.Header.Get("Content-Type") }

func (b *listBatch) without(failed map[int]bool) ([]byte, error) {
	var kept []json.RawMessage
	for i, e := range b.entries {
		if !failed[i] {
			kept = append(kept, e)
		}
	}
	if err := b.request.set(b.name, kept); err != nil {
		return nil, err
	}
	return json.Marshal(b.request)
}

func (b *listBatch) report(sent []byte, failed map[int]bool) ([]byte, error) {
	answer, err := parseDocument(sent)
	if err != nil {
		return nil, err
	}
	if err := b.add(answer, b, failed); err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

// idReport is the answer of SQS and SNS: lists of successes and failures, by ID.
type idReport struct{}

func (idReport) add(answer document, b *listBatch, failed map[int]bool) error {
	list, err := answer.list("Failed")
	if err != nil {
		return err
	}
	e := errorOfEntry(b.call.Service)
	for i, entry := range b.entries {
		if !failed[i] {
			continue
		}
		var id struct {
			ID string `json:"Id"`
		}
		if err := json.Unmarshal(entry, &id); err != nil {
			return err
		}
		one, err := json.Marshal(map[string]any{
			"Id": id.ID, "SenderFault": e.status < 500, "Code": e.code, "Message": e.message,
		})
		if err != nil {
			return err
		}
		list = append(list, one)
	}
	return answer.set("Failed", list)
}

// placeReport is the answer of Kinesis and EventBridge: one result per entry, in order.
type placeReport struct{ answers, failures string }

func (p placeReport) add(answer document, b *listBatch, failed map[int]bool) error {
	sent, err := answer.list(p.answers)
	if err != nil {
		return err
	}
	if len(sent) != len(b.entries)-len(failed) {
		return errors.New("the service answered for another number of entries")
	}
	e := errorOfEntry(b.call.Service)
	one, err := json.Marshal(map[string]string{"ErrorCode": e.code, "ErrorMessage": e.message})
	if err != nil {
		return err
	}
	all := make([]json.RawMessage, 0, len(b.entries))
	for i := range b.entries {
		if failed[i] {
			all = append(all, one)
			continue
		}
		all, sent = append(all, sent[0]), sent[1:]
	}
	count := 0
	if raw, ok := answer[p.failures]; ok {
		if err := json.Unmarshal(raw, &count); err != nil {
			return err
		}
	}
	if err := answer.set(p.failures, count+len(failed)); err != nil {
		return err
	}
	return answer.set(p.answers, all)
}
