package lambda

import (
	"slices"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// function is a function with its versions.
type function struct {
	account  *account
	name     string
	latest   *version
	versions []*version // published, the oldest first
	last     int        // number of the newest version
	aliases  map[string]*alias
	tags     map[string]string

	reserved *int    // reserved concurrency
	running  int     // requests in progress, in all environments
	credit   float64 // new environments that may start at once
	credited time.Time

	invokeConfigs map[string]*invokeConfig // by qualifier
	policies      map[string]*policy       // by qualifier
}

// version is a function's code and configuration: the one that can be changed, or a published one.
type version struct {
	*configuration
	function *function
	code     code

	generation  int            // of code and configuration
	idle        []*environment // the last used at the end
	provisioned *provisioned
}

// configuration is the answer of most operations on functions. A change makes a new one.
type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string `json:",omitempty"`
	Role             string
	Handler          string `json:",omitempty"`
	CodeSize         int64
	Description      string
	Timeout          int
	MemorySize       int
	LastModified     string
	CodeSha256       string
	Version          string
	DeadLetterConfig *deadLetterConfig `json:",omitempty"`
	Environment      *variables        `json:",omitempty"`
	TracingConfig    tracing
	RevisionId       string
	State            string
	LastUpdateStatus string
	PackageType      string
	Architectures    []string
	EphemeralStorage storage
	SnapStart        snapStart
	LoggingConfig    logging
}

type (
	deadLetterConfig struct {
		TargetArn string `json:",omitempty"`
	}
	variables struct{ Variables map[string]string }
	tracing   struct{ Mode string }
	storage   struct{ Size int }
	snapStart struct{ ApplyOn, OptimizationStatus string }
	logging   struct{ LogFormat, LogGroup string }
)

// timeout is how long a request may take.
func (v *version) timeout() time.Duration { return time.Duration(v.Timeout) * time.Second }

// resolve returns the version that a qualifier stands for, or nil.
func (f *function) resolve(qualifier string, pick float64) *version {
	if qualifier == "" || qualifier == latest {
		return f.latest
	}
	if a := f.aliases[qualifier]; a != nil {
		return f.published(a.version(pick))
	}
	return f.published(qualifier)
}

func (f *function) published(number string) *version {
	for _, v := range f.versions {
		if v.Version == number {
			return v
		}
	}
	if number == latest {
		return f.latest
	}
	return nil
}

// all lists every version.
func (f *function) all() []*version { return append([]*version{f.latest}, f.versions...) }

// codes lists the code of every version.
func (f *function) codes() (all []code) {
	for _, v := range f.all() {
		all = append(all, v.code)
	}
	return all
}

// retire takes the idle environments of every version. Those that run end after their request.
func (f *function) retire() []*environment {
	var idle []*environment
	for _, v := range f.all() {
		idle = append(idle, v.retire()...)
		if p := v.provisioned; p != nil {
			idle = append(idle, p.idle...)
			p.idle = nil
		}
	}
	return idle
}

// retire takes a version's idle environments.
func (v *version) retire() []*environment {
	idle := v.idle
	v.idle = nil
	v.generation++
	return idle
}

// changed gives the changeable version new code or another configuration. Its environments end. The lock is held.
func (s *Service) changed(f *function, c configuration) *configuration {
	c.RevisionId, c.LastModified = id.UUID(), s.timestamp()
	f.latest.configuration = &c
	idle := f.latest.retire()
	s.start("retire", func() { stopAll(idle) })
	return &c
}

// publish makes a version of the function's present code, unless nothing has changed since the last one.
func (f *function) publish(description string) *version {
	c := *f.latest.configuration
	if n := len(f.versions); n > 0 {
		if last := f.versions[n-1]; last.code.same(f.latest.code) && sameSettings(*last.configuration, c) {
			return last
		}
	}
	f.last++
	c.Version = strconv.Itoa(f.last)
	c.FunctionArn = f.account.arn(f.name, c.Version)
	c.RevisionId = id.UUID()
	if description != "" {
		c.Description = description
	}
	v := &version{configuration: &c, function: f, code: f.latest.code.share()}
	f.versions = append(f.versions, v)
	return v
}

// sameSettings compares what a user sets.
func sameSettings(a, b configuration) bool {
	return a.Runtime == b.Runtime && a.Handler == b.Handler && a.Timeout == b.Timeout && a.MemorySize == b.MemorySize &&
		a.Role == b.Role && slices.Equal(a.Architectures, b.Architectures) && sameVariables(a.Environment, b.Environment) &&
		sameTarget(a.DeadLetterConfig, b.DeadLetterConfig)
}
