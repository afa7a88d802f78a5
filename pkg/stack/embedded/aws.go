package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
	"github.com/crashlab/crashlab/pkg/awslocal/signature"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// awsServer is the embedded AWS as a process. Killed, it loses its queues and tables, as LocalStack without
// persistence does.
type awsServer struct {
	cfg awslocal.Config

	mu     sync.Mutex
	server *awslocal.Server // nil while killed
}

// startAWS starts an AWS of its own or, with an upstream, one that has some services and leaves the others to it.
func startAWS(needs stack.Needs, upstream *awslocal.Upstream, log *zap.Logger) (*awsServer, error) {
	n, err := port.Or(needs.Ports.AWS)
	if err != nil {
		return nil, err
	}
	a := &awsServer{cfg: awslocal.Config{Addr: fmt.Sprintf("127.0.0.1:%d", n), Log: log, Upstream: upstream}}
	if needs.Throttling {
		a.cfg.DynamoDB.Throttling = &dynamodb.Throttling{}
		a.cfg.Kinesis.Limits = true
	}
	a.cfg.Lambda.Processes = needs.Functions
	if needs.Signatures {
		e := a.endpoint()
		a.cfg.Keys = signature.Keys{e.AccessKey: e.SecretKey}
	}
	if err := a.Start(context.Background()); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *awsServer) endpoint() stack.Endpoint {
	return stack.Endpoint{URL: "http://" + a.cfg.Addr, Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
}

func (a *awsServer) Kill(context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server == nil {
		return nil
	}
	err := a.server.Close()
	a.server = nil
	return err
}

func (a *awsServer) Start(context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server != nil {
		return nil
	}
	server, err := awslocal.Start(a.cfg)
	if err != nil {
		return err
	}
	a.server = server
	return nil
}

func (a *awsServer) Pause(context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server != nil {
		a.server.Stall()
	}
	return nil
}

func (a *awsServer) Resume(context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server != nil {
		a.server.Resume()
	}
	return nil
}

func (a *awsServer) close(ctx context.Context) error { return a.Kill(ctx) }

// Refuse is [stack.Refuser]'s.
func (a *awsServer) Refuse(queueURL string) (refused func() int, lift func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.server == nil {
		return nil, nil, errors.New("the embedded AWS does not run")
	}
	refused, lift = a.server.Refuse(queueURL)
	return refused, lift, nil
}
