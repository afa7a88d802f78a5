package sns

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

// onTopic makes an operation from a method on the topic that the input names. It holds the service's lock
// throughout.
func onTopic[In any, P interface {
	*In
	topicArn() string
}](do func(*Service, *topic, *In) (any, error)) api.Operation[*Service] {
	return locked(func(s *Service, _ *api.Request, in *In) (any, error) {
		t, err := s.findTopic(P(in).topicArn())
		if err != nil {
			return nil, err
		}
		return do(s, t, in)
	})
}

// topicInput is the input of operations on a topic, and part of others' input.
type topicInput struct {
	TopicArn string `json:"TopicArn"`
}

func (in *topicInput) topicArn() string { return in.TopicArn }

// onSubscription is onTopic for subscriptions.
func onSubscription(do func(*Service, *subscription, *subscriptionInput) (any, error)) api.Operation[*Service] {
	return locked(func(s *Service, _ *api.Request, in *subscriptionInput) (any, error) {
		sub := s.subscriptions[in.SubscriptionArn]
		if sub == nil {
			return nil, errNotFound("Subscription")
		}
		return do(s, sub, in)
	})
}

// onTags is onTopic for the operations on tags, which have their own error for a missing topic.
func onTags(do func(*Service, *topic, *tagsInput) (any, error)) api.Operation[*Service] {
	return locked(func(s *Service, _ *api.Request, in *tagsInput) (any, error) {
		t := s.topics[in.ResourceArn]
		if t == nil {
			return nil, errNoResource()
		}
		return do(s, t, in)
	})
}
