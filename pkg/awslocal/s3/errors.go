package s3

import (
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// apiError is an error answer of S3.
type apiError struct {
	XMLName xml.Name `xml:"Error"`
	Code    string
	Message string

	BucketName       string `xml:",omitempty"`
	Key              string `xml:",omitempty"`
	VersionId        string `xml:",omitempty"`
	UploadId         string `xml:",omitempty"`
	Condition        string `xml:",omitempty"`
	RangeRequested   string `xml:",omitempty"`
	ActualObjectSize string `xml:",omitempty"`
	ArgumentName     string `xml:",omitempty"`
	ArgumentValue    string `xml:",omitempty"`
	Method           string `xml:",omitempty"`
	ResourceType     string `xml:",omitempty"`
	Header           string `xml:",omitempty"`
	StorageClass     string `xml:",omitempty"`

	RequestId string
	HostId    string

	status   int    // 0 means 400
	unserved string // what of S3 is left out, if that is the error
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

func (e *apiError) Status() int {
	if e.status == 0 {
		return http.StatusBadRequest
	}
	return e.status
}

var malformedXML = &apiError{
	Code:    "MalformedXML",
	Message: "The XML you provided was not well-formed or did not validate against our published schema",
}

func noSuchBucket(name string) error {
	return &apiError{
		Code: "NoSuchBucket", Message: "The specified bucket does not exist", BucketName: name, status: http.StatusNotFound,
	}
}

func noSuchKey(key string) error {
	return &apiError{
		Code: "NoSuchKey", Message: "The specified key does not exist.", Key: key, status: http.StatusNotFound,
	}
}

func noSuchVersion(key, id string) error {
	return &apiError{
		Code: "NoSuchVersion", Message: "The specified version does not exist.", Key: key, VersionId: id,
		status: http.StatusNotFound,
	}
}

func noSuchUpload(id string) error {
	return &apiError{
		Code: "NoSuchUpload",
		Message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted " +
			"or completed.", UploadId: id, status: http.StatusNotFound,
	}
}

func preconditionFailed(condition string) error {
	return &apiError{
		Code: "PreconditionFailed", Message: "At least one of the pre-conditions you specified did not hold",
		Condition: condition, status: http.StatusPreconditionFailed,
	}
}

func invalidArgument(name, value, message string) error {
	return &apiError{Code: "InvalidArgument", Message: message, ArgumentName: name, ArgumentValue: value}
}

func invalidRequest(message string) error {
	return &apiError{Code: "InvalidRequest", Message: message}
}

// notServed is the answer to a request for what is left out.
func notServed(what, message string) error {
	return &apiError{Code: "NotImplemented", Message: message, unserved: what, status: http.StatusNotImplemented}
}

// headerNotServed is the answer to a header whose effect is left out.
func headerNotServed(name string) error {
	name = strings.ToLower(name)
	return &apiError{
		Code:    "NotImplemented",
		Message: "A header you provided implies functionality that is not implemented: " + name,
		Header:  name, unserved: "header " + name, status: http.StatusNotImplemented,
	}
}

func methodNotAllowed(method, resource string) error {
	return &apiError{
		Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Method: method,
		ResourceType: resource, status: http.StatusMethodNotAllowed,
	}
}

func accessDenied() error {
	return &apiError{Code: "AccessDenied", Message: "Access Denied", status: http.StatusForbidden}
}

const (
	requestIDHeader = "X-Amz-Request-Id"
	hostIDHeader    = "X-Amz-Id-2"
)

// writeError answers with an error; to HEAD by its status alone.
func (s *Service) writeError(w http.ResponseWriter, r *http.Request, err error) {
	var found *apiError
	var refused *api.Error
	switch {
	case errors.As(err, &found):
	case errors.As(err, &refused):
		found = &apiError{Code: refused.Code, Message: refused.Message, status: refused.HTTPStatus()}
	default:
		found = &apiError{Code: "InternalError", Message: err.Error(), status: http.StatusInternalServerError}
	}
	if found.unserved != "" {
		s.cfg.NotServed(found.unserved)
	}
	h, e := w.Header(), *found
	e.RequestId, e.HostId = h.Get(requestIDHeader), h.Get(hostIDHeader)
	h.Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status())
	if r.Method != http.MethodHead {
		body, _ := xml.Marshal(e) // a struct of strings
		_, _ = w.Write(append([]byte(xml.Header), body...))
	}
}
