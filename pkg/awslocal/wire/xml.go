package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// AppendXML writes an answer of the query protocol: <OpResponse> around <OpResult> around
// the members of answer, a struct (or pointer to one) or nil.
func AppendXML(buf *bytes.Buffer, namespace, operation, requestID string, answer any) error {
	fmt.Fprintf(buf, `<?xml version="1.0"?><%sResponse xmlns="%s">`, operation, namespace)
	if answer != nil {
		v := reflect.Indirect(reflect.ValueOf(answer))
		if v.Kind() != reflect.Struct {
			return fmt.Errorf("encode xml: %T is not a struct", answer)
		}
		open(buf, operation+"Result")
		if err := writeStruct(buf, v); err != nil {
			return err
		}
		shut(buf, operation+"Result")
	}
	open(buf, "ResponseMetadata")
	element(buf, "RequestId", requestID)
	shut(buf, "ResponseMetadata")
	shut(buf, operation+"Response")
	return nil
}

// AppendXMLError writes an error answer of the query protocol.
func AppendXMLError(buf *bytes.Buffer, namespace, requestID string, e *api.Error) {
	fmt.Fprintf(buf, `<?xml version="1.0"?><ErrorResponse xmlns="%s"><Error>`, namespace)
	element(buf, "Type", fault(e))
	element(buf, "Code", queryCode(e))
	element(buf, "Message", e.Message)
	buf.WriteString("<Detail/></Error>")
	element(buf, "RequestId", requestID)
	buf.WriteString("</ErrorResponse>")
}

func open(buf *bytes.Buffer, name string) {
	buf.WriteByte('<')
	buf.WriteString(name)
	buf.WriteByte('>')
}

func shut(buf *bytes.Buffer, name string) {
	buf.WriteString("</")
	buf.WriteString(name)
	buf.WriteByte('>')
}

func element(buf *bytes.Buffer, name, text string) {
	open(buf, name)
	// EscapeText writes to a bytes.Buffer, which does not fail.
	_ = xml.EscapeText(buf, []byte(text))
	shut(buf, name)
}

func writeStruct(buf *bytes.Buffer, v reflect.Value) error {
	for _, f := range planOf(v.Type()) {
		fv := v.FieldByIndex(f.index)
		if f.omitEmpty && isEmpty(fv) {
			continue
		}
		if err := writeField(buf, fv, f); err != nil {
			return err
		}
	}
	return nil
}

func writeField(buf *bytes.Buffer, v reflect.Value, f field) error {
	switch {
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return writeField(buf, v.Elem(), f)
	case v.Kind() == reflect.Map:
		return writeMap(buf, v, f)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		return writeList(buf, v, f)
	default:
		return writeItem(buf, f.name, v)
	}
}

func writeList(buf *bytes.Buffer, v reflect.Value, f field) error {
	item := f.name
	if !f.flat {
		item = "member"
		open(buf, f.name)
		defer shut(buf, f.name)
	}
	for i := range v.Len() {
		if err := writeItem(buf, item, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func writeMap(buf *bytes.Buffer, v reflect.Value, f field) error {
	item := f.name
	if !f.flat {
		item = "entry"
		open(buf, f.name)
		defer shut(buf, f.name)
	}
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	for _, k := range keys {
		open(buf, item)
		element(buf, f.key, k.String())
		if err := writeItem(buf, f.value, v.MapIndex(k)); err != nil {
			return err
		}
		shut(buf, item)
	}
	return nil
}

func writeItem(buf *bytes.Buffer, name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return writeItem(buf, name, v.Elem())
	case reflect.Struct:
		if at, ok := v.Interface().(Timestamp); ok {
			element(buf, name, at.UTC().Format(iso8601))
			return nil
		}
		open(buf, name)
		defer shut(buf, name)
		return writeStruct(buf, v)
	case reflect.String:
		element(buf, name, v.String())
	case reflect.Bool:
		element(buf, name, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		element(buf, name, strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		element(buf, name, strconv.FormatFloat(v.Float(), 'f', -1, 64))
	case reflect.Slice:
		element(buf, name, base64.StdEncoding.EncodeToString(v.Bytes()))
	default:
		return fmt.Errorf("encode xml: the query protocol has no %s (%s)", v.Kind(), name)
	}
	return nil
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

// queryCode is the error code in the query protocol: older SDKs saw "InvalidParameterValue" where JSON's
// shape is "InvalidParameterValueException".
func queryCode(e *api.Error) string {
	if e.QueryCode != "" {
		return e.QueryCode
	}
	return strings.TrimSuffix(e.Code, "Exception")
}

func fault(e *api.Error) string {
	if e.HTTPStatus() >= 500 {
		return "Receiver"
	}
	return "Sender"
}
