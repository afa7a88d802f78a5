package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/internal/conn"
)

// Thing is one thing on a stack, by the name that its maker gave it.
type Thing struct {
	Kind string // "SQS queue"
	Name string

	ref string // what it is deleted by, if that is not the name
}

// kind is one kind of thing. list may return things without the prefix. Delete returns how many it deleted,
// even if it fails midway.
type kind struct {
	name   string
	list   func(ctx context.Context, prefix string) ([]Thing, error)
	delete func(ctx context.Context, things []Thing) (int, error)
}

// every calls do for all kinds at once, and the function that it returns for one thing at a time.
func every(ctx context.Context, st *stack.Stack, verb string, do func(kind) (then func(), err error)) error {
	cfg := conn.AWS(ctx, st.AWS)
	cfg.Retryer = patient
	defer conn.CloseIdle(cfg)
	var (
		mu   sync.Mutex
		errs []error
		wg   sync.WaitGroup
	)
	kinds := awsKinds(cfg)
	if len(st.Kafka) > 0 {
		kinds = append(kinds, kafkaKinds(st.Kafka)...)
	}
	if st.Redis != "" {
		kinds = append(kinds, redisKind(st.Redis))
	}
	for _, k := range kinds {
		wg.Go(func() {
			then, err := do(k)
			mu.Lock()
			defer mu.Unlock()
			then()
			if err != nil && !missing(err) {
				errs = append(errs, fmt.Errorf("%s %ss: %w", verb, k.name, err))
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// patient also retries 501, which LocalStack answers while it loads a service. It loads a service at its
// first call: a second call at the same time may find the service without its operations.
func patient() aws.Retryer { return retry.AddWithErrorCodes(retry.NewStandard(), "InternalFailure") }

// missing reports whether an error means that the stack lacks the whole service, as an emulator of only some
// services does.
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
		return strings.Contains(m, "not enabled") || strings.Contains(m, "not yet implemented") ||
			strings.Contains(m, "not included")
	}
	return false
}

// one deletes things one after another, goes on after a failure, and counts the deleted ones.
func one(del func(ctx context.Context, t Thing) error) func(context.Context, []Thing) (int, error) {
	return func(ctx context.Context, things []Thing) (int, error) {
		var n int
		var errs []error
		for _, t := range things {
			if err := whenReady(ctx, del, t); err != nil && !gone(err) {
				errs = append(errs, fmt.Errorf("delete %s: %w", t.Name, err))
				continue
			}
			n++
		}
		return n, errors.Join(errs...)
	}
}

// gone reports whether an error means that the thing is not there any more: real AWS lists queues for a minute
// after they were deleted.
func gone(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException", "NotFound",
		"NoSuchBucket", "ResourceNotFound":
		return true
	}
	return false
}

const (
	readyWithin = time.Minute // that a change of a table or a stream takes, at most
	readyEvery  = time.Second
)

// whenReady deletes a thing. Real AWS deletes no table and no stream that is just being changed: it is tried again
// for a while.
func whenReady(ctx context.Context, del func(context.Context, Thing) error, t Thing) error {
	for end := time.Now().Add(readyWithin); ; {
		err := del(ctx, t)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != "ResourceInUseException" || time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(readyEvery):
		case <-ctx.Done():
			return err
		}
	}
}

func named(names []string) []Thing {
	things := make([]Thing, len(names))
	for i, name := range names {
		things[i].Name = name
	}
	return things
}
