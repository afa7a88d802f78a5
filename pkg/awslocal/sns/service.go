package sns

import (
	"context"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/loopback"
)

// Config says what the service runs on.
type Config struct {
	Clock  clockwork.Clock // timestamps, deduplication, pauses between retries
	Caller api.Caller      // delivers to SQS
	Log    *zap.Logger     // deliveries that failed for good
	Guard  api.Guard       // of deliveries
}

// Service answers SNS calls.
type Service struct {
	clock  clockwork.Clock
	caller api.Caller
	log    *zap.Logger
	guard  api.Guard
	http   *http.Client

	mu            sync.Mutex               // guards what follows and every topic and subscription
	topics        map[string]*topic        // by ARN
	subscriptions map[string]*subscription // by ARN
	closed        bool

	ctx        context.Context // ends the background deliveries
	cancel     context.CancelFunc
	deliveries sync.WaitGroup
}

// New returns a service without topics.
func New(cfg Config) *Service {
	ctx, cancel := context.WithCancel(context.Background())
	return &Service{
		clock: cfg.Clock, caller: cfg.Caller, log: cfg.Log, guard: cfg.Guard,
		// AWS waits 15 s
		http:   &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{DialContext: loopback.Dial}},
		topics: map[string]*topic{}, subscriptions: map[string]*subscription{},
		ctx: ctx, cancel: cancel,
	}
}

// Close gives up deliveries in progress and returns when none is left. It is idempotent and always succeeds.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.deliveries.Wait()
	s.http.CloseIdleConnections()
	return nil
}

// background runs a delivery until it returns or the service is closed.
func (s *Service) background(deliver func(ctx context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.deliveries.Add(1)
	go func() {
		defer s.deliveries.Done()
		s.guard.Run("delivery", func() { deliver(s.ctx) })
	}()
}

// operations lists the covered operations.
var operations = api.Operations[*Service]{
	"ConfirmSubscription":       onTopic((*Service).confirmSubscription),
	"CreateTopic":               locked((*Service).createTopic),
	"DeleteTopic":               locked((*Service).deleteTopic),
	"GetSubscriptionAttributes": onSubscription((*Service).getSubscriptionAttributes),
	"GetTopicAttributes":        onTopic((*Service).getTopicAttributes),
	"ListSubscriptions":         locked((*Service).listSubscriptions),
	"ListSubscriptionsByTopic":  onTopic((*Service).listSubscriptionsByTopic),
	"ListTagsForResource":       onTags((*Service).listTagsForResource),
	"ListTopics":                locked((*Service).listTopics),
	"Publish":                   api.Op((*Service).publish),
	"PublishBatch":              api.Op((*Service).publishBatch),
	"SetSubscriptionAttributes": onSubscription((*Service).setSubscriptionAttributes),
	"SetTopicAttributes":        onTopic((*Service).setTopicAttributes),
	"Subscribe":                 api.Op((*Service).subscribe),
	"TagResource":               onTags((*Service).tagResource),
	"Unsubscribe":               locked((*Service).unsubscribe),
	"UntagResource":             onTags((*Service).untagResource),
}

// Call implements [api.Service].
func (s *Service) Call(ctx context.Context, r *api.Request) (any, error) {
	return operations.Call(ctx, s, r)
}

// pageSize is the fixed page size of a list operation.
const pageSize = 100

// page cuts a sorted list of ARNs at the token, which is the last ARN of the previous page.
func page(arns []string, token string) (cut []string, next string, err error) {
	after, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return nil, "", errParameter("NextToken")
	}
	for _, arn := range arns {
		if arn <= string(after) {
			continue
		}
		if len(cut) == pageSize {
			return cut, base64.StdEncoding.EncodeToString([]byte(cut[pageSize-1])), nil
		}
		cut = append(cut, arn)
	}
	return cut, "", nil
}
