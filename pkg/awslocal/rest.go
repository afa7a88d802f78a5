package awslocal

import (
	"encoding/xml"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// serveREST hands a request to a REST service's own handler.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request, x *exchange) {
	if x.svc == nil || x.svc.rest == nil {
		s.cfg.Log.Warn("not served", zap.String("service", x.API), zap.String("method", r.Method),
			zap.String("path", r.URL.Path))
		writeRESTError(w, x.id, &api.Error{
			Code: "NotImplemented", Message: fmt.Sprintf("The service %q is not served by the embedded AWS.", x.API),
			Status: http.StatusNotImplemented,
		})
		return
	}
	x.svc.rest.ServeHTTP(w, r)
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
