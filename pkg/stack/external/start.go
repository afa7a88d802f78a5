package external

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
)

// answerWithin is how long a dependency may take to answer at the start.
const answerWithin = 3 * time.Second

// Start checks that all three dependencies answer, at the same time and within 3 s, and returns
// them as a stack. Where one does not, the error is a *[stack.UnavailableError] that names each one
// that does not and says what to check.
func Start(ctx context.Context, cfg Config, needs stack.Needs, log *zap.Logger) (*stack.Stack, error) {
	if cfg.RealAWS && cfg.AWS.URL != "" {
		return nil, &stack.UnavailableError{
			Backend: stack.External, Reason: "real AWS and the endpoint " + cfg.AWS.URL + " are both asked for",
			Advice: "choose one of them",
		}
	}
	cfg = cfg.withDefaults()
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()

	checks := []func(context.Context) *problem{
		func(ctx context.Context) *problem { return checkAWS(ctx, cfg.AWS) },
		func(ctx context.Context) *problem { return checkKafka(ctx, cfg.Kafka, needs.Nodes(), log) },
		func(ctx context.Context) *problem { return checkRedis(ctx, cfg.Redis) },
	}
	problems := make([]*problem, len(checks))
	var wg sync.WaitGroup
	for i, check := range checks {
		wg.Go(func() { problems[i] = check(ctx) })
	}
	wg.Wait()
	if err := unavailable(problems); err != nil {
		return nil, err
	}
	return &stack.Stack{
		Backend: map[string]string{
			stack.AWS: stack.External, stack.Kafka: stack.External, stack.Redis: stack.External,
		},
		AWS:       cfg.AWS,
		Kafka:     cfg.Kafka,
		Redis:     cfg.Redis,
		Processes: map[string]stack.Process{},
	}, nil
}
