package awslocal

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// maxRESTBody bounds the size of a REST-JSON request: Lambda's CreateFunction with the code in it, in bytes.
const maxRESTBody = 70167211

// bodyLimit is how long the body of a request may be that is read at once.
func bodyLimit(r *http.Request) int64 {
	if r.Header.Get("X-Amz-Target") == "" && awscall.Of(r, nil).Protocol == awscall.RESTJSON {
		return maxRESTBody
	}
	return maxBody
}

// decodeREST fills v from path, query, headers and body.
func (x *exchange) decodeREST(v any) error {
	err := wire.DecodeREST(wire.REST{
		Labels: x.Labels, Query: x.rest.URL.Query(), Header: x.rest.Header, Body: x.Body,
	}, v)
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return mismatched(mismatch)
	}
	return &api.Error{Code: "SerializationException"}
}

// writeRESTJSON sends an answer or an error of the REST-JSON protocol.
func (s *Server) writeRESTJSON(w http.ResponseWriter, x *exchange, answer any, err error) {
	out := buffers.Get().(*bytes.Buffer)
	defer putBuffer(out)
	h := w.Header()
	status := http.StatusOK
	if err == nil {
		if status, err = wire.AppendREST(out, h, answer); err != nil {
			out.Reset()
			clear(h)
		}
	}
	h["X-Amzn-Requestid"] = []string{x.id}
	if err != nil {
		e := s.errorOf(x, err)
		status = e.HTTPStatus()
		h.Set("Content-Type", "application/json")
		h.Set("X-Amzn-Errortype", e.Code)
		if wire.AppendRESTError(out, e) != nil {
			out.Reset() // the members of an error always marshal
		}
	}
	if status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(out.Len()))
	}
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // the client may be gone; then there is nothing to do
}
