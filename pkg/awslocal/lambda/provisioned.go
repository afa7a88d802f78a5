package lambda

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// provisioned is the provisioned concurrency of a version: environments that are started ahead of their requests.
type provisioned struct {
	version   *version
	qualifier string
	requested int
	all       int // environments
	starting  int // of them, which are not ready yet
	idle      []*environment
	reason    string // why an environment could not be started
	modified  string
}

type provisionedOutput struct {
	RequestedProvisionedConcurrentExecutions int
	AvailableProvisionedConcurrentExecutions int
	AllocatedProvisionedConcurrentExecutions int
	Status                                   string
	StatusReason                             string `json:",omitempty"`
	LastModified                             string
	FunctionArn                              string `json:",omitempty"`
}

func (p *provisioned) output() provisionedOutput {
	ready := p.all - p.starting
	out := provisionedOutput{
		RequestedProvisionedConcurrentExecutions: p.requested, AvailableProvisionedConcurrentExecutions: len(p.idle),
		AllocatedProvisionedConcurrentExecutions: ready, Status: "IN_PROGRESS", LastModified: p.modified,
	}
	switch {
	case ready >= p.requested:
		out.Status = "READY"
	case p.reason != "":
		out.Status, out.StatusReason = "FAILED", p.reason
	}
	return out
}

// provisionedSum is the provisioned concurrency of all versions.
func (f *function) provisionedSum() (sum int) {
	for _, v := range f.versions {
		if v.provisioned != nil {
			sum += v.provisioned.requested
		}
	}
	return sum
}

func (v *version) provisionedIdle() bool { return v.provisioned != nil && len(v.provisioned.idle) > 0 }

// takeProvisioned takes an idle provisioned environment, or returns nil.
func (v *version) takeProvisioned() *environment {
	if !v.provisionedIdle() {
		return nil
	}
	p := v.provisioned
	n := len(p.idle) - 1
	e := p.idle[n]
	p.idle = p.idle[:n]
	return e
}

// releaseProvisioned returns a provisioned environment after a request, or replaces it if it can't take another, and
// reports whether it has to be stopped. The lock is held.
func (s *Service) releaseProvisioned(e *environment, current bool) (stop bool) {
	p := e.provisioned
	if current && e.version.provisioned == p && p.all <= p.requested {
		p.idle = append(p.idle, e)
		return false
	}
	p.all--
	s.provision(p)
	return true
}

// provision starts the environments that are missing. The lock is held.
func (s *Service) provision(p *provisioned) {
	for p.all < p.requested && p.version.provisioned == p && !s.closed {
		e := s.newEnvironment(p.version)
		e.provisioned = p
		p.all++
		p.starting++
		s.start("provision", func() { s.startAhead(e) })
	}
}

// startAhead starts an environment before there is a request for it.
func (s *Service) startAhead(e *environment) {
	failed := s.startRunner(e, maxInit)
	p := e.provisioned
	s.mu.Lock()
	p.starting--
	switch {
	case failed != nil:
		p.all--
		p.reason = "FUNCTION_ERROR_INIT_FAILURE"
	case s.closed || p.version.provisioned != p || p.all > p.requested:
		p.all--
	default:
		p.idle = append(p.idle, e)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	e.runner.stop()
}

// unprovision ends a version's provisioned environments that are idle. Those that run end after their request. The
// lock is held.
func (s *Service) unprovision(v *version) {
	if p := v.provisioned; p != nil {
		v.provisioned = nil
		idle := p.idle
		p.idle = nil
		s.start("retire", func() { stopAll(idle) })
	}
}

func (s *Service) putProvisioned(a *account, in *struct {
	ref
	ProvisionedConcurrentExecutions *int
}) (any, error) {
	v, qualifier, err := a.version(in.ref, 0)
	if err != nil {
		return nil, err
	}
	n, f := in.ProvisionedConcurrentExecutions, v.function
	switch {
	case v.Version == latest:
		return nil, invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	case n == nil || *n < 1:
		return nil, constraint(show(n), "provisionedConcurrentExecutions", "have value greater than or equal to 1")
	case v.provisioned != nil && v.provisioned.qualifier != qualifier:
		return nil, conflict(
			"Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
		)
	}
	sum := f.provisionedSum() + *n
	if v.provisioned != nil {
		sum -= v.provisioned.requested
	}
	if f.reserved != nil && sum > *f.reserved {
		return nil, invalid("Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution " +
			"for function")
	}
	if f.reserved == nil && s.unreserved(a, f)-sum < s.minUnreserved() {
		return nil, invalid("Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "+
			"below its minimum value of [%d].", s.minUnreserved())
	}
	if v.provisioned == nil {
		v.provisioned = &provisioned{version: v, qualifier: qualifier}
	}
	p := v.provisioned
	p.requested, p.reason, p.modified = *n, "", s.timestamp()
	if surplus := min(max(0, p.all-p.requested), len(p.idle)); surplus > 0 {
		idle := slices.Clone(p.idle[:surplus])
		p.idle = p.idle[surplus:]
		p.all -= surplus
		s.start("retire", func() { stopAll(idle) })
	}
	out := p.output()
	if p.all < p.requested {
		out.Status = "IN_PROGRESS"
	}
	s.provision(p)
	return api.Answer{Status: 202, Value: out}, nil
}

func (s *Service) getProvisioned(a *account, in *ref) (any, error) {
	v, qualifier, err := a.version(*in, 0)
	if err != nil {
		return nil, err
	}
	if p := v.provisioned; p != nil && p.qualifier == qualifier {
		return p.output(), nil
	}
	return nil, &api.Error{
		Code: "ProvisionedConcurrencyConfigNotFoundException", Status: 404,
		Message: "No Provisioned Concurrency Config found for this function",
	}
}

func (s *Service) deleteProvisioned(a *account, in *ref) (any, error) {
	v, qualifier, err := a.version(*in, 0)
	if err != nil {
		return nil, err
	}
	if p := v.provisioned; p != nil && p.qualifier == qualifier {
		s.unprovision(v)
	}
	return nil, nil
}

func (s *Service) listProvisioned(a *account, in *struct {
	ref
	page
}) (any, error) {
	f, _, err := a.find(in.ref)
	if err != nil {
		return nil, err
	}
	all := map[string]provisionedOutput{}
	for _, v := range f.versions {
		if p := v.provisioned; p != nil {
			out := p.output()
			out.FunctionArn = a.arn(f.name, p.qualifier)
			all[p.qualifier] = out
		}
	}
	names, next, err := list(all, in.page)
	if err != nil {
		return nil, err
	}
	out := struct {
		ProvisionedConcurrencyConfigs []provisionedOutput
		NextMarker                    string `json:",omitempty"`
	}{[]provisionedOutput{}, next}
	for _, name := range names {
		out.ProvisionedConcurrencyConfigs = append(out.ProvisionedConcurrencyConfigs, all[name])
	}
	return out, nil
}

// timestamp is the time as configurations have it.
func (s *Service) timestamp() string {
	return s.clock.Now().UTC().Format("2006-01-02T15:04:05.000+0000")
}

// show is a number that may be missing, in an error.
func show(n *int) any {
	if n == nil {
		return "null"
	}
	return *n
}
