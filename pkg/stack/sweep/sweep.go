package sweep

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// minPrefix keeps a slip from emptying a shared cluster.
const minPrefix = 4

// Report is how many things of each kind were deleted.
type Report map[string]int

// String lists the kinds in order: "1 × Kafka topic, 3 × SQS queue".
func (r Report) String() string {
	var parts []string
	for kind, n := range r {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, kind))
		}
	}
	if parts == nil {
		return "nothing"
	}
	sort.Strings(parts)
	return strings.Join(parts, ", ")
}

// sweeper deletes one kind of thing and says how many there were, also when it fails midway.
type sweeper struct {
	kind string
	do   func(ctx context.Context, prefix string) (int, error)
}

// Prefix deletes everything on the stack whose name begins with prefix, which has at least 4
// characters: SQS queues, SNS topics, DynamoDB tables, Kinesis streams, S3 buckets with their
// objects, EventBridge rules and buses, Kafka topics and groups, Redis keys. It goes on where
// something fails and returns every failure joined. Services that the stack does not have are
// passed over.
func Prefix(ctx context.Context, st *stack.Stack, prefix string) (Report, error) {
	if len(prefix) < minPrefix {
		return nil, fmt.Errorf("sweep %q: the prefix is too short to be a run's", prefix)
	}
	cfg, err := conn.AWS(ctx, st.AWS)
	if err != nil {
		return nil, fmt.Errorf("sweep %q: %w", prefix, err)
	}
	sweepers := append(awsSweepers(cfg), kafkaSweepers(st.Kafka)...)
	sweepers = append(sweepers, redisSweeper(st.Redis))

	var (
		mu     sync.Mutex
		report = Report{}
		errs   []error
		wg     sync.WaitGroup
	)
	for _, s := range sweepers {
		wg.Go(func() {
			n, err := s.do(ctx, prefix)
			mu.Lock()
			defer mu.Unlock()
			report[s.kind] = n
			if err != nil && !missing(err) {
				errs = append(errs, fmt.Errorf("sweep %s: %w", s.kind, err))
			}
		})
	}
	wg.Wait()
	return report, errors.Join(errs...)
}

// missing says whether an error means that the stack lacks the whole service, as emulators answer
// that start only some.
func missing(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "UnknownOperationException", "InvalidAction", "NotImplemented", "NotImplementedException":
		return true
	case "InternalFailure", "InternalError":
		m := api.ErrorMessage()
		return strings.Contains(m, "not enabled") || strings.Contains(m, "not yet implemented") || strings.Contains(m, "not included")
	}
	return false
}

// each calls del for every name that bears the prefix and counts those that it deleted.
func each(names []string, prefix string, del func(name string) error) (int, error) {
	var n int
	var errs []error
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if err := del(name); err != nil {
			errs = append(errs, fmt.Errorf("delete %s: %w", name, err))
			continue
		}
		n++
	}
	return n, errors.Join(errs...)
}
