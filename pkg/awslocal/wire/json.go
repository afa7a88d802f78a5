package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// AppendJSON writes an answer of the JSON protocols; a nil answer is an empty body, as AWS
// sends for an operation without output.
func AppendJSON(buf *bytes.Buffer, answer any) error {
	if answer == nil {
		return nil
	}
	enc := json.NewEncoder(buf)
	// AWS does not escape <, > and &; clients that compare bodies byte by byte notice.
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer); err != nil {
		return fmt.Errorf("encode json: %w", err)
	}
	buf.Truncate(buf.Len() - 1) // Encode ends with a newline
	return nil
}

// AppendJSONError writes an error answer of the JSON protocols. It fails if the error's further members can't
// be encoded.
func AppendJSONError(buf *bytes.Buffer, e *api.Error) error {
	return AppendJSON(buf, errorBody(e))
}

// AppendRESTError writes the body of an error of REST-JSON, whose code is in a header.
func AppendRESTError(buf *bytes.Buffer, e *api.Error) error {
	body := map[string]any{"message": e.Message}
	maps.Copy(body, e.Members)
	return AppendJSON(buf, body)
}

// errorBody is the members of an error answer.
func errorBody(e *api.Error) map[string]any {
	body := make(map[string]any, len(e.Members)+2)
	maps.Copy(body, e.Members)
	body["__type"] = e.Code
	if e.Namespace != "" {
		body["__type"] = e.Namespace + "#" + e.Code
	}
	body["message"] = e.Message
	return body
}

// QueryError is the value of the x-amzn-query-error header. With it a service that once spoke the query
// protocol gives JSON clients the old error code.
func QueryError(e *api.Error) string {
	return queryCode(e) + ";" + fault(e)
}
