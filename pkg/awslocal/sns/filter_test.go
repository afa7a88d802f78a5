package sns

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func attribute(dataType, text string) attributeValue {
	return attributeValue{DataType: dataType, StringValue: &text}
}

func TestFilterOnAttributes(t *testing.T) {
	attributes := map[string]attributeValue{
		"kind":  attribute("String", "order.created"),
		"price": attribute("Number", "100.50"),
		"tags":  attribute("String.Array", `["red", "blue", 7, true, null]`),
		"ip":    attribute("String", "10.0.0.255"),
		"blob":  {DataType: "Binary", BinaryValue: []byte{1}},
	}
	for policy, want := range map[string]bool{
		`{}`:                                                   true,
		`{"kind":["order.created"]}`:                           true,
		`{"kind":["order.deleted"]}`:                           false,
		`{"kind":["x","order.created"]}`:                       true,
		`{"kind":[{"prefix":"order."}]}`:                       true,
		`{"kind":[{"prefix":"created"}]}`:                      false,
		`{"kind":[{"suffix":".created"}]}`:                     true,
		`{"kind":[{"equals-ignore-case":"ORDER.created"}]}`:    true,
		`{"kind":[{"anything-but":"order.created"}]}`:          false,
		`{"kind":[{"anything-but":["a","b"]}]}`:                true,
		`{"kind":[{"anything-but":{"prefix":"order"}}]}`:       false,
		`{"none":[{"anything-but":"a"}]}`:                      false,
		`{"price":[100.5]}`:                                    true,
		`{"price":["100.50"]}`:                                 false,
		`{"price":[{"numeric":["=",100.5]}]}`:                  true,
		`{"price":[{"numeric":[">",100,"<=",100.5]}]}`:         true,
		`{"price":[{"numeric":["<",100.5]}]}`:                  false,
		`{"kind":[{"numeric":["<",100]}]}`:                     false,
		`{"price":[{"numeric":["=",100.500004]}]}`:             true, // five digits after the point count
		`{"price":[{"numeric":["=",100.50001]}]}`:              false,
		`{"price":[{"numeric":[">",100.499996]}]}`:             false,
		`{"price":[{"numeric":["<",100.50001]}]}`:              true,
		`{"price":[100.500004]}`:                               true,
		`{"price":[{"anything-but":[100.500004]}]}`:            false,
		`{"tags":["blue"]}`:                                    true,
		`{"tags":[7]}`:                                         true,
		`{"tags":[null]}`:                                      true,
		`{"tags":["green"]}`:                                   false,
		`{"kind":[{"exists":true}]}`:                           true,
		`{"kind":[{"exists":false}]}`:                          false,
		`{"none":[{"exists":false}]}`:                          true,
		`{"blob":[{"exists":true}]}`:                           true,
		`{"blob":["AQ=="]}`:                                    false,
		`{"ip":[{"cidr":"10.0.0.0/24"}]}`:                      true,
		`{"ip":[{"cidr":"10.0.1.0/24"}]}`:                      false,
		`{"kind":["order.created"],"price":[1]}`:               false,
		`{"$or":[{"kind":["x"]},{"price":[100.5]}]}`:           true,
		`{"$or":[{"kind":["x"]},{"price":[1]}]}`:               false,
		`{"$or":[{"kind":["x"]},{"price":[100.5]}],"a":["b"]}`: false,
	} {
		f, err := parseFilter(policy, false)
		require.NoError(t, err, policy)
		require.Equal(t, want, f == nil || f.matchAttributes(attributes), policy)
	}
}

func TestFilterOnBody(t *testing.T) {
	body := `{"order":{"id":7,"items":[{"sku":"a","n":1},{"sku":"b","n":2}],"paid":true,"note":null},"empty":[]}`
	for policy, want := range map[string]bool{
		`{"order":{"id":[7]}}`:                                     true,
		`{"order":{"id":["7"]}}`:                                   false,
		`{"order":{"paid":[true],"note":[null]}}`:                  true,
		`{"order":{"items":{"sku":["b"]}}}`:                        true,
		`{"order":{"items":{"sku":["c"]}}}`:                        false,
		`{"order":{"items":{"n":[{"numeric":[">=",2]}]}}}`:         true,
		`{"order":{"missing":[{"exists":false}]}}`:                 true,
		`{"empty":[{"exists":true}]}`:                              false,
		`{"$or":[{"order":{"id":[1]}},{"order":{"paid":[true]}}]}`: true,
	} {
		f, err := parseFilter(policy, true)
		require.NoError(t, err, policy)
		require.Equal(t, want, f.matchBody(body), policy)
		require.False(t, f.matchBody("not JSON"))
	}
}

func TestFilterPolicyErrors(t *testing.T) {
	for policy, want := range map[string]string{
		`[]`: "failed to parse JSON. Filter policy must be a JSON object",
		`{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}`: "Filter policy can not have more than 5 keys",
		`{"a":"b"}`: "\"a\" must be an object or an array",
		`{"a":[]}`:  "Empty arrays are not allowed",
		`{"a":{"b":["c"]}}`: "Filter policy scope MessageAttributes does not support nested " +
			"filter policy",
		`{"a":[["b"]]}`:                                "Match value must be String, number, true, false, or null",
		`{"a":[{"prefix":"b","suffix":"c"}]}`:          "Only one key allowed in match expression",
		`{"a":[{"prefix":1}]}`:                         "prefix match pattern must be a string",
		`{"a":[{"like":"b"}]}`:                         "Unrecognized match type like",
		`{"a":[{"exists":"yes"}]}`:                     "exists match pattern must be either true or false.",
		`{"a":[{"anything-but":{"numeric":["=",1]}}]}`: "Unsupported anything-but pattern: numeric",
		`{"a":[{"numeric":[]}]}`:                       "Invalid member in numeric match: ]",
		`{"a":[{"numeric":["~",1]}]}`:                  "Unrecognized numeric range operator: ~",
		`{"a":[{"numeric":["<","1"]}]}`:                "Value of < must be numeric",
		`{"a":[{"numeric":["<",1,">",0]}]}`:            "Too many elements in numeric expression",
		`{"a":[{"numeric":[">",2,"<",1]}]}`:            "Bottom must be less than top",
		`{"a":[{"cidr":"10.0.0.0"}]}`:                  "Malformed CIDR: 10.0.0.0",
		`{"a":["1","2","3","4","5","6"],"b":["1","2","3","4","5"],"c":["1","2","3","4","5","6"]}`: "Filter policy is too complex",
	} {
		_, err := parseFilter(policy, false)
		require.EqualError(t, err, want, policy)
	}
}

func FuzzFilter(f *testing.F) {
	f.Add(`{"a":[{"numeric":[">",1,"<",2]}],"$or":[{"b":["c"]},{"d":{"e":[null]}}]}`, `{"a":1.5,"b":"c"}`)
	f.Add(`{"a":[{"anything-but":[["x"]]}]}`, `{"a":[[1],{"b":2}]}`)
	f.Fuzz(func(t *testing.T, policy, body string) {
		if p, err := parseFilter(policy, true); err == nil && p != nil {
			p.matchBody(body)
		}
	})
}
