package stack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
)

// The names of the dependencies, as faults, links and reports spell them. A Kafka node is
// "kafka-1", "kafka-2", …; the name "kafka" means all of them.
const (
	AWS   = "aws"
	Kafka = "kafka"
	Redis = "redis"
)

// The names of the backends.
const (
	Auto       = "auto"
	Embedded   = "embedded"
	Containers = "containers"
	External   = "external"
)

// Needs describes what a lab requires of its stack. The zero value asks for one Kafka node.
type Needs struct {
	KafkaNodes int   // brokers in the cluster; 0 means 1
	Ports      Ports // embedded and containers; the others have their own

	// Throttling asks for an AWS that keeps to AWS's limits of throughput: those of DynamoDB's tables, indexes
	// and partitions, and of Kinesis's shards. Only embedded and real AWS have them; the other backends refuse, but
	// give a lab DynamoDB and Kinesis from an embedded AWS beside them (backend.For).
	Throttling bool

	// Services names AWS services that an emulator may lack, such as "lambda". Beside one they come from an embedded
	// AWS (backend.For).
	Services []string

	// Signatures asks for an AWS that verifies the signatures of requests. Only embedded and real AWS do; the
	// other backends refuse.
	Signatures bool

	// Functions lets clients of an embedded AWS create Lambda functions from code of their own, which then runs under
	// this user. LocalStack refuses: it has no Lambda here.
	Functions bool
}

// Nodes returns how many Kafka nodes are wanted, at least 1.
func (n Needs) Nodes() int { return max(n.KafkaNodes, 1) }

// Endpoint is the address of the AWS API and the credentials of its clients.
type Endpoint struct {
	URL       string // "http://127.0.0.1:4566"; empty means real AWS, by the SDK's own resolution
	Region    string
	AccessKey string
	SecretKey string
}

// Process is something that a fault can stop and restart: a dependency's server or an instance of a service.
// Every method waits for its effect, is idempotent, and fails with the context's error past its deadline.
type Process interface {
	Kill(ctx context.Context) error   // stops at once, as SIGKILL does: connections reset, volatile state gone
	Start(ctx context.Context) error  // starts again at the same address and answers
	Pause(ctx context.Context) error  // freezes: connections stay open, nothing is answered
	Resume(ctx context.Context) error // thaws
}

// Shared returns what a stack that labs share must have; backend.For adds the rest for each lab.
func (n Needs) Shared() Needs { return Needs{KafkaNodes: n.KafkaNodes, Ports: n.Ports} }

// Stack holds the running dependencies of a run.
type Stack struct {
	Backend   map[string]string // dependency → the backend that provides it
	AWS       Endpoint
	Account   string             // of AWS itself, which is billed for what happens here; empty with any other backend
	Kafka     []string           // bootstrap addresses, host:port, one per node
	Redis     string             // host:port
	Processes map[string]Process // by dependency or node name; empty if the backend cannot reach them

	Sharing Sharing      // between processes; nil if this process has the stack to itself
	Tell    func(string) // receives, in one line, what a user of the stack should know; may be nil

	use     sync.RWMutex // write-locked by a run that uses the stack alone
	origin  *Stack       // whose lock counts instead; nil for its own
	closers []func(context.Context) error
}

// WithAWS returns a stack like s with another AWS. Runs on either wait for each other as runs on s do. It lives as long
// as s: Close of s ends it, its own does nothing.
func (s *Stack) WithAWS(e Endpoint, p Process) *Stack {
	processes := maps.Clone(s.Processes)
	if processes == nil {
		processes = map[string]Process{}
	}
	processes[AWS] = p
	return &Stack{
		Backend: s.Backend, AWS: e, Account: s.Account, Kafka: s.Kafka, Redis: s.Redis, Processes: processes,
		Sharing: s.Sharing, Tell: s.Tell, origin: s,
	}
}

// OnClose adds a function that Close calls. The last added is called first.
func (s *Stack) OnClose(f func(context.Context) error) { s.closers = append(s.closers, f) }

// Close stops everything that the backend started. It goes on after a failure and returns every failure
// joined. It is idempotent.
func (s *Stack) Close(ctx context.Context) error {
	var errs []error
	for len(s.closers) > 0 {
		last := len(s.closers) - 1
		errs = append(errs, s.closers[last](ctx))
		s.closers = s.closers[:last]
	}
	return errors.Join(errs...)
}

// Node returns the name of the i-th Kafka node, counted from 1.
func Node(i int) string { return fmt.Sprintf("%s-%d", Kafka, i) }

// UnavailableError says that a backend cannot be used on this machine, and what the user can do about it.
type UnavailableError struct {
	Backend string
	Reason  string // one clause: "no Docker engine answers at unix:///var/run/docker.sock"
	Advice  string // one clause: "start Docker, or use --backend embedded"
}

func (e *UnavailableError) Error() string { return "backend " + e.Backend + ": " + e.Why() }

// Why returns the reason and the advice, without the backend's name.
func (e *UnavailableError) Why() string { return e.Reason + "; " + e.Advice }
