package wire_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

type restCommon struct {
	Name string
}

type restInput struct {
	restCommon
	Size      *int
	Qualifier string   `rest:"query"`
	Limit     *int     `rest:"query=maxResults"`
	Keys      []string `rest:"query=tagKeys"`
	Dry       bool     `rest:"query"`
	Kind      string   `rest:"header=X-Kind"`
}

func TestAMemberIsReadFromWhereItIs(t *testing.T) {
	var got restInput
	if err := wire.DecodeREST(wire.REST{
		Labels: map[string]string{"Name": "path", "Unknown": "x"},
		Query:  url.Values{"Qualifier": {"1"}, "maxResults": {"5"}, "tagKeys": {"a", "b"}, "Dry": {"true"}, "Size": {"9"}},
		Header: http.Header{"X-Kind": {"event"}},
		Body:   []byte(`{"Name":"body","Size":3}`),
	}, &got); err != nil {
		t.Fatal(err)
	}
	size, limit := 3, 5
	want := restInput{restCommon{"path"}, &size, "1", &limit, []string{"a", "b"}, true, "event"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestARequestOfAnotherShapeIsRefused(t *testing.T) {
	for name, in := range map[string]wire.REST{
		"no object": {Body: []byte(`[1]`)}, "no JSON": {Body: []byte(`{`)}, "a string": {Body: []byte(`{"Size":"a"}`)},
		"query": {Query: url.Values{"maxResults": {"many"}}}, "bool": {Query: url.Values{"Dry": {"perhaps"}}},
		"path": {Labels: map[string]string{"Size": "a"}},
	} {
		if err := wire.DecodeREST(in, new(restInput)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestAPayloadIsTheWholeBody(t *testing.T) {
	var in struct {
		Name    string
		Payload []byte `rest:"payload"`
	}
	err := wire.DecodeREST(wire.REST{Labels: map[string]string{"Name": "f"}, Body: []byte("{not json")}, &in)
	if err != nil || in.Name != "f" || string(in.Payload) != "{not json" {
		t.Errorf("%+v, %v", in, err)
	}
}

func TestAnAnswersStatusHeadersAndBody(t *testing.T) {
	type payload struct {
		Status  int    `rest:"status"`
		Fault   string `rest:"header=X-Fault"`
		Payload []byte `rest:"payload"`
	}
	for name, c := range map[string]struct {
		answer any
		want   string
	}{
		"empty":    {nil, "204  "},
		"object":   {restCommon{"f"}, `200  {"Name":"f"}`},
		"created":  {api.Answer{Status: 201, Value: &restCommon{"f"}}, `201  {"Name":"f"}`},
		"payload":  {&payload{202, "", []byte("<>")}, "202  <>"},
		"a header": {payload{200, "Unhandled", nil}, "200 Unhandled "},
		"a map":    {map[string]int{"a": 1}, `200  {"a":1}`},
	} {
		var buf bytes.Buffer
		h := http.Header{}
		status, err := wire.AppendREST(&buf, h, c.answer)
		got := fmt.Sprint(status, " ", h.Get("X-Fault"), " ", buf.String())
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
}
