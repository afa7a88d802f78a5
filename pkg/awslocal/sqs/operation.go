package sqs

import (
	"context"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// locked makes an operation from a method and holds the service's lock throughout.
func locked[In any](do func(*Service, *api.Request, *In) (any, error)) api.Operation[*Service] {
	return api.Op(func(s *Service, _ context.Context, r *api.Request, in *In) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return do(s, r, in)
	})
}

// onQueue makes an operation from a method on the queue that the input names. It holds the service's lock
// throughout.
func onQueue[In any, P interface {
	*In
	queueURL() string
}](do func(*Service, *queue, *In) (any, error)) api.Operation[*Service] {
	return locked(func(s *Service, r *api.Request, in *In) (any, error) {
		q, err := s.find(r, P(in).queueURL())
		if err != nil {
			return nil, err
		}
		return do(s, q, in)
	})
}

// queueInput is the input of operations on a queue, and part of others' input.
type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (in *queueInput) queueURL() string { return in.QueueURL }
