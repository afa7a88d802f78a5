package awslocal

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// restXML are the REST services that write XML. All others, such as Lambda and API Gateway, write JSON.
var restXML = map[string]bool{"s3": true, "s3control": true, "cloudfront": true, "route53": true}

// serveREST hands a request to a REST service's own handler.
func (s *Server) serveREST(w http.ResponseWriter, r *http.Request, x *exchange) {
	if x.svc == nil || x.svc.rest == nil {
		operation := x.Operation
		if operation == "" {
			operation = restOperation(r)
		}
		s.notServed(x.API, operation)
		s.failREST(w, r, x, &api.Error{
			Code: unknownOperation, Message: fmt.Sprintf("The service %q is not served by the embedded AWS.", shorten(x.API)),
			Status: http.StatusNotFound,
		})
		return
	}
	x.svc.rest.ServeHTTP(w, r)
}

// failREST answers with an error in REST-JSON or REST-XML.
func (s *Server) failREST(w http.ResponseWriter, r *http.Request, x *exchange, e *api.Error) {
	h := w.Header()
	var body bytes.Buffer
	if restXML[x.API] {
		writeRESTError(&body, h, x.id, e)
	} else {
		h.Set("Content-Type", "application/json")
		h.Set("X-Amzn-Errortype", e.Code)
		h.Set("X-Amzn-Requestid", x.id)
		if err := wire.AppendJSON(&body, map[string]string{"message": e.Message}); err != nil {
			body.Reset() // strings always marshal
		}
	}
	w.WriteHeader(e.HTTPStatus())
	if r.Method != http.MethodHead {
		_, _ = w.Write(body.Bytes()) // the client may be gone; then there is nothing to do
	}
}

// restError is the error body of REST-XML services such as S3.
type restError struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string
	Message   string
	Members   []xmlMember
	RequestID string `xml:"RequestId"`
	HostID    string `xml:"HostId"`
}

// xmlMember is a further element of an error.
type xmlMember struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

func writeRESTError(body *bytes.Buffer, h http.Header, requestID string, e *api.Error) {
	code := e.Code
	if code == "InternalFailure" {
		code = "InternalError" // S3's name for it
	}
	h.Set("Content-Type", "application/xml")
	h.Set("X-Amz-Request-Id", requestID)
	h.Set("X-Amz-Id-2", requestID)
	var members []xmlMember
	for _, name := range slices.Sorted(maps.Keys(e.Members)) {
		members = append(members, xmlMember{xml.Name{Local: name}, fmt.Sprint(e.Members[name])})
	}
	body.WriteString(xml.Header)
	// Strings always marshal.
	_ = xml.NewEncoder(body).Encode(restError{
		Code: code, Message: e.Message, Members: members, RequestID: requestID, HostID: requestID,
	})
}
