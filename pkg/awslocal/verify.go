package awslocal

import (
	"bytes"
	"io"
	"net/http"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
)

// verify refuses a request that is not signed with one of the accepted keys. It returns the request with a body
// that can still be read. A service that isn't served needs no signature.
func (s *Server) verify(w http.ResponseWriter, r *http.Request, x *exchange,
	sent []byte) (*http.Request, *api.Error) {
	if s.cfg.Keys == nil || x.svc == nil {
		return r, nil
	}
	if x.svc.rest != nil {
		return s.verifyREST(w, r, x)
	}
	if !awscall.InBody(r) { // it names no operation, and yet its body is signed
		var err error
		if sent, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			return r, tooLarge
		}
	}
	_, refusal := signature.Check(r, signature.Target{Service: x.svc.signingName(), Body: sent}, s.cfg.Keys,
		s.cfg.Clock.Now())
	if refusal != nil && x.Protocol != awscall.JSON {
		refusal.Status = http.StatusForbidden
	}
	return r, refusal
}

// maxUpload bounds the body of a request to a REST service: the largest that S3 takes in one.
const maxUpload = 5 << 30

// verifyREST leaves to the service what of the body is signed chunk by chunk.
func (s *Server) verifyREST(w http.ResponseWriter, r *http.Request, x *exchange) (*http.Request, *api.Error) {
	seal, refusal := signature.Check(r, signature.Target{Service: x.svc.name}, s.cfg.Keys, s.cfg.Clock.Now())
	if refusal != nil {
		return r, refusal
	}
	r = r.WithContext(signature.With(r.Context(), seal))
	if !seal.OfBody() {
		return r, nil
	}
	if r.ContentLength > maxUpload {
		return r, api.Errorf("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size")
	}
	body := x.Body
	if !awscall.InBody(r) {
		var err error
		if body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload)); err != nil {
			return r, api.Errorf("IncompleteBody",
				"You did not provide the number of bytes specified by the Content-Length HTTP header")
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r, seal.Body(body)
}
