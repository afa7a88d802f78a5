package lambda

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// mapping is an event source mapping: pollers that read a source and give batches to a function.
type mapping struct {
	account   *account
	uuid      string
	source    target
	sourceARN string
	function  ref // the function's ARN as it was given, with its qualifier
	arn       string
	tags      map[string]string

	mappingSettings
	enabled  bool
	state    string // "Enabled" or "Disabled"
	result   string
	modified time.Time

	cancel      context.CancelFunc     // ends the pollers
	polling     <-chan struct{}        // is closed when the pollers of a stream have ended
	checkpoints map[string]*checkpoint // of a stream's shards; they belong to its pollers
}

// mappingSettings are what a user sets of a mapping. A nil member of an update changes nothing.
type mappingSettings struct {
	BatchSize                      *int               `json:",omitempty"`
	MaximumBatchingWindowInSeconds *int               `json:",omitempty"`
	ParallelizationFactor          *int               `json:",omitempty"`
	MaximumRecordAgeInSeconds      *int               `json:",omitempty"`
	MaximumRetryAttempts           *int               `json:",omitempty"`
	BisectBatchOnFunctionError     *bool              `json:",omitempty"`
	FunctionResponseTypes          []string           `json:",omitempty"`
	ScalingConfig                  *scalingConfig     `json:",omitempty"`
	DestinationConfig              *destinationConfig `json:",omitempty"`
	StartingPosition               string             `json:",omitempty"`
	StartingPositionTimestamp      *wire.Time         `json:",omitempty"`
	FilterCriteria                 *filterCriteria    `json:",omitempty"`
}

type scalingConfig struct {
	MaximumConcurrency *int `json:",omitempty"`
}

// mappingInput is the input of creating and updating a mapping.
type mappingInput struct {
	UUID                    string
	EventSourceArn          string
	FunctionName            string
	Enabled                 *bool
	TumblingWindowInSeconds *int
	ProvisionedPollerConfig *struct{}
	SelfManagedEventSource  *struct{}
	Tags                    map[string]string
	mappingSettings
}

type mappingOutput struct {
	UUID                  string
	EventSourceMappingArn string
	EventSourceArn        string
	FunctionArn           string
	LastModified          wire.Time
	LastProcessingResult  string
	State                 string
	StateTransitionReason string
	mappingSettings
}

func (m *mapping) output(state string) mappingOutput {
	scope := m.account.scope
	return mappingOutput{
		m.uuid, "arn:aws:lambda:" + scope.Region + ":" + scope.Account + ":event-source-mapping:" + m.uuid,
		m.sourceARN, m.arn, wire.Time{Time: m.modified}, m.result, state, "USER_INITIATED", m.mappingSettings,
	}
}

// reports reports whether the function says which items of a batch have failed.
func (m *mapping) reports() bool {
	return slices.Contains(m.FunctionResponseTypes, "ReportBatchItemFailures")
}

// window is how long a batch is gathered.
func (m *mapping) window() time.Duration {
	if m.MaximumBatchingWindowInSeconds == nil {
		return 0
	}
	return time.Duration(*m.MaximumBatchingWindowInSeconds) * time.Second
}

