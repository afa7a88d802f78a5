package meter

import (
	"bytes"
	"net/url"
)

// These look into bodies without parsing them, since parsing a page of messages twice would cost
// more than all other counting. They are exact because a quote inside a JSON string is escaped, so
// that `"name":` can only be a member's name; and because a form encodes & and = in its values.

// members returns how many members of that name a JSON document has, at any depth.
func members(doc []byte, name string) int { return bytes.Count(doc, []byte(`"`+name+`":`)) }

// stringsOf calls do with each member of that name that is a string, as it is spelled.
func stringsOf(doc []byte, name string, do func(value []byte)) {
	start := []byte(`"` + name + `":"`)
	for {
		at := bytes.Index(doc, start)
		if at < 0 {
			return
		}
		doc = doc[at+len(start):]
		end := bytes.IndexByte(doc, '"')
		if end < 0 {
			return
		}
		do(doc[:end])
		doc = doc[end:]
	}
}

// stringOf returns the first such member.
func stringOf(doc []byte, name string) (value []byte) {
	stringsOf(doc, name, func(v []byte) {
		if value == nil {
			value = v
		}
	})
	return value
}

// formValue returns a parameter of a form; empty if there is none.
func formValue(form []byte, name string) string {
	for pair := range bytes.SplitSeq(form, []byte("&")) {
		if value, ok := bytes.CutPrefix(pair, []byte(name+"=")); ok {
			v, _ := url.QueryUnescape(string(value))
			return v
		}
	}
	return ""
}
