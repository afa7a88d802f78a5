package ratelimit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	instances   = 3          // of the API
	greedy      = "greedy"   // the tenant that sends more than its limit all the time
	bursting    = "bursting" // the tenant that times its requests by the windows' edges
	politeOneIn = 4          // requests that come from all the other tenants, who stay within their limits
)

// The effects that the service records.
const (
	admitted = "admitted" // a request passed; Key is the tenant, N the instant of the decision in microseconds since 1970
	asked    = "asked"    // a request of the workload is sent; Key is the tenant
	decided  = "decided"  // a limiter has spoken; N is how long that took in microseconds
	limited  = "limited"  // the service came up; Key is the name of its limiter
)

// design is what the designs differ in.
type design struct {
	name       string
	newLimiter maker
}

// service is the system under every design.
type service struct {
	env        *lab.Env
	newLimiter maker
	client     *http.Client
	addrs      []string // of the API's instances
	turn       atomic.Uint64
	bursts     bursts
}

// start brings up the instances of the API.
func (d design) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	s := &service{env: env, newLimiter: d.newLimiter, client: env.Observer().HTTP()}
	for n := range instances {
		i, err := env.Run(ctx, fmt.Sprintf("api-%d", n+1), s.api)
		if err != nil {
			return nil, err
		}
		s.addrs = append(s.addrs, i.Addr())
	}
	s.record(history.Event{Name: limited, Key: d.name})
	env.Switch("edge-burst", fault.Switchable{On: s.startBursts, Off: s.stopBursts, Measure: s.measureBursts})
	return &lab.System{Do: s.do}, nil
}

// record records an effect.
func (s *service) record(e history.Event) {
	e.Kind = history.Effect
	s.env.History.Add(e)
}

// do is the clients: three requests in four are the greedy tenant's.
func (s *service) do(ctx context.Context, op load.Op) (string, error) {
	tenant := greedy
	if op.Canary || op.Seq%politeOneIn == 0 {
		tenant = op.Key
	}
	s.record(history.Event{Op: op.ID, Name: asked, By: "client", Key: tenant})
	_, err := s.get(ctx, s.addrs[s.turn.Add(1)%instances], op.ID, tenant) // as a load balancer does
	return "", err
}

// get sends one request to an instance and returns the instant at which it was decided, zero where it
// was not.
func (s *service) get(ctx context.Context, addr, id, tenant string) (at time.Time, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/resource", nil)
	if err != nil {
		return at, load.Definite(err)
	}
	req.Header.Set(requestID, id)
	req.Header.Set(tenantID, tenant)
	resp, err := s.client.Do(req)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return at, load.Definite(err)
	case err != nil:
		return at, err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	if us, err := strconv.ParseInt(resp.Header.Get(decidedAt), 10, 64); err == nil {
		at = time.UnixMicro(us)
	}
	if resp.StatusCode != http.StatusOK { // the limiter stands before anything is done
		return at, load.Definite(fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said)))
	}
	return at, nil
}
