// Package wire encodes and decodes requests and answers: AWS JSON 1.0/1.1, its variant in CBOR, and
// the query protocol (form in, XML out).
//
// A service describes its inputs and outputs once, as structs with json tags. The query
// protocol reads the same structs; where its names differ from JSON's, a field says so in a
// query tag:
//
//	Entries    []Entry           `json:"Entries" query:"SendMessageBatchRequestEntry,flat"`
//	Attributes map[string]string `json:"Attributes" query:"Attribute,flat,key=Name,value=Value"`
//	Tags       []Tag             `json:"Tags"` // Tags.member.N
//
// The tag's first word is the wire name (the json name if empty); flat drops the "member" or
// "entry" level between a list or map and its items; key and value name the two halves of a map's
// item ("key" and "value" by default).
//
// The package knows no service and no HTTP routing.
package wire