func (s *Service) createMapping(_ context.Context, r *api.Request, in *mappingInput) (any, error) {
	source, ok := parseARN(in.EventSourceArn)
	if !ok {
		return nil, invalid("Unrecognized event source, must be kinesis, dynamodb stream or sqs. Unsupported source arn: %s",
			in.EventSourceArn)
	}
	standard, err := standardSettings(source)
	if err != nil {
		return nil, err
	}
	if err := in.check(source, standard); err != nil {
		return nil, err
	}
	s.mu.Lock()
	a := s.accounts.Of(r.Scope())
	function := ref{FunctionName: in.FunctionName}
	v, qualifier, err := a.version(function, 0)
	var timeout time.Duration
	if err == nil {
		timeout = v.timeout()
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	settings := standard
	in.apply(&settings)
	checkpoints, err := s.checkSource(source, in.EventSourceArn, settings, timeout)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range a.mappings {
		if other.sourceARN == in.EventSourceArn && other.arn == a.arn(v.function.name, qualifier) {
			return nil, conflict(
				"The event source arn (\" %s \") and function (\" %s \") provided mapping already exists. Please "+
					"update or delete the existing mapping with UUID %s",
				in.EventSourceArn,
				v.function.name,
				other.uuid,
			)
		}
	}
	m := &mapping{
		account: a, uuid: id.UUID(), source: source, sourceARN: in.EventSourceArn, function: function,
		arn: a.arn(v.function.name, qualifier), mappingSettings: settings, state: "Enabled", enabled: true,
		result: "No records processed", modified: s.clock.Now(), tags: map[string]string{}, checkpoints: checkpoints,
	}
	if in.Enabled != nil && !*in.Enabled {
		m.enabled, m.state = false, "Disabled"
	}
	for name, value := range in.Tags {
		m.tags[name] = value
	}
	a.mappings[m.uuid] = m
	s.startMapping(m)
	return api.Answer{Status: 202, Value: m.output("Creating")}, nil
}

// checkSource refuses a source that does not exist or does not fit. Of a stream it says where reading begins.
func (s *Service) checkSource(source target, arn string, settings mappingSettings, timeout time.Duration) (
	map[string]*checkpoint, error,
) {
	if source.service == "sqs" {
		return nil, s.checkQueue(source, timeout)
	}
	return s.checkStream(source, arn, settings)
}

// standardSettings are those of a source when a user says nothing.
func standardSettings(source target) (mappingSettings, error) {
	n := func(n int) *int { return &n }
	no := false
	switch source.service {
	case "sqs":
		return mappingSettings{BatchSize: n(10), MaximumBatchingWindowInSeconds: n(0)}, nil
	case "kinesis", "dynamodb":
		if strings.Contains(source.resource, "/consumer/") {
			return mappingSettings{}, invalid("The embedded AWS has no event source mappings for consumers of streams.")
		}
		return mappingSettings{
			BatchSize: n(100), MaximumBatchingWindowInSeconds: n(0), ParallelizationFactor: n(1),
			MaximumRecordAgeInSeconds: n(-1), MaximumRetryAttempts: n(-1), BisectBatchOnFunctionError: &no,
		}, nil
	}
	return mappingSettings{}, invalid("The embedded AWS has no event source mappings for %s.", source.service)
}

func (in *mappingInput) check(source target, now mappingSettings) error {
	queue := source.service == "sqs"
	for _, c := range []struct {
		value       *int
		name        string
		least, most int
	}{
		{in.BatchSize, "batchSize", 1, 10000}, {in.MaximumBatchingWindowInSeconds, "maximumBatchingWindowInSeconds", 0, 300},
		{in.ParallelizationFactor, "parallelizationFactor", 1, 10},
		{in.MaximumRecordAgeInSeconds, "maximumRecordAgeInSeconds", -1, 604800},
		{in.MaximumRetryAttempts, "maximumRetryAttempts", -1, 10000},
	} {
		if err := inRange(c.value, c.name, c.least, c.most); err != nil {
			return err
		}
	}
	if c := in.ScalingConfig; c != nil {
		if err := inRange(c.MaximumConcurrency, "scalingConfig.maximumConcurrency", 2, 1000); err != nil {
			return err
		}
	}
	in.apply(&now)
	fifo := queue && strings.HasSuffix(source.resource, ".fifo")
	switch {
	case in.TumblingWindowInSeconds != nil && *in.TumblingWindowInSeconds > 0, in.ProvisionedPollerConfig != nil,
		in.SelfManagedEventSource != nil:
		return invalid("The embedded AWS has no tumbling windows, provisioned pollers or self-managed sources.")
	case len(in.FunctionResponseTypes) > 1 || len(in.FunctionResponseTypes) == 1 &&
		in.FunctionResponseTypes[0] != "ReportBatchItemFailures":
		return constraint(in.FunctionResponseTypes, "functionResponseTypes",
			"satisfy enum value set: [ReportBatchItemFailures]")
	case queue && (in.ParallelizationFactor != nil || in.MaximumRecordAgeInSeconds != nil ||
		in.MaximumRetryAttempts != nil || in.BisectBatchOnFunctionError != nil ||
		in.StartingPosition != "" || in.DestinationConfig.failure() != ""):
		return invalid("Unsupported parameter for the SQS event source type.")
	case !queue && in.ScalingConfig != nil:
		return invalid("ScalingConfig is only supported for SQS event sources.")
	case fifo && *now.BatchSize > 10, fifo && now.MaximumBatchingWindowInSeconds != nil &&
		*now.MaximumBatchingWindowInSeconds > 0:
		return invalid("Batching window and batches above 10 are not supported for FIFO queues.")
	case *now.BatchSize > 10 && queue && *now.MaximumBatchingWindowInSeconds == 0:
		return invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	case !queue && now.StartingPosition == "":
		return constraint("null", "startingPosition", "not be null")
	case !queue && now.StartingPosition != "LATEST" && now.StartingPosition != "TRIM_HORIZON" &&
		(now.StartingPosition != "AT_TIMESTAMP" || source.service == "dynamodb"):
		return constraint(
			now.StartingPosition,
			"startingPosition",
			"satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
		)
	case now.StartingPosition == "AT_TIMESTAMP" && now.StartingPositionTimestamp == nil:
		return invalid("StartingPositionTimestamp must not be null when StartingPosition is AT_TIMESTAMP.")
	case in.MaximumRecordAgeInSeconds != nil && *in.MaximumRecordAgeInSeconds > -1 && *in.MaximumRecordAgeInSeconds < 60:
		return invalid("MaximumRecordAgeInSeconds must be -1 or at least 60.")
	}
	if _, err := in.FilterCriteria.compile(source); err != nil {
		return err
	}
	return in.DestinationConfig.check("sqs", "sns")
}

// check refuses a destination that is none of the services.
func (d *destinationConfig) check(services ...string) error {
	for _, arn := range []string{d.success(), d.failure()} {
		if t, ok := parseARN(arn); arn != "" && (!ok || !slices.Contains(services, t.service)) {
			return invalid("The provided destination config DestinationConfig(destination=%s) is invalid.", arn)
		}
	}
	return nil
}

// apply changes settings. They are checked.
func (in *mappingInput) apply(to *mappingSettings) {
	for _, c := range []struct{ to, value **int }{
		{&to.BatchSize, &in.BatchSize}, {&to.MaximumBatchingWindowInSeconds, &in.MaximumBatchingWindowInSeconds},
		{&to.ParallelizationFactor, &in.ParallelizationFactor},
		{&to.MaximumRecordAgeInSeconds, &in.MaximumRecordAgeInSeconds},
		{&to.MaximumRetryAttempts, &in.MaximumRetryAttempts},
	} {
		if *c.value != nil {
			*c.to = *c.value
		}
	}
	if in.BisectBatchOnFunctionError != nil {
		to.BisectBatchOnFunctionError = in.BisectBatchOnFunctionError
	}
	if in.FunctionResponseTypes != nil {
		to.FunctionResponseTypes = in.FunctionResponseTypes
	}
	if in.ScalingConfig != nil {
		to.ScalingConfig = in.ScalingConfig
	}
	if in.DestinationConfig != nil {
		to.DestinationConfig = in.DestinationConfig
	}
	if in.FilterCriteria != nil {
		to.FilterCriteria = in.FilterCriteria // without filters, it takes them away
	}
	if in.StartingPosition != "" {
		to.StartingPosition, to.StartingPositionTimestamp = in.StartingPosition, in.StartingPositionTimestamp
	}
}

// startMapping starts a mapping's pollers, if it is enabled. The lock is held.
func (s *Service) startMapping(m *mapping) {
	if !m.enabled {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	m.cancel = cancel
	run := *m // a poller keeps the settings that it was started with
	if m.source.service == "sqs" {
		s.startQueue(ctx, &run, m)
	} else {
		s.startStream(ctx, &run, m)
	}
}

// stopMapping ends a mapping's pollers. The lock is held.
func (m *mapping) stopMapping() {
	if m.cancel != nil {
		m.cancel()
		m.cancel = nil
	}
}

func (a *account) mapping(uuid string) (*mapping, error) {
	if m := a.mappings[uuid]; m != nil {
		return m, nil
	}
	return nil, notFound("The resource you requested does not exist.")
}

func (s *Service) getMapping(a *account, in *struct{ UUID string }) (any, error) {
	m, err := a.mapping(in.UUID)
	if err != nil {
		return nil, err
	}
	return m.output(m.state), nil
}

func (s *Service) listMappings(a *account, in *struct {
	page
	EventSourceArn string `rest:"query"`
	FunctionName   string `rest:"query"`
}) (any, error) {
	want := ""
	if in.FunctionName != "" {
		name, qualifier, err := ref{FunctionName: in.FunctionName}.split()
		if err != nil {
			return nil, err
		}
		want = a.arn(name, qualifier)
	}
	matching := map[string]*mapping{}
	for uuid, m := range a.mappings {
		if (in.EventSourceArn == "" || in.EventSourceArn == m.sourceARN) && (want == "" || want == m.arn) {
			matching[uuid] = m
		}
	}
	names, next, err := list(matching, in.page)
	if err != nil {
		return nil, err
	}
	out := struct {
		EventSourceMappings []mappingOutput
		NextMarker          string `json:",omitempty"`
	}{[]mappingOutput{}, next}
	for _, uuid := range names {
		out.EventSourceMappings = append(out.EventSourceMappings, matching[uuid].output(matching[uuid].state))
	}
	return out, nil
}

func (s *Service) updateMapping(a *account, in *mappingInput) (any, error) {
	m, err := a.mapping(in.UUID)
	if err == nil {
		in.StartingPosition = "" // it stays
		err = in.check(m.source, m.mappingSettings)
	}
	if err == nil && in.FunctionName != "" {
		var v *version
		var qualifier string
		if v, qualifier, err = a.version(ref{FunctionName: in.FunctionName}, 0); err == nil {
			m.function, m.arn = ref{FunctionName: in.FunctionName}, a.arn(v.function.name, qualifier)
		}
	}
	if err != nil {
		return nil, err
	}
	in.apply(&m.mappingSettings)
	if in.Enabled != nil {
		m.enabled = *in.Enabled
	}
	m.modified, m.state = s.clock.Now(), "Disabled"
	if m.enabled {
		m.state = "Enabled"
	}
	m.stopMapping()
	s.startMapping(m)
	return api.Answer{Status: 202, Value: m.output("Updating")}, nil
}

func (s *Service) deleteMapping(a *account, in *struct{ UUID string }) (any, error) {
	m, err := a.mapping(in.UUID)
	if err != nil {
		return nil, err
	}
	delete(a.mappings, m.uuid)
	m.stopMapping()
	return api.Answer{Status: 202, Value: m.output("Deleting")}, nil
}

// processed notes how a mapping's last batch ended.
func (s *Service) processed(m *mapping, result string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.result = result
}

// sleep waits on the service's clock, and reports whether ctx still lasts.
func (s *Service) sleep(ctx context.Context, d time.Duration) bool {
	t := s.clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.Chan():
		return true
	case <-ctx.Done():
		return false
	}
}

// batch gives a batch to a mapping's function: refused says that there was no environment for it.
func (s *Service) batch(m *mapping, payload []byte) (done result, refused *api.Error) {
	s.mu.Lock()
	v, qualifier, err := m.account.version(m.function, 0)
	if err != nil {
		s.mu.Unlock()
		return result{}, notFound("%s", err.Error())
	}
	c, refused := s.begin(v, m.account.arn(v.function.name, qualifier))
	if refused != nil {
		s.reportThrottle(v, refused)
		s.mu.Unlock()
		return result{}, refused
	}
	s.mu.Unlock()
	c.requestID, c.payload = id.UUID(), payload
	return s.run(c), nil
}
