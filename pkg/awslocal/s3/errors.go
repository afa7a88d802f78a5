package s3

import (
	"encoding/xml"
	"errors"
	"net/http"
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

	status int // 0 means 400
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

func notImplemented(message string) error {
	return &apiError{Code: "NotImplemented", Message: message, status: http.StatusNotImplemented}
}

// writeError answers with an error; to HEAD by its status alone.
func writeError(w http.ResponseWriter, r *http.Request, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{Code: "InternalError", Message: err.Error(), status: http.StatusInternalServerError}
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status())
	if r.Method != http.MethodHead && e.Status() != http.StatusNotModified {
		body, _ := xml.Marshal(e) // a struct of strings
		_, _ = w.Write(append([]byte(xml.Header), body...))
	}
}
