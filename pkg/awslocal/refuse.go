package awslocal

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// refusals are the queues that take no messages at present.
type refusals struct {
	mu  sync.Mutex
	all []*refusal
}

type refusal struct {
	path string // of the queue's URL
	hits int
}

var unavailable = &api.Error{
	Code: "ServiceUnavailable", Message: "The service is temporarily unavailable.", Status: http.StatusServiceUnavailable,
}

// Refuse makes SQS answer 503 to whoever sends to the queue of that URL, other services such as EventBridge included.
// What the queue has can be received. refused counts the refused calls; lift ends it and is idempotent.
func (s *Server) Refuse(queueURL string) (refused func() int, lift func()) {
	f, r := &s.refusals, &refusal{path: pathOf(queueURL)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, r)
	refused = func() int {
		f.mu.Lock()
		defer f.mu.Unlock()
		return r.hits
	}
	lift = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.all = slices.DeleteFunc(f.all, func(other *refusal) bool { return other == r })
	}
	return refused, lift
}

// refuses returns the error of a call to send to a queue that takes nothing.
func (f *refusals) refuses(service string, r *api.Request) error {
	if service != "sqs" || !strings.HasPrefix(r.Operation, "SendMessage") {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.all) == 0 {
		return nil
	}
	var to struct{ QueueUrl string }
	if r.Decode(&to) != nil {
		return nil // SQS says what is wrong with it
	}
	for _, of := range f.all {
		if of.path == pathOf(to.QueueUrl) {
			of.hits++
			return unavailable
		}
	}
	return nil
}

// pathOf returns what identifies a queue in its URL, whatever name its host goes by: "/000000000000/orders".
func pathOf(queueURL string) string {
	_, rest, found := strings.Cut(queueURL, "://")
	if slash := strings.Index(rest, "/"); found && slash >= 0 {
		return rest[slash:]
	}
	return queueURL
}
