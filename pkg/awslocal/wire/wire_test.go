package wire_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

type value struct {
	DataType string  `json:"DataType"`
	Text     *string `json:"StringValue,omitempty"`
	Bytes    []byte  `json:"BinaryValue,omitempty"`
}

type common struct {
	URL string `json:"QueueUrl"`
}

// input has everything that a query request can hold.
type input struct {
	common
	Count   *int              `json:"MaxResults,omitempty"`
	Rate    float64           `json:"Rate,omitempty"`
	Flag    bool              `json:"Flag"`
	Names   []string          `json:"AttributeNames" query:"AttributeName,flat"`
	Members []string          `json:"TagKeys"`
	Attrs   map[string]string `json:"Attributes" query:"Attribute,flat,key=Name,value=Value"`
	Entries map[string]value  `json:"MessageAttributes" query:",key=Name,value=Value"`
	List    []struct {
		ID    string           `json:"Id"`
		Attrs map[string]value `json:"MessageAttributes" query:"MessageAttribute,flat,key=Name,value=Value"`
	} `json:"Entries" query:"Entry,flat"`
	Plain  map[string]string `json:"Tags"`
	Hidden string            `json:"-"`
}

func TestDecodeForm(t *testing.T) {
	for form, want := range map[string]string{
		"QueueUrl=u&MaxResults=7&Rate=1.5&Flag=true&Unknown=x":                                               `{"QueueUrl":"u","MaxResults":7,"Rate":1.5,"Flag":true}`,
		"AttributeName.2=b&AttributeName.10=c&AttributeName.1=a":                                             `{"AttributeNames":["a","b","c"]}`,
		"TagKeys.member.1=a&TagKeys.member.2=b":                                                              `{"TagKeys":["a","b"]}`,
		"Attribute.1.Name=n&Attribute.1.Value=v&Attribute.2.Name=m":                                          `{"Attributes":{"m":"","n":"v"}}`,
		"MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.DataType=String":                   `{"MessageAttributes":{"n":{"DataType":"String"}}}`,
		"Entry.1.Id=x&Entry.1.MessageAttribute.1.Name=n&Entry.1.MessageAttribute.1.Value.BinaryValue=AAE%3D": `{"Entries":[{"Id":"x","MessageAttributes":{"n":{"BinaryValue":"AAE="}}}]}`,
		"Tags.entry.1.key=k&Tags.entry.1.value=v":                                                            `{"Tags":{"k":"v"}}`,
		"Hidden=x&-=y": `{}`,
	} {
		values, err := url.ParseQuery(form)
		require.NoError(t, err)
		var got, same input
		require.NoError(t, wire.DecodeForm(values, &got), form)
		require.NoError(t, json.Unmarshal([]byte(want), &same))
		require.Equal(t, same, got, form)
	}
}

func TestDecodeFormErrors(t *testing.T) {
	for form, want := range map[string]string{
		"MaxResults=many":     "parameter MaxResults: \"many\" is not an integer",
		"Flag=maybe":          "parameter Flag: \"maybe\" is not a boolean",
		"Rate=fast":           "parameter Rate: \"fast\" is not a number",
		"QueueUrl.1=x":        "parameter QueueUrl: a single value was expected",
		"Attribute.1.Value=v": "parameter Attribute.1: no Name",
		"Entry.1.MessageAttribute.3.Name=n&Entry.1.MessageAttribute.3" +
			".Value.BinaryValue=*": "parameter Entry.1.MessageAttribute.3.Value.BinaryValue: not base64",
	} {
		values, err := url.ParseQuery(form)
		require.NoError(t, err)
		require.EqualError(t, wire.DecodeForm(values, &input{}), want)
	}
	require.Error(t, wire.DecodeForm(nil, input{}))
}

