package awslocal

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"net/http"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// serveREST hands a request to a REST service's own handler.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request, x *exchange) {
	if x.svc == nil || x.svc.rest == nil {
		s.cfg.Log.Warn("not served", zap.String("service", x.API), zap.String("method", r.Method), zap.String("path", r.URL.Path))
		writeRESTError(w, x.id, &api.Error{Code: "NotImplemented", Message: fmt.Sprintf("The service %q is not served by the embedded AWS.", x.API), Status: http.StatusNotImplemented})
		return
	}
	if s.hook.Load() == nil {
		x.svc.rest.ServeHTTP(w, r)
		return
	}

	// Under a hook the answer is held back: the hook may still lose it or put an error in
	// its place after the call took effect.
	held := &heldResponse{header: http.Header{}}
	_, err := s.around(r.Context(), &Call{
		Service: x.svc.name, Operation: x.Operation, Region: x.Region,
		Account: accountOf(x.AccessKey, s.cfg.Account), Decode: noInput,
	}, func() (any, error) {
		x.svc.rest.ServeHTTP(held, r)
		return nil, nil
	})
	if errors.Is(err, ErrDrop) {
		reset(w)
		return
	}
	if err != nil {
		writeRESTError(w, x.id, s.errorOf(x, err))
		return
	}
	held.release(w)
}

// heldResponse keeps an answer in memory until the hook lets it go.
type heldResponse struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heldResponse) Header() http.Header { return h.header }

func (h *heldResponse) WriteHeader(status int) {
	if h.status == 0 && status >= 200 {
		h.status = status
	}
}

func (h *heldResponse) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(p)
}

func (h *heldResponse) release(w http.ResponseWriter) {
	maps.Copy(w.Header(), h.header)
	h.WriteHeader(http.StatusOK)
	w.WriteHeader(h.status)
	// The client may be gone; there is nobody to tell.
	_, _ = w.Write(h.body.Bytes())
}

// restError is the error body of REST-XML services such as S3.
type restError struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	RequestID string `xml:"RequestId"`
}

func writeRESTError(w http.ResponseWriter, requestID string, e *api.Error) {
	body, err := xml.Marshal(restError{Code: e.Code, Message: e.Message, RequestID: requestID})
	if err != nil {
		body = nil // strings always marshal
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Request-Id", requestID)
	w.WriteHeader(e.HTTPStatus())
	_, _ = w.Write(body)
}
