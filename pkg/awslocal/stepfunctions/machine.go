package stepfunctions

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

const (
	standard = "STANDARD"
	express  = "EXPRESS"

	maxMachines = 10000 // an account
)

// stateMachine is one state machine. Its revision is replaced by an update; an execution keeps the one that it was
// started with.
type stateMachine struct {
	service   *Service
	account   *account
	name, arn string
	express   bool
	created   time.Time
	revision  *revision
	tags      map[string]string
	running   map[*execution]struct{}
	deleting  bool // goes away with its last running execution
}

// revision is what an update changes.
type revision struct {
	id         string // "" for the first
	updated    time.Time
	definition string
	machine    *asl.Machine
	role       string
	logging    json.RawMessage
	tracing    json.RawMessage
}

func (m *stateMachine) kind() string {
	if m.express {
		return express
	}
	return standard
}

func noMachine(arn string) error {
	return api.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
}

// machine finds a state machine by its ARN. That of a version or an alias is refused.
func (a *account) machine(arn string) (*stateMachine, error) {
	name, err := a.resourceOf(arn, "stateMachineArn", "stateMachine")
	if err != nil {
		return nil, err
	}
	if m := a.machines[name]; m != nil {
		return m, nil
	}
	for i := range name {
		if name[i] == ':' && a.machines[name[:i]] != nil {
			return nil, validation("Versions and aliases of state machines are not supported by the embedded AWS: %s", arn)
		}
	}
	return nil, noMachine(arn)
}

// parse reads a definition for a type of state machine.
func parse(definition, kind string) (*asl.Machine, []asl.Diagnostic) {
	m, found := asl.Parse(definition)
	if m != nil {
		found = append(found, checkResources(m, kind == express)...)
	}
	return m, found
}

func accepted(definition, kind string) (*asl.Machine, error) {
	m, found := parse(definition, kind)
	if asl.Failed(found) {
		return nil, &api.Error{Code: "InvalidDefinition", Message: asl.InvalidDefinition(found)}
	}
	return m, nil
}

func checkRole(arn string) error {
	if len(arn) < 20 || arn[:4] != "arn:" {
		return invalidARN("Invalid Role Arn: %s", arn)
	}
	return nil
}

func (s *Service) createStateMachine(a *account, in *struct {
	Name, RoleArn, Type, VersionDescription    string
	Definition                                 *string
	Publish                                    bool
	LoggingConfiguration, TracingConfiguration json.RawMessage
	Tags                                       []tag
}) (any, error) {
	if in.Type == "" {
		in.Type = standard
	}
	switch {
	case in.Definition == nil:
		return nil, missing("definition")
	case in.RoleArn == "":
		return nil, missing("roleArn")
	case in.Type != standard && in.Type != express:
		return nil, member(in.Type, "type", "satisfy enum value set: [STANDARD, EXPRESS]")
	case in.Publish || in.VersionDescription != "":
		return nil, noVersions()
	}
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	if err := checkRole(in.RoleArn); err != nil {
		return nil, err
	}
	parsed, err := accepted(*in.Definition, in.Type)
	if err != nil {
		return nil, err
	}
	arn := a.arn("stateMachine", in.Name)
	tags, err := merged(nil, in.Tags, arn)
	if err != nil {
		return nil, err
	}
	m := a.machines[in.Name]
	switch {
	case m == nil && len(a.machines) >= maxMachines:
		return nil, api.Errorf("StateMachineLimitExceeded", "State Machine Limit Exceeded: '%d'", maxMachines)
	case m == nil:
		m = &stateMachine{
			service: s, account: a, name: in.Name, arn: arn, express: in.Type == express, created: s.now(), tags: tags,
			running: map[*execution]struct{}{},
		}
		m.revision = &revision{
			updated: m.created, definition: *in.Definition, machine: parsed, role: in.RoleArn,
			logging: in.LoggingConfiguration, tracing: in.TracingConfiguration,
		}
		a.machines[in.Name] = m
	case m.deleting:
		return nil, deleting(arn)
	case !m.same(*in.Definition, in.RoleArn, in.Type):
		return nil, api.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", arn)
	}
	return struct {
		StateMachineArn string  `json:"stateMachineArn"`
		CreationDate    float64 `json:"creationDate"`
	}{m.arn, seconds(m.created)}, nil
}

// same reports whether a repeated CreateStateMachine asks for what exists. AWS does not compare tags.
func (m *stateMachine) same(definition, role, kind string) bool {
	return m.revision.definition == definition && m.revision.role == role && m.kind() == kind
}

func noVersions() error {
	return validation("Versions and aliases of state machines are not supported by the embedded AWS.")
}

func deleting(arn string) error {
	return api.Errorf("StateMachineDeleting", "State Machine is being deleted: '%s'", arn)
}

func (s *Service) updateStateMachine(a *account, in *struct {
	StateMachineArn, VersionDescription        string
	Definition, RoleArn                        *string
	Publish                                    bool
	LoggingConfiguration, TracingConfiguration json.RawMessage
}) (any, error) {
	m, err := a.machine(in.StateMachineArn)
	switch {
	case err != nil:
		return nil, err
	case m.deleting:
		return nil, deleting(m.arn)
	case in.Publish || in.VersionDescription != "":
		return nil, noVersions()
	case in.Definition == nil && in.RoleArn == nil && in.LoggingConfiguration == nil && in.TracingConfiguration == nil:
		return nil, api.Errorf("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, "+
			"or the TracingConfiguration must be specified")
	}
	next := *m.revision
	if in.Definition != nil {
		next.definition = *in.Definition
		if next.machine, err = accepted(next.definition, m.kind()); err != nil {
			return nil, err
		}
	}
	if in.RoleArn != nil {
		next.role = *in.RoleArn
		if err := checkRole(next.role); err != nil {
			return nil, err
		}
	}
	if in.LoggingConfiguration != nil {
		next.logging = in.LoggingConfiguration
	}
	if in.TracingConfiguration != nil {
		next.tracing = in.TracingConfiguration
	}
	next.id, next.updated = id.UUID(), s.now()
	m.revision = &next
	return struct {
		UpdateDate float64 `json:"updateDate"`
		RevisionId string  `json:"revisionId"`
	}{seconds(next.updated), next.id}, nil
}

