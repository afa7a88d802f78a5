package awsrules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
	"github.com/crashlab/crashlab/pkg/link"
)

// Rules holds the rules for the AWS calls of a case. It sits under the SDK as its HTTP client's transport.
// The zero value has no rules and seed 0, and passes everything.
type Rules struct {
	seed uint64

	mu    sync.Mutex
	rules []*Active
	added int
}

// New returns an empty set of rules. The seed decides which of the matching calls a rule hits: the same
// places in their order every time.
func New(seed uint64) *Rules { return &Rules{seed: seed} }

// Call matches calls of the AWS API. A call is one HTTP request; an SDK's retry is another call. The fields
// are globs; an empty one matches any.
type Call struct {
	Service   string // as in signatures: "sqs", "dynamodb", "events"; "eventbridge" also works
	Operation string // "SendMessage", "Get*"
	Resource  string // name of the queue, table, stream, topic or bus; "bucket" or "bucket/key"
	Region    string
	From      string // instance, as in link.Pattern
}

// String returns the pattern in the syntax of schedules: "billing→aws/sqs/SendMessage/orders".
func (c Call) String() string {
	parts := []string{"aws"}
	for _, p := range []string{c.Service, c.Operation, c.Resource} {
		if p == "" {
			p = "*"
		}
		parts = append(parts, p)
	}
	for len(parts) > 1 && parts[len(parts)-1] == "*" {
		parts = parts[:len(parts)-1]
	}
	s := strings.Join(parts, "/")
	if c.Region != "" {
		s += " in " + c.Region
	}
	if c.From != "" {
		s = c.From + "→" + s
	}
	return s
}

// Validate returns an error for an invalid glob.
func (c Call) Validate() error {
	for _, glob := range []string{c.Service, c.Operation, c.Resource, c.Region, c.From} {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("match AWS calls %q: %w", glob, err)
		}
	}
	return nil
}

func (c Call) match(call *awscall.Call, from string) bool {
	service := c.Service
	if service == "eventbridge" {
		service = "events"
	}
	return link.MatchName(c.From, from) &&
		matchGlob(service, call.Service) &&
		matchGlob(c.Operation, call.Operation) &&
		matchGlob(c.Region, call.Region) &&
		(c.Resource == "" || slices.ContainsFunc(call.Resources(), func(r string) bool { return matchGlob(c.Resource, r) }))
}

func matchGlob(glob, name string) bool {
	if glob == "" || glob == "*" {
		return true
	}
	ok, _ := path.Match(glob, name)
	return ok
}

// Rule is an effect on some of the calls.
type Rule struct {
	Call        Call
	Probability float64 // that a matching call is hit; 0 means all
	First       int     // hit only that many; 0 means no limit
	Effect      Effect
}

func (r Rule) validate() error {
	if err := r.Call.Validate(); err != nil {
		return err
	}
	switch {
	case !(r.Probability >= 0 && r.Probability <= 1):
		return fmt.Errorf("probability %v: want 0 to 1", r.Probability)
	case r.First < 0:
		return fmt.Errorf("first %d: want 0 or more", r.First)
	case r.Effect == nil:
		return errors.New("no effect")
	}
	return r.Effect.validate()
}

// Active is a rule in force.
type Active struct {
	rules *Rules
	rule  Rule
	seed  uint64

	mu      sync.Mutex
	counts  Counts
	carried float64 // fraction of an entry that PartialBatch still owes
}

// Counts is the effect of a rule so far.
type Counts struct {
	Seen    int            // calls that it matched
	Hit     int            // calls that it took effect on
	Missed  int            // calls that it was to take effect on and could not, such as one that failed by itself
	Since   int            // calls that it matched since the last that it was to take effect on
	Entries int            // entries of the batches that were hit
	Failed  int            // entries that were reported as failed and not sent on
	Delayed time.Duration  // total delay added
	GaveUp  int            // delayed calls whose callers did not wait for the end of the delay
	By      map[string]int // hits by "service/Operation"
}

// Add puts a rule into force, after the existing ones.
func (r *Rules) Add(rule Rule) (*Active, error) {
	if err := rule.validate(); err != nil {
		return nil, fmt.Errorf("add AWS rule: %w", err)
	}
	a := &Active{rules: r, rule: rule, counts: Counts{By: make(map[string]int)}}
	r.mu.Lock()
	defer r.mu.Unlock()
	a.seed = chance.Mix(r.seed, uint64(r.added)) // two rules must not hit the same calls by accident
	r.added++
	r.rules = append(slices.Clip(r.rules), a)
	return a, nil
}

// active returns the rules in force.
func (r *Rules) active() []*Active {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rules
}

// Remove ends the rule. Calls already in progress still get its effect. It is idempotent.
func (a *Active) Remove() {
	r := a.rules
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = slices.DeleteFunc(slices.Clone(r.rules), func(b *Active) bool { return a == b })
}

// InForce reports whether the rule is still asked about each call.
func (a *Active) InForce() bool { return slices.Contains(a.rules.active(), a) }

// Counts returns the rule's effect so far.
func (a *Active) Counts() Counts {
	a.mu.Lock()
	defer a.mu.Unlock()
	counts := a.counts
	counts.By = make(map[string]int, len(a.counts.By))
	for k, v := range a.counts.By {
		counts.By[k] = v
	}
	return counts
}

// draws counts a matching call and decides whether it is hit.
func (a *Active) draws() (n uint64, hit bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n = uint64(a.counts.Seen)
	a.counts.Seen++
	a.counts.Since++
	if a.rule.First > 0 && a.counts.Hit >= a.rule.First {
		return n, false
	}
	if p := a.rule.Probability; p > 0 && chance.Share(a.seed, n) >= p {
		return n, false
	}
	a.counts.Hit++
	a.counts.Since = 0
	return n, true
}

// missed takes back a hit whose effect could not be applied.
func (a *Active) missed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counts.Hit--
	a.counts.Missed++
}

func (a *Active) count(f func(*Counts)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(&a.counts)
}

// RoundTripper returns the transport for one instance's AWS clients, in front of next.
func (r *Rules) RoundTripper(next http.RoundTripper, from string) http.RoundTripper {
	return &transport{rules: r, next: next, from: from}
}

type transport struct {
	rules *Rules
	next  http.RoundTripper
	from  string
}

// RoundTrip sends r through the rules that match it, the first outermost.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	rules := t.rules.active()
	if len(rules) == 0 {
		return t.next.RoundTrip(r)
	}
	r = r.Clone(r.Context()) // a transport must not change its caller's request
	call, err := awscall.Read(r)
	if err != nil {
		return nil, err
	}
	send := func(r *http.Request) (*http.Response, error) {
		if call.Body != nil {
			r.Body = io.NopCloser(bytes.NewReader(call.Body))
		}
		return t.next.RoundTrip(r)
	}
	for _, a := range slices.Backward(rules) {
		if !a.rule.Call.match(call, t.from) {
			continue
		}
		next := send
		send = func(r *http.Request) (*http.Response, error) {
			n, hit := a.draws()
			if !hit {
				return next(r)
			}
			return a.rule.Effect.apply(r, &exchange{active: a, call: call, n: n, next: next})
		}
	}
	return send(r)
}

// CloseIdleConnections closes those of the underlying transport, as http.Client expects.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// exchange is one call under one rule.
type exchange struct {
	active *Active
	call   *awscall.Call
	n      uint64 // its place among the calls that match the rule
	next   func(*http.Request) (*http.Response, error)
}
