package sqs

import (
	"context"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// locked makes an operation of a method that holds the service's lock throughout.
func locked[In any](do func(*Service, *api.Request, *In) (any, error)) api.Operation[*Service] {
	return api.Op(func(s *Service, _ context.Context, r *api.Request, in *In) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return do(s, r, in)
	})
}

// onQueue makes an operation of a method on the queue that its input names, which holds the service's
// lock throughout.
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

// queueInput is the input of operations that need no more than a queue, and part of others'.
type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (in *queueInput) queueURL() string { return in.QueueURL }
