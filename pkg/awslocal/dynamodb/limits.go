package dynamodb

import (
	"context"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

type limitsOutput struct {
	AccountMaxReadCapacityUnits, AccountMaxWriteCapacityUnits int64
	TableMaxReadCapacityUnits, TableMaxWriteCapacityUnits     int64
}

// describeLimits answers with the quotas of a new account. They are not enforced.
func (s *Service) describeLimits(home, *struct{}) (any, error) {
	return &limitsOutput{80000, 80000, 40000, 40000}, nil
}

type endpointsOutput struct{ Endpoints []endpoint }

type endpoint struct {
	Address              string
	CachePeriodInMinutes int
}

// describeEndpoints answers SDKs that discover endpoints with the endpoint of the request.
func describeEndpoints(_ *Service, _ context.Context, r *api.Request) (any, error) {
	_, address, _ := strings.Cut(r.Endpoint, "://")
	return &endpointsOutput{[]endpoint{{address, 1440}}}, nil
}
