package sqs

import (
	"context"
	"sync"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config says what the service runs on.
type Config struct {
	Clock clockwork.Clock // delays, visibility, retention, long polls
	Guard api.Guard       // of message move tasks
}

// Service answers SQS calls.
type Service struct {
	clock clockwork.Clock
	guard api.Guard

	// mu guards every queue. Operations under it take microseconds. With one lock a message moves between two
	// queues in one step: no observer sees it in neither or both.
	mu     sync.Mutex
	stores map[api.Scope]*store
	sent   uint64 // number of messages so far, for their order

	stop  chan struct{} // ends move tasks and long polls
	close sync.Once
	tasks sync.WaitGroup
}

// store holds the queues of one account in one region.
type store struct {
	queues map[string]*queue
	moves  []*moveTask // oldest first
}

// New returns a service without queues.
func New(cfg Config) *Service {
	return &Service{clock: cfg.Clock, guard: cfg.Guard, stores: map[api.Scope]*store{}, stop: make(chan struct{})}
}

// Close ends move tasks and long polls. It is idempotent and always succeeds.
func (s *Service) Close() error {
	s.close.Do(func() { close(s.stop) })
	s.tasks.Wait()
	return nil
}

// operations lists the covered operations.
var operations = api.Operations[*Service]{
	"AddPermission":                locked((*Service).addPermission),
	"CancelMessageMoveTask":        locked((*Service).cancelMessageMoveTask),
	"ChangeMessageVisibility":      onQueue((*Service).changeMessageVisibility),
	"ChangeMessageVisibilityBatch": onQueue((*Service).changeMessageVisibilityBatch),
	"CreateQueue":                  locked((*Service).createQueue),
	"DeleteMessage":                onQueue((*Service).deleteMessage),
	"DeleteMessageBatch":           onQueue((*Service).deleteMessageBatch),
	"DeleteQueue":                  onQueue((*Service).deleteQueue),
	"GetQueueAttributes":           onQueue((*Service).getQueueAttributes),
	"GetQueueUrl":                  locked((*Service).getQueueURL),
	"ListDeadLetterSourceQueues":   locked((*Service).listDeadLetterSourceQueues),
	"ListMessageMoveTasks":         locked((*Service).listMessageMoveTasks),
	"ListQueueTags":                onQueue((*Service).listQueueTags),
	"ListQueues":                   locked((*Service).listQueues),
	"PurgeQueue":                   onQueue((*Service).purgeQueue),
	"ReceiveMessage":               api.Op((*Service).receiveMessage),
	"RemovePermission":             locked((*Service).removePermission),
	"SendMessage":                  api.Op((*Service).sendMessage),
	"SendMessageBatch":             api.Op((*Service).sendMessageBatch),
	"SetQueueAttributes":           onQueue((*Service).setQueueAttributes),
	"StartMessageMoveTask":         locked((*Service).startMessageMoveTask),
	"TagQueue":                     onQueue((*Service).tagQueue),
	"UntagQueue":                   onQueue((*Service).untagQueue),
}

// Call implements [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// storeOf returns the scope's store, and makes it if necessary. s.mu is held.
func (s *Service) storeOf(scope api.Scope) *store {
	st := s.stores[scope]
	if st == nil {
		st = &store{queues: map[string]*queue{}}
		s.stores[scope] = st
	}
	return st
}

// find returns the queue of a URL, advanced to now. s.mu is held.
func (s *Service) find(r *api.Request, url string) (*queue, error) {
	if url == "" {
		return nil, errMissing("QueueUrl")
	}
	scope, name := parseURL(url, api.Scope{Region: r.Region, Account: r.Account})
	q := s.storeOf(scope).queues[name]
	if q == nil {
		return nil, errNoQueue()
	}
	q.advance(s.clock.Now())
	return q, nil
}

// findARN returns the queue of an ARN, advanced to now, or nil. s.mu is held.
func (s *Service) findARN(arn string) *queue {
	scope, name, ok := parseARN(arn)
	if !ok {
		return nil
	}
	q := s.storeOf(scope).queues[name]
	if q != nil {
		q.advance(s.clock.Now())
	}
	return q
}
