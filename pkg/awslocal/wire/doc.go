// Package wire encodes and decodes requests and answers: AWS JSON 1.0/1.1, its variant in CBOR, Smithy's
// RPC v2 in CBOR, the query protocol (form in, XML out), and REST-JSON.
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
// REST-JSON has some members outside of the body. Members that the path names are found by their names; of
// the others a rest tag says where they are:
//
//	Qualifier      string `rest:"query"`                        // ?Qualifier=
//	TagKeys        []string `rest:"query=tagKeys"`              // ?tagKeys=…&tagKeys=…
//	InvocationType string `rest:"header=X-Amz-Invocation-Type"` // of a request or an answer
//	Payload        []byte `rest:"payload"`                      // the whole body
//	StatusCode     int    `rest:"status"`                       // of an answer
//
// The package knows no service and no HTTP routing.
package wire
