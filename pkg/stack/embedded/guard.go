package embedded

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/zap"
)

const (
	// maxRequest is the size of the largest request in bytes: socket.request.max.bytes of a real broker.
	maxRequest = 100 << 20
	// maxOther is that of a request without records. kmsg makes room for as many elements of a list as the request
	// has bytes left, and each of them takes some hundred bytes of memory.
	maxOther = 1 << 20
	// minRequest is the size of a header without a client id.
	minRequest = 8
	// keptBuffer is the largest buffer that a connection keeps between requests.
	keptBuffer = 1 << 20
)

// edge puts a guard on each connection to kfake. A panic in one of kfake's goroutines would end the process,
// and nothing else can recover it.
type edge struct {
	log  *zap.Logger
	told sync.Map // the refused requests, by name, that stderr has a line about
}

// guarded is a listener whose connections have guards.
type guarded struct {
	net.Listener
	edge *edge
}

func (l guarded) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &guard{Conn: conn, edge: l.edge}, nil
}

// refuse says why a connection is closed, the first time for each kind of request.
func (e *edge) refuse(err error) {
	var r *refusal
	if !errors.As(err, &r) {
		return
	}
	if _, told := e.told.LoadOrStore(r.request, true); !told {
		e.log.Error("embedded Kafka closes the connection of a request that it can't serve",
			zap.String("request", r.request), zap.String("reason", r.reason))
	}
}

// refusal is the error of a request that ends its connection.
type refusal struct{ request, reason string }

func (r *refusal) Error() string { return r.request + ": " + r.reason }

// guard is a connection between a client and kfake. kfake reads from it whole requests that passed, and
// writes each response with one call.
type guard struct {
	net.Conn
	edge *edge
	in   bytes.Buffer // what kfake has yet to read of the current request

	mu    sync.Mutex
	mends []mend // of responses to come, in their order; kfake serves a connection's requests one by one
}

// mend replaces the body of the response to one request.
type mend struct {
	correlation int32
	with        func(body []byte) ([]byte, error)
}

func (g *guard) Read(p []byte) (int, error) {
	if g.in.Len() == 0 {
		if err := g.next(); err != nil {
			g.edge.refuse(err)
			return 0, err
		}
	}
	return g.in.Read(p)
}

// next reads one request and checks it. It takes memory for what has arrived, not for what the size announces.
func (g *guard) next() error {
	if g.in.Cap() > keptBuffer {
		g.in = bytes.Buffer{}
	}
	g.in.Reset()
	var head [4]byte
	if _, err := io.ReadFull(g.Conn, head[:]); err != nil {
		return err
	}
	size := int64(int32(binary.BigEndian.Uint32(head[:])))
	if size < minRequest || size > maxRequest {
		return &refusal{"of no known kind", fmt.Sprintf("its size is %d, and not from %d to %d bytes: is it Kafka's, "+
			"and without TLS?", size, minRequest, maxRequest)}
	}
	g.in.Grow(int(min(size, keptBuffer/2)) + len(head) + bytes.MinRead)
	g.in.Write(head[:])
	if _, err := io.CopyN(&g.in, g.Conn, size); err != nil {
		return err
	}
	return g.check(g.in.Bytes()[len(head):])
}

