package external

import (
	"context"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// answerWithin is how long a dependency may take to answer at the start.
const answerWithin = 3 * time.Second

// loadWithin is how long LocalStack may take to load its services. It loads each at its first call.
const loadWithin = 30 * time.Second

// Start checks that all three dependencies answer, at the same time and within 3 s (AWS itself may take longer), and
// returns them as a stack. Otherwise the error is a *[stack.UnavailableError] that names each one that does not answer
// and says what to check.
func Start(ctx context.Context, cfg Config, needs stack.Needs, log *zap.Logger) (*stack.Stack, error) {
	if cfg.RealAWS {
		if p := elsewhere(cfg.AWS.URL, os.Environ()); p != nil {
			return nil, unavailable([]*problem{p})
		}
	}
	if lack := lacks(needs); lack != "" && !cfg.RealAWS {
		return nil, &stack.UnavailableError{Backend: stack.External, Reason: lack, Advice: "use --backend embedded"}
	}
	cfg = cfg.withDefaults()
	soon, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()

	var account string
	checks := []func(context.Context) *problem{
		func(context.Context) (p *problem) {
			if cfg.RealAWS {
				cfg.AWS, account, p = identify(ctx, cfg.AWS)
				return p
			}
			return checkAWS(soon, cfg.AWS)
		},
		func(ctx context.Context) *problem { return checkKafka(ctx, cfg.Kafka, needs.Nodes(), log) },
		func(ctx context.Context) *problem { return checkRedis(ctx, cfg.Redis) },
	}
	problems := make([]*problem, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() { problems[i] = check(soon) })
	}
	wg.Wait()
	if err := unavailable(problems); err != nil {
		return nil, err
	}
	if !cfg.RealAWS {
		load(ctx, cfg.AWS, log)
	}
	return &stack.Stack{
		Backend: map[string]string{
			stack.AWS: stack.External, stack.Kafka: stack.External, stack.Redis: stack.External,
		},
		AWS:       cfg.AWS,
		Account:   account,
		Kafka:     cfg.Kafka,
		Redis:     cfg.Redis,
		Processes: map[string]stack.Process{},
	}, nil
}

// lacks says in one clause which need other endpoints than real AWS may not meet; it is empty if there is none.
func lacks(needs stack.Needs) string {
	switch {
	case needs.Throttling:
		return "throttling is asked for, and only real AWS is known to have limits of throughput"
	case needs.Signatures:
		return "signatures are to be verified, and only real AWS is known to verify them"
	}
	return ""
}

// load makes LocalStack load its services. A lab that needs a missing one fails and names it.
func load(ctx context.Context, e stack.Endpoint, log *zap.Logger) {
	ctx, cancel := context.WithTimeout(ctx, loadWithin)
	defer cancel()
	if _, ok := conn.AskHealth(ctx, e.URL); !ok {
		return // not LocalStack
	}
	if err := conn.AskServices(ctx, e); err != nil {
		log.Debug("not every service of the AWS endpoint answers", zap.Error(err))
	}
}
