package meter

import "bytes"

// These functions search bodies without parsing them, since parsing a page of messages twice would cost more
// than all other counting. They are exact because a quote inside a JSON string is escaped: `"name":` can only
// be a member's name.

// members returns how many members of that name a JSON document has, at any depth.
func members(doc []byte, name string) int { return bytes.Count(doc, []byte(`"`+name+`":`)) }

// stringsOf calls do with each string member of that name, in its escaped form.
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
