package awslocal

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// Invoke implements [api.Caller]: one service calls another without a socket. It uses the context's scope
// (default: us-east-1 and the server's account).
func (s *Server) Invoke(ctx context.Context, service, operation string, in, out any) error {
	svc := s.byName[service]
	if (svc == nil || svc.rpc == nil) && s.upstream == nil {
		return api.Unknown(operation)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("invoke %s %s: %w", service, operation, err)
	}
	scope := api.ScopeOf(ctx)
	if scope.Region == "" {
		scope.Region = defaultRegion
	}
	if scope.Account == "" {
		scope.Account = s.cfg.Account
	}
	if svc == nil {
		return s.upstream.invoke(ctx, call{service, operation, scope.Region, body}, out)
	}
	answer, err := s.call(ctx, svc, &api.Request{
		Operation: operation, Region: scope.Region, Account: scope.Account, Endpoint: s.URL(), ID: id.UUID(),
		Decode: func(v any) error { return decodeJSON(body, v) },
	})
	if err != nil || out == nil || answer == nil {
		return err
	}
	body, err = json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("invoke %s %s: %w", service, operation, err)
	}
	return json.Unmarshal(body, out)
}
