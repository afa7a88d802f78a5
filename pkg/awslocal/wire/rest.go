package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// REST is a request of the REST-JSON protocol.
type REST struct {
	Labels map[string]string // what the path says, by the member's name
	Query  url.Values
	Header http.Header
	Body   []byte
}

// restField is where a member of an input or an output is, if not in the body.
type restField struct {
	index       []int
	place, name string
}

// restFields lists the members of a struct that have a rest tag, and for labels all.
func restFields(t reflect.Type) (tagged []restField, all map[string][]int) {
	all = map[string][]int{}
	for _, f := range planOf(t) {
		sf := t.FieldByIndex(f.index)
		all[f.name] = f.index
		tag, ok := sf.Tag.Lookup("rest")
		if !ok {
			continue
		}
		place, name, _ := strings.Cut(tag, "=")
		if name == "" {
			name = f.name
		}
		tagged = append(tagged, restField{f.index, place, name})
	}
	return tagged, all
}

// DecodeREST fills v, a pointer to a struct. It reads the body first, then what query, header and path say.
func DecodeREST(in REST, v any) error {
	to := reflect.Indirect(reflect.ValueOf(v))
	tagged, all := restFields(to.Type())
	raw := false
	for _, f := range tagged {
		if f.place == "payload" {
			to.FieldByIndex(f.index).SetBytes(bytes.Clone(in.Body))
			raw = true
		}
	}
	if len(bytes.TrimSpace(in.Body)) > 0 && !raw {
		if err := json.Unmarshal(in.Body, v); err != nil {
			return fmt.Errorf("decode json: %w", err)
		}
	}
	for _, f := range tagged {
		var values []string
		switch f.place {
		case "query":
			values = in.Query[f.name]
		case "header":
			values = in.Header.Values(f.name)
		}
		if len(values) > 0 {
			if err := setText(to.FieldByIndex(f.index), f.name, values); err != nil {
				return err
			}
		}
	}
	for name, value := range in.Labels {
		if index, ok := all[name]; ok {
			if err := setText(to.FieldByIndex(index), name, []string{value}); err != nil {
				return err
			}
		}
	}
	return nil
}

// setText sets a member to the text that a path, a query or a header has for it.
func setText(to reflect.Value, name string, values []string) (err error) {
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(values[0])
	case reflect.Int, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(values[0], 10, 64)
		to.SetInt(n)
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(values[0])
		to.SetBool(b)
	case reflect.Slice:
		to.Set(reflect.ValueOf(values))
	default:
		err = fmt.Errorf("a %s", to.Kind())
	}
	if err != nil {
		return fmt.Errorf("decode %s: %w", name, err)
	}
	return nil
}

// AppendREST writes an answer's body and headers, and returns its status.
func AppendREST(buf *bytes.Buffer, h http.Header, answer any) (status int, err error) {
	status = http.StatusOK
	if a, ok := answer.(api.Answer); ok {
		status, answer = a.Status, a.Value
	}
	if answer == nil {
		return http.StatusNoContent, nil
	}
	h.Set("Content-Type", "application/json")
	from := reflect.Indirect(reflect.ValueOf(answer))
	if from.Kind() != reflect.Struct {
		return status, AppendJSON(buf, answer)
	}
	tagged, _ := restFields(from.Type())
	raw := false
	for _, f := range tagged {
		switch value := from.FieldByIndex(f.index); {
		case f.place == "status":
			status = int(value.Int())
		case f.place == "payload":
			raw = true
			buf.Write(value.Bytes())
		case f.place == "header" && !value.IsZero():
			h.Set(f.name, fmt.Sprint(value.Interface()))
		}
	}
	if raw {
		return status, nil
	}
	return status, AppendJSON(buf, answer)
}