// deleteStateMachine succeeds for a machine that does not exist, as on AWS. Running executions go on.
func (s *Service) deleteStateMachine(a *account, in *struct{ StateMachineArn string }) (any, error) {
	name, err := a.resourceOf(in.StateMachineArn, "stateMachineArn", "stateMachine")
	if err != nil {
		return nil, err
	}
	if m := a.machines[name]; m != nil {
		m.deleting = true
		m.deleteIfIdle()
	}
	return struct{}{}, nil
}

// deleteIfIdle carries a deletion out once nothing runs.
func (m *stateMachine) deleteIfIdle() {
	if !m.deleting || len(m.running) > 0 {
		return
	}
	a := m.account
	delete(a.machines, m.name)
	a.order = slices.DeleteFunc(a.order, func(x *execution) bool {
		if x.machine == m {
			delete(a.executions, x.arn)
		}
		return x.machine == m
	})
}

var (
	noLogging = json.RawMessage(`{"level":"OFF","includeExecutionData":false}`)
	noTracing = json.RawMessage(`{"enabled":false}`)
)

func orDefault(given, otherwise json.RawMessage) json.RawMessage {
	if given == nil {
		return otherwise
	}
	return given
}

// machineShape is a state machine as it is described.
type machineShape struct {
	StateMachineArn      string          `json:"stateMachineArn"`
	Name                 string          `json:"name"`
	Status               string          `json:"status,omitempty"`
	Definition           string          `json:"definition"`
	RoleArn              string          `json:"roleArn"`
	Type                 string          `json:"type,omitempty"`
	CreationDate         *float64        `json:"creationDate,omitempty"`
	UpdateDate           *float64        `json:"updateDate,omitempty"`
	LoggingConfiguration json.RawMessage `json:"loggingConfiguration"`
	TracingConfiguration json.RawMessage `json:"tracingConfiguration"`
	RevisionId           string          `json:"revisionId,omitempty"`
}

func (m *stateMachine) shape(r *revision) machineShape {
	return machineShape{
		StateMachineArn: m.arn, Name: m.name, Definition: r.definition, RoleArn: r.role, RevisionId: r.id,
		LoggingConfiguration: orDefault(r.logging, noLogging), TracingConfiguration: orDefault(r.tracing, noTracing),
	}
}

func (s *Service) describeStateMachine(a *account, in *struct{ StateMachineArn string }) (any, error) {
	m, err := a.machine(in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	shape := m.shape(m.revision)
	shape.Status, shape.Type, shape.CreationDate = "ACTIVE", m.kind(), secondsOrNil(m.created)
	if m.deleting {
		shape.Status = "DELETING"
	}
	return shape, nil
}

type machineItem struct {
	StateMachineArn string  `json:"stateMachineArn"`
	Name            string  `json:"name"`
	Type            string  `json:"type"`
	CreationDate    float64 `json:"creationDate"`
}

func (s *Service) listStateMachines(a *account, in *page) (any, error) {
	names := slices.Sorted(maps.Keys(a.machines))
	from, to, next, err := in.of("machines", len(names), maxToken)
	if err != nil {
		return nil, err
	}
	out := struct {
		StateMachines []machineItem `json:"stateMachines"`
		NextToken     string        `json:"nextToken,omitempty"`
	}{[]machineItem{}, next}
	for _, name := range names[from:to] {
		m := a.machines[name]
		out.StateMachines = append(out.StateMachines, machineItem{m.arn, m.name, m.kind(), seconds(m.created)})
	}
	return out, nil
}

type diagnostic struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Location string `json:"location,omitempty"`
}

func (s *Service) validateStateMachineDefinition(_ *account, in *struct {
	Definition     *string
	Type, Severity string
	MaxResults     int
}) (any, error) {
	switch {
	case in.Definition == nil:
		return nil, missing("definition")
	case in.Type != "" && in.Type != standard && in.Type != express:
		return nil, member(in.Type, "type", "satisfy enum value set: [STANDARD, EXPRESS]")
	case in.Severity != "" && in.Severity != asl.SeverityError && in.Severity != asl.SeverityWarning:
		return nil, member(in.Severity, "severity", "satisfy enum value set: [ERROR, WARNING]")
	case in.MaxResults < 0 || in.MaxResults > 100:
		return nil, member(strconv.Itoa(in.MaxResults), "maxResults", "have value less than or equal to 100")
	}
	limit := in.MaxResults
	if limit == 0 {
		limit = 100
	}
	_, found := parse(*in.Definition, in.Type)
	out := struct {
		Result      string       `json:"result"`
		Diagnostics []diagnostic `json:"diagnostics"`
		Truncated   bool         `json:"truncated"`
	}{"OK", []diagnostic{}, false}
	if asl.Failed(found) {
		out.Result = "FAIL"
	}
	for _, d := range found {
		if d.Severity == asl.SeverityWarning && in.Severity != asl.SeverityWarning {
			continue
		}
		if len(out.Diagnostics) == limit {
			out.Truncated = true
			break
		}
		out.Diagnostics = append(out.Diagnostics, diagnostic(d))
	}
	return out, nil
}
