package sqs

import (
	"context"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Config says what the service runs on.
type Config struct {
	Clock  clockwork.Clock
	Caller api.Caller
	Log    *zap.Logger
}

// Service answers calls.
type Service struct{}

// New returns the service.
func New(Config) *Service { return &Service{} }

// Call implements [api.Service].
func (s *Service) Call(_ context.Context, r *api.Request) (any, error) {
	return nil, api.Unknown(r.Operation)
}
