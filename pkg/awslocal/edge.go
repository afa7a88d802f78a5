package awslocal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
	"github.com/crashlab/crashlab/pkg/loopback"
)

// maxBody bounds the size of an RPC request: the largest is DynamoDB's batch of 16 MB.
const maxBody = 17 << 20

// buffers are reused between requests; decoding copies everything it keeps.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// exchange is one RPC request on its way through the endpoint.
type exchange struct {
	*awscall.Call
	id   string
	svc  *service      // nil if no service is registered for it
	form url.Values    // query protocol only
	rest *http.Request // REST-JSON only
	cbor bool          // the variant of the JSON protocol with CBOR instead of JSON
}

// handle reads a request, finds its service, calls it and answers. stop ends when the listener does. A panic
// is answered with an error, so that the connection and other clients go on.
func (s *Server) handle(stop context.Context, response http.ResponseWriter, r *http.Request) {
	w := &answerer{ResponseWriter: response}
	var x *exchange
	defer func() {
		if p := recover(); p != nil {
			s.answerPanic(w, r, x, p)
		}
	}()
	in := buffers.Get().(*bytes.Buffer)
	defer putBuffer(in)

	var unread error
	if awscall.InBody(r) {
		_, unread = in.ReadFrom(http.MaxBytesReader(response, r.Body, bodyLimit(r)))
	}
	// After the body: a paused process later handles what is in its socket buffers.
	if s.gate.Wait(stop.Done()) != nil {
		reset(w)
		return
	}
	body, broken := decompress(r, in.Bytes())
	x = s.route(r, body)
	switch {
	case unread != nil:
		s.fail(w, r, x, tooLarge)
		return
	case broken != nil:
		s.fail(w, r, x, broken)
		return
	}
	s.dispatch(w, r, x, in.Bytes())
}

// dispatch answers a request that was read. sent is its body, as long as that was read.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, x *exchange, sent []byte) {
	if refusal := s.refusal(r); refusal != nil {
		s.fail(w, r, x, refusal)
		return
	}
	if shared(w, r) {
		return
	}
	if r.URL.Path == healthPath {
		s.health(w, r)
		return
	}
	r, refusal := s.verify(w, r, x, sent)
	if refusal != nil {
		s.fail(w, r, x, refusal)
		return
	}

	if x.svc == nil && s.upstream != nil {
		s.upstream.pass(w, r, sent)
		return
	}
	if x.Protocol == awscall.REST || x.Protocol == awscall.RESTJSON && x.svc == nil {
		if awscall.InBody(r) { // a form by its type, not by its content
			r.Body = io.NopCloser(bytes.NewReader(x.Body))
		}
		s.serveREST(w, r, x)
		return
	}
	answer, err := s.answer(r, x)
	if parts, ok := answer.(api.Stream); ok && err == nil {
		s.stream(r.Context(), w, x, parts)
		return
	}
	s.write(w, r, x, answer, err)
}

var tooLarge = &api.Error{
	Code: "RequestEntityTooLarge", Message: "The request is larger than the service accepts, or was cut short.",
	Status: http.StatusRequestEntityTooLarge,
}

// answer calls the service.
func (s *Server) answer(r *http.Request, x *exchange) (any, error) {
	if x.svc == nil || x.svc.rpc == nil {
		return nil, api.Unknown(x.Operation)
	}
	if x.svc.dynamoDB && headSize(r) > maxHead {
		return nil, headTooLarge
	}
	endpoint := "http://" + r.Host
	if x.form != nil && x.svc.pathParam != "" && r.URL.Path != "/" && !x.form.Has(x.svc.pathParam) {
		x.form.Set(x.svc.pathParam, endpoint+r.URL.Path)
	}
	return s.call(r.Context(), x.svc, &api.Request{
		Operation: x.Operation,
		Region:    x.Region,
		Account:   x.Account(s.cfg.Account),
		Endpoint:  endpoint,
		ID:        x.id,
		Decode:    x.decode,
	})
}

// call runs one operation. A panic in a service becomes an InternalFailure for its caller, which may be another
// service.
func (s *Server) call(ctx context.Context, svc *service, r *api.Request) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, s.panicked(svc.name, r.Operation, p)
		}
	}()
	if err := s.refusals.refuses(svc.name, r); err != nil {
		return nil, err
	}
	return svc.rpc.Call(ctx, r)
}

// decode fills v from the request in its protocol.
func (x *exchange) decode(v any) error {
	switch {
	case x.cbor, x.Protocol == awscall.RPC:
		return wire.DecodeCBOR(x.Body, v)
	case x.Protocol == awscall.RESTJSON:
		return x.decodeREST(v)
	case x.Protocol == awscall.JSON:
		return x.svc.ofFramework(decodeJSON(x.Body, v))
	}
	if err := wire.DecodeForm(x.form, v); err != nil {
		return &api.Error{Code: "SerializationException", QueryCode: "MalformedInput", Message: err.Error()}
	}
	return nil
}

