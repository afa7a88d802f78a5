package lambda

import "github.com/crashlab/crashlab/pkg/awslocal/api"

// minUnreserved is what of an account's concurrency can't be reserved: 100 of 1,000.
func (s *Service) minUnreserved() int { return min(100, s.cfg.Concurrency/10) }

// concurrency is a function's reserved concurrency.
type concurrency struct {
	ReservedConcurrentExecutions *int `json:",omitempty"`
}

func (f *function) concurrency() *concurrency {
	if f.reserved == nil {
		return nil
	}
	n := *f.reserved
	return &concurrency{&n}
}

// unreserved is the concurrency that functions without a reservation share. except is left out of the sum.
func (s *Service) unreserved(a *account, except *function) int {
	n := s.cfg.Concurrency
	for _, f := range a.functions {
		switch {
		case f == except:
		case f.reserved != nil:
			n -= *f.reserved
		default:
			n -= f.provisionedSum()
		}
	}
	return n
}

// admit counts a request in, or says why there is no concurrency for it. A request for a free provisioned environment
// draws on the concurrency that was allocated with it. The lock is held.
func (s *Service) admit(v *version) *api.Error {
	f := v.function
	if f.reserved != nil {
		if f.running >= *f.reserved {
			return throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
		}
	} else if !v.provisionedIdle() && f.account.running >= s.unreserved(f.account, nil) {
		return throttled("ConcurrentInvocationLimitExceeded")
	}
	if len(v.idle) == 0 && !v.provisionedIdle() && !s.scale(f) {
		return throttled("ConcurrentInvocationLimitExceeded")
	}
	f.running++
	return nil
}

// scale takes one new environment from what a function may start at once: as many as the scaling rate, which comes
// back evenly in ten seconds.
func (s *Service) scale(f *function) bool {
	now, most := s.clock.Now(), float64(s.cfg.ScalingRate)
	f.credit = min(most, f.credit+now.Sub(f.credited).Seconds()*most/10)
	f.credited = now
	if f.credit < 1 {
		return false
	}
	f.credit--
	return true
}

func (s *Service) putFunctionConcurrency(a *account, in *struct {
	FunctionName                 string
	ReservedConcurrentExecutions *int
}) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	n := in.ReservedConcurrentExecutions
	switch {
	case n == nil:
		return nil, constraint("null", "reservedConcurrentExecutions", "not be null")
	case *n < 0:
		return nil, constraint(*n, "reservedConcurrentExecutions", "have value greater than or equal to 0")
	case s.unreserved(a, f)-*n < s.minUnreserved():
		return nil, invalid("Specified ReservedConcurrentExecutions for function decreases account's "+
			"UnreservedConcurrentExecution below its minimum value of [%d].", s.minUnreserved())
	case *n < f.provisionedSum():
		return nil, invalid("ReservedConcurrentExecutions %d should not be lower than function's total provisioned "+
			"concurrency [%d].", *n, f.provisionedSum())
	}
	f.reserved = n
	return f.concurrency(), nil
}

func (s *Service) getFunctionConcurrency(a *account, in *struct{ FunctionName string }) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	if c := f.concurrency(); c != nil {
		return c, nil
	}
	return struct{}{}, nil
}

func (s *Service) deleteFunctionConcurrency(a *account, in *struct{ FunctionName string }) (any, error) {
	f, _, err := a.find(ref{FunctionName: in.FunctionName})
	if err != nil {
		return nil, err
	}
	f.reserved = nil
	return nil, nil
}

func (s *Service) getAccountSettings(a *account, _ *struct{}) (any, error) {
	type limits struct {
		TotalCodeSize, CodeSizeUnzipped, CodeSizeZipped      int64
		ConcurrentExecutions, UnreservedConcurrentExecutions int
	}
	type usage struct{ TotalCodeSize, FunctionCount int64 }
	out := struct {
		AccountLimit limits
		AccountUsage usage
	}{limits{80530636800, maxUnzipped, maxZipped, s.cfg.Concurrency, s.unreserved(a, nil)},
		usage{FunctionCount: int64(len(a.functions))}}
	for _, f := range a.functions {
		for _, v := range f.all() {
			out.AccountUsage.TotalCodeSize += v.CodeSize
		}
	}
	return out, nil
}
