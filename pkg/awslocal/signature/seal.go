package signature

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"maps"
	"net/textproto"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Seal is a verified signature, by which the body of a request to S3 is verified in turn.
type Seal struct {
	key       []byte
	date      string
	scope     string
	signature string // of the request, and then of the last chunk
	payload   string
}

type sealKey struct{}

// With returns a context that has a request's seal.
func With(ctx context.Context, s *Seal) context.Context { return context.WithValue(ctx, sealKey{}, s) }

// Of returns the seal of a request: nil if signatures are not verified.
func Of(ctx context.Context) *Seal {
	s, _ := ctx.Value(sealKey{}).(*Seal)
	return s
}

func (s *Seal) stringToSign(kind string, parts ...string) string {
	return strings.Join(append([]string{kind, s.date, s.scope}, parts...), "\n")
}

// OfBody reports whether the body as a whole is signed: see [Seal.Body].
func (s *Seal) OfBody() bool { return isHash(s.payload) }

// Body refuses a body that is not the signed one.
func (s *Seal) Body(body []byte) *api.Error {
	computed := hash(body)
	if computed == s.payload {
		return nil
	}
	return &api.Error{
		Code:    "XAmzContentSHA256Mismatch",
		Message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
		Members: members{"ClientComputedContentSHA256": s.payload, "S3ComputedContentSHA256": computed},
	}
}

// Chunk refuses a chunk of a streamed body whose signature is wrong or missing. Each is signed together with the
// one before; the last one is empty. Chunks of a body that is not signed so pass, as they do without a seal.
func (s *Seal) Chunk(data []byte, signature string) *api.Error {
	if s == nil || s.payload != signedChunks && s.payload != signedTrailer {
		return nil
	}
	return s.next(s.stringToSign(algorithm+"-PAYLOAD", s.signature, hash(nil), hash(data)), signature)
}

// trailerSignature is the trailer that signs the others.
const trailerSignature = "X-Amz-Trailer-Signature"

// Trailers refuses the trailers of a streamed body whose signature is wrong or missing.
func (s *Seal) Trailers(trailers textproto.MIMEHeader) *api.Error {
	if s == nil || s.payload != signedTrailer {
		return nil
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(trailers)) {
		if name != trailerSignature {
			b.WriteString(strings.ToLower(name) + ":" + strings.Join(trailers[name], ",") + "\n")
		}
	}
	return s.next(s.stringToSign(algorithm+"-TRAILER", s.signature, hash([]byte(b.String()))),
		trailers.Get(trailerSignature))
}

func (s *Seal) next(toSign, signature string) *api.Error {
	s.signature = hex.EncodeToString(sign(s.key, toSign))
	if hmac.Equal([]byte(s.signature), []byte(signature)) {
		return nil
	}
	return objectWords{}.mismatch(mismatch{provided: signature, stringToSign: toSign})
}