func decodeJSON(body []byte, v any) error {
	if len(body) == 0 {
		return nil
	}
	err := json.Unmarshal(body, v)
	if err == nil && !bytes.Equal(bytes.TrimSpace(body), []byte("null")) {
		return nil
	}
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return mismatched(mismatch)
	}
	return &api.Error{Code: "SerializationException"} // AWS does not say where
}

func mismatched(e *json.UnmarshalTypeError) error {
	return api.Errorf("SerializationException", "%s can not be converted to %s (%s)", strings.ToUpper(e.Value), e.Type,
		e.Field)
}

// write sends an answer or an error in the request's protocol.
func (s *Server) write(w http.ResponseWriter, r *http.Request, x *exchange, answer any, err error) {
	out := buffers.Get().(*bytes.Buffer)
	defer putBuffer(out)

	if x.Protocol == awscall.RESTJSON {
		s.writeRESTJSON(w, x, answer, err)
		return
	}
	h := w.Header()
	h["X-Amzn-Requestid"] = []string{x.id} // set past Header.Set: every request does it
	status := http.StatusOK
	if err == nil {
		if err = s.encode(out, x, answer); err != nil {
			out.Reset()
		}
	}
	if err != nil {
		e := s.errorOf(x, err)
		status = e.HTTPStatus()
		s.encodeError(out, h, x, e)
	}
	switch {
	case x.Protocol == awscall.Query:
		h.Set("Content-Type", "text/xml")
	case x.cbor:
		h.Set("Content-Type", wire.CBOR)
	case x.Protocol == awscall.RPC:
		h.Set("Smithy-Protocol", "rpc-v2-cbor")
		h.Set("Content-Type", wire.RPC)
	default:
		h.Set("Content-Type", jsonType(r))
	}
	if x.svc != nil && x.svc.dynamoDB {
		packed := buffers.Get().(*bytes.Buffer)
		defer putBuffer(packed)
		out = finish(h, r, out, packed)
	}
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	w.WriteHeader(status)
	// The client may be gone; then there is nothing to do.
	_, _ = w.Write(out.Bytes())
}

func (s *Server) encode(out *bytes.Buffer, x *exchange, answer any) error {
	switch {
	case x.Protocol == awscall.Query:
		return wire.AppendXML(out, x.svc.namespace, x.Operation, x.id, answer)
	case x.cbor, x.Protocol == awscall.RPC:
		return wire.AppendCBOR(out, answer)
	}
	return wire.AppendJSON(out, answer)
}

func (s *Server) encodeError(out *bytes.Buffer, h http.Header, x *exchange, e *api.Error) {
	if x.Protocol == awscall.Query {
		namespace := "http://webservices.amazon.com/AWSFault/2005-15-09"
		if x.svc != nil {
			namespace = x.svc.namespace
		}
		wire.AppendXMLError(out, namespace, x.id, e)
		return
	}
	if x.svc != nil && x.svc.queryError {
		h.Set("X-Amzn-Query-Error", wire.QueryError(e))
	}
	encode := wire.AppendJSONError
	if x.cbor || x.Protocol == awscall.RPC {
		encode = wire.AppendCBORError
	}
	if err := encode(out, e); err != nil {
		out.Reset()
		s.cfg.Log.Error("error answer can't be encoded", zap.String("code", e.Code), zap.Error(err))
	}
}

// errorOf turns any error into one that clients understand. It logs unknown operations and internal errors.
func (s *Server) errorOf(x *exchange, err error) *api.Error {
	var e *api.Error
	if !errors.As(err, &e) {
		s.cfg.Log.Error("call failed", zap.String("service", x.API), zap.String("operation", x.Operation), zap.Error(err))
		return &api.Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	if e.Code == unknownOperation {
		s.notServed(x.API, x.Operation)
	}
	return e
}

// jsonType answers in the JSON version of the request.
func jsonType(r *http.Request) string {
	if asked := r.Header.Get("Content-Type"); strings.HasPrefix(asked, "application/x-amz-json-") {
		return asked
	}
	return "application/x-amz-json-1.0"
}

// reset closes the connection with a TCP reset, as the death of a peer looks to a client.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and recorders can't be hijacked: end the stream
	}
	loopback.Reset(conn)
}

func putBuffer(b *bytes.Buffer) {
	// A buffer that once held a huge batch would keep that size forever.
	if b.Cap() > 1<<20 {
		return
	}
	b.Reset()
	buffers.Put(b)
}

var _ io.Closer = (*Server)(nil)