func TestAppendXML(t *testing.T) {
	text := "<a>"
	var buf bytes.Buffer
	require.NoError(t, wire.AppendXML(&buf, "urn:x", "Do", "id-1", &input{
		common: common{URL: "u"}, Names: []string{"a", "b"}, Members: []string{"c"},
		Attrs:   map[string]string{"n": "v"},
		Entries: map[string]value{"m": {DataType: "String", Text: &text, Bytes: []byte{1}}},
	}))
	require.Equal(t, `<?xml version="1.0"?><DoResponse xmlns="urn:x"><DoResult><QueueUrl>u</QueueUrl><Flag>false</Flag>`+
		`<AttributeName>a</AttributeName><AttributeName>b</AttributeName><TagKeys><member>c</member></TagKeys>`+
		`<Attribute><Name>n</Name><Value>v</Value></Attribute>`+
		`<MessageAttributes><entry><Name>m</Name><Value><DataType>String</DataType><StringValue>&lt;a&gt;</StringValue><BinaryValue>AQ==</BinaryValue></Value></entry></MessageAttributes>`+
		`<Tags></Tags></DoResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>`, buf.String())

	buf.Reset()
	require.NoError(t, wire.AppendXML(&buf, "urn:x", "Do", "id-1", nil))
	require.Equal(t,
		`<?xml version="1.0"?><DoResponse xmlns="urn:x"><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></DoResponse>`, buf.String())
	require.Error(t, wire.AppendXML(&buf, "", "Do", "", 7))
	require.Error(t, wire.AppendXML(&buf, "", "Do", "", struct{ C chan int }{}))
}

func TestErrors(t *testing.T) {
	e := &api.Error{
		Code: "QueueDoesNotExist", QueryCode: "Old.Code", Message: "no <queue>", Namespace: "com.x",
		Members: map[string]any{"Item": 1},
	}
	var buf bytes.Buffer
	require.NoError(t, wire.AppendJSONError(&buf, e))
	require.JSONEq(t, `{"__type":"com.x#QueueDoesNotExist","message":"no <queue>","Item":1}`, buf.String())
	require.Equal(t, "Old.Code;Sender", wire.QueryError(e))
	require.Equal(t, "InvalidParameterValue;Receiver", wire.QueryError(&api.Error{
		Code: "InvalidParameterValueException", Status: 500,
	}))

	buf.Reset()
	wire.AppendXMLError(&buf, "urn:x", "id-1", e)
	require.Equal(t,
		`<?xml version="1.0"?><ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>Old.Code</Code><Message>no &lt;queue&gt;</Message><Detail/></Error><RequestId>id-1</RequestId></ErrorResponse>`, buf.String())
}

// FuzzDecode feeds forms to the decoder: it must not panic, and what it accepts must encode to
// well-formed XML.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"Action=SendMessage&QueueUrl=u&MaxResults=7",
		"AttributeName.1=All&AttributeName.99999999999999999999=x&AttributeName.-1=y",
		"TagKeys.member.1=a&TagKeys.1=b&TagKeys=c",
		"Attribute.1.Name=n&Attribute.1.Value=v&Attribute..=x&Attribute=y",
		"Entry.1.Id=x&Entry.1.MessageAttribute.1.Name=%00&Entry.1.MessageAttribute.1.Value.BinaryValue=AAE=",
		"Entry.1.MessageAttribute.1.Name=n&Entry.1.MessageAttribute.1.Value.StringValue=%EF%BF%BF",
		"A.B.C.D.E.F.G.H.I.J.K.L.M.N.O.P=deep&Tags.entry.1.key=k",
		"%gh&;&==&=.=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		values, _ := url.ParseQuery(form)
		var in input
		if wire.DecodeForm(values, &in) != nil {
			return
		}
		var buf bytes.Buffer
		if err := wire.AppendXML(&buf, "urn:x", "Do", "id", &in); err != nil {
			t.Fatalf("%q decodes and does not encode: %v", form, err)
		}
		if err := xml.Unmarshal(buf.Bytes(), new(struct{})); err != nil {
			t.Fatalf("%q gives malformed XML: %v", form, err)
		}
	})
}
