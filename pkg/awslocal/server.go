package awslocal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/awslocal/eventbridge"
	"github.com/crashlab/crashlab/pkg/awslocal/kinesis"
	"github.com/crashlab/crashlab/pkg/awslocal/lambda"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions"
	"github.com/crashlab/crashlab/pkg/gate"
	"github.com/crashlab/crashlab/pkg/loopback"
)

// Config says how the embedded AWS starts. The zero value listens on a free loopback port.
type Config struct {
	Addr    string          // host:port to listen on; default "127.0.0.1:0"
	Clock   clockwork.Clock // time of every service; default the real clock
	Log     *zap.Logger     // default none
	Account string          // 12 digits; default "000000000000"

	// Keys are the access keys that requests must be signed with. Nil means that no signature is verified.
	Keys signature.Keys

	// Upstream is an AWS endpoint that answers for the services which this one is not to have. Nil means that it has all.
	Upstream *Upstream

	HeaderTime time.Duration // how long a request's header may take from its first byte on; default 30 s

	// Settings of single services; their Clock and Caller are the server's.
	DynamoDB    dynamodb.Config
	Kinesis     kinesis.Config
	EventBridge eventbridge.Config
	Lambda      lambda.Config

	StepFunctions stepfunctions.Config
}

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Clock == nil {
		c.Clock = clockwork.NewRealClock()
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Account == "" {
		c.Account = "000000000000"
	}
	if c.HeaderTime == 0 {
		c.HeaderTime = 30 * time.Second
	}
	return c
}

// Server is a running embedded AWS. Its methods are safe for concurrent use.
type Server struct {
	cfg      Config
	addr     string // the address of the first listen; Restart uses it again
	services []*service

	byName   map[string]*service // which it serves
	upstream *upstream           // answers for other services; nil for none

	gate     gate.Gate       // shut during a stall
	missed   missed          // what clients called that is not served
	refusals refusals        // what faults have SQS refuse
	ctx      context.Context // ends at Close
	cancel   context.CancelFunc

	mu     sync.Mutex
	front  *front // nil while stopped
	closed bool
}

// Start listens and serves at once. It fails if the address is not available.
func Start(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{cfg: cfg, addr: cfg.Addr, ctx: ctx, cancel: cancel, byName: map[string]*service{}}
	s.services = s.makeServices(cfg)
	if cfg.Upstream != nil {
		s.upstream = connectUpstream(*cfg.Upstream)
	}
	for _, svc := range s.services {
		if cfg.Upstream == nil || slices.Contains(cfg.Upstream.Services, svc.name) {
			s.byName[svc.name] = svc
		}
	}
	if err := s.Restart(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// URL is the endpoint for clients: "http://127.0.0.1:41235". It stays the same over Stop and Restart.
func (s *Server) URL() string { return "http://" + s.addr }

// Restart listens again on the same port after Stop; queues, tables and messages are unchanged. It does
// nothing on a running server. It fails after Close, or if another process took the port meanwhile.
func (s *Server) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("restart embedded aws: it is closed")
	}
	if s.front != nil {
		return nil
	}
	listener, err := loopback.Listen(s.addr)
	if err != nil {
		return fmt.Errorf("start embedded aws: %w", err)
	}
	s.addr = listener.Addr().String()
	s.front = serve(s.ctx, listener, &s.gate, s.cfg.HeaderTime, zap.NewStdLog(s.cfg.Log.Named("http")), s.handle)
	return nil
}

// Stop closes the listener and every connection, as a crash would: requests in progress get no answer, new
// ones are refused. State is kept. It returns when no request is running any more.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.front != nil {
		s.front.stop()
		s.front = nil
	}
}

// Stall accepts requests and answers none, as a paused process does, until Resume. Requests whose bodies have
// arrived are carried out on Resume, even if their client gave up.
func (s *Server) Stall() { s.gate.Shut() }

// Resume ends Stall.
func (s *Server) Resume() { s.gate.Open() }

// Close stops the server and its services' background work. It is idempotent and leaves no
// goroutine behind.
func (s *Server) Close() error {
	s.Stop()
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	for _, svc := range s.services {
		for _, part := range []any{svc.rpc, svc.rest} {
			if c, ok := part.(io.Closer); ok {
				errs = append(errs, c.Close())
			}
		}
	}
	if s.upstream != nil {
		s.upstream.close()
	}
	return errors.Join(errs...)
}
