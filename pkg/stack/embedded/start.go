package embedded

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/stack"
)

// Start starts the three dependencies at once and returns when each one answers. It starts all or nothing: if
// one fails, it stops the others before it returns.
func Start(ctx context.Context, needs stack.Needs, log *zap.Logger) (*stack.Stack, error) {
	st := &stack.Stack{Backend: map[string]string{
		stack.AWS: stack.Embedded, stack.Kafka: stack.Embedded, stack.Redis: stack.Embedded,
	}}
	var (
		aws   *awsServer
		kafka *cluster
		redis *redisServer
	)
	var g errgroup.Group
	g.Go(func() (err error) { aws, err = startAWS(needs, nil, log); return })
	g.Go(func() (err error) { kafka, err = startCluster(needs, log); return })
	g.Go(func() (err error) { redis, err = startRedis(needs.Ports.Redis, log); return })
	err := g.Wait()

	var servers []server
	if aws != nil {
		servers = append(servers, server{stack.AWS, aws.close})
		st.AWS = aws.endpoint()
	}
	if kafka != nil {
		servers = append(servers, server{stack.Kafka, kafka.close})
		st.Kafka = kafka.addresses()
	}
	if redis != nil {
		servers = append(servers, server{stack.Redis, redis.close})
		st.Redis = redis.socket.addr
	}
	st.OnClose(func(ctx context.Context) error { return closeAll(ctx, servers, closeTime) })
	if err = errors.Join(err, ctx.Err()); err != nil {
		return nil, fmt.Errorf("start embedded stack: %w", errors.Join(err, st.Close(ctx)))
	}

	st.Processes = map[string]stack.Process{stack.AWS: aws, stack.Redis: redis}
	var all stack.All
	for i, n := range kafka.nodes {
		st.Processes[stack.Node(i+1)] = n
		all = append(all, n)
	}
	st.Processes[stack.Kafka] = all
	return st, nil
}