// check decides about a request, and prepares the mending of its response.
func (g *guard) check(frame []byte) (err error) {
	var (
		reader      = kbin.Reader{Src: frame}
		key         = reader.Int16()
		version     = reader.Int16()
		correlation = reader.Int32()
		name        = kmsg.NameForKey(key)
	)
	defer func() {
		if p := recover(); p != nil {
			err = &refusal{name, fmt.Sprint("reading it panics: ", p)}
		}
	}()
	req := kmsg.RequestForKey(key)
	if req == nil {
		return &refusal{fmt.Sprint("with API key ", key), "there is no such key"}
	}
	req.SetVersion(version)
	reader.NullableString() // the client id
	if req.IsFlexible() {
		skipTags(&reader)
	}
	if !reader.Ok() {
		return &refusal{name, "its header ends early"}
	}
	if key != kmsg.Produce.Int16() && len(frame) > maxOther {
		return &refusal{name, fmt.Sprintf("its size is %d bytes, more than %d", len(frame), maxOther)}
	}
	inspect := inspections[kmsg.Key(key)]
	if inspect == nil {
		return nil
	}
	if key == kmsg.Produce.Int16() {
		if reason := previewProduce(version, reader.Src); reason != "" {
			return &refusal{name, reason}
		}
	}
	if err := req.ReadFrom(reader.Src); err != nil {
		return &refusal{name, fmt.Sprintf("version %d does not decode: %v", version, err)}
	}
	v := inspect(req)
	switch {
	case v.answer != nil:
		g.in.Reset()
		g.in.Write(substitute(correlation))
		g.mend(correlation, func([]byte) ([]byte, error) { return encode(v.answer), nil })
	case v.mend != nil:
		g.mend(correlation, func(body []byte) ([]byte, error) { return amend(req, body, v.mend) })
	}
	return nil
}

// skipTags skips the tagged fields of a header. It ends with the header's bytes; kmsg's own goes on to the
// number of fields that the header announces, which takes minutes.
func skipTags(r *kbin.Reader) {
	for n := r.Uvarint(); n > 0 && r.Ok(); n-- {
		_, size := r.Uvarint(), r.Uvarint()
		r.Span(int(size))
	}
}

// substitute returns the request that kfake gets in place of one that it does not see, so that the answer to
// that goes out after the answers to the requests before it.
func substitute(correlation int32) []byte {
	return kmsg.NewRequestFormatter().AppendRequest(nil, kmsg.NewPtrApiVersionsRequest(), correlation)
}

func (g *guard) mend(correlation int32, with func([]byte) ([]byte, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mends = append(g.mends, mend{correlation, with})
}

// Write passes on one response.
func (g *guard) Write(b []byte) (int, error) {
	const head = 8 // size and correlation id
	if with := g.due(int32(binary.BigEndian.Uint32(b[4:]))); with != nil {
		body, err := with(b[head:])
		if err != nil {
			g.edge.log.Warn("embedded Kafka's answer stays as it is", zap.Error(err))
			return g.Conn.Write(b)
		}
		mended := append(b[:head:head], body...)
		binary.BigEndian.PutUint32(mended, uint32(len(mended)-4))
		if _, err := g.Conn.Write(mended); err != nil {
			return 0, err
		}
		return len(b), nil
	}
	return g.Conn.Write(b)
}

// due returns how to mend the response with a correlation id, nil for most.
func (g *guard) due(correlation int32) func([]byte) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.mends) == 0 || g.mends[0].correlation != correlation {
		return nil
	}
	with := g.mends[0].with
	g.mends = g.mends[1:]
	return with
}

// amend decodes a response, changes it, and encodes it again.
func amend(req kmsg.Request, body []byte, change func(kmsg.Response)) (amended []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("amend a response to %s: %v", kmsg.NameForKey(req.Key()), p)
		}
	}()
	resp := req.ResponseKind()
	if hasTags(resp) {
		body = body[1:]
	}
	if err := resp.ReadFrom(body); err != nil {
		return nil, fmt.Errorf("amend a response to %s: %w", kmsg.NameForKey(req.Key()), err)
	}
	change(resp)
	return encode(resp), nil
}

// encode returns a response from behind its correlation id.
func encode(resp kmsg.Response) []byte {
	var body []byte
	if hasTags(resp) {
		body = append(body, 0)
	}
	return resp.AppendTo(body)
}

// hasTags tells whether a response's header has tagged fields, of which kfake sends none.
func hasTags(resp kmsg.Response) bool {
	return resp.IsFlexible() && resp.Key() != kmsg.ApiVersions.Int16()
}
