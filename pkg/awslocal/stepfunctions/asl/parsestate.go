package asl

import (
	"math"
	"strings"
	"time"
)

func (p *parser) state(name string, f *fields) *State {
	s := &State{Name: name, Type: f.text("Type"), Comment: f.text("Comment")}
	f.require("Type")
	f.queryLanguage()
	switch s.Type {
	case Task:
		f.require("Resource")
		f.task(s)
	case Pass:
		s.result, s.hasResult = f.take("Result")
		p.staticResult(s.result, f.location("Result"))
	case Choice:
		f.choice(s)
	case Wait:
		f.wait(s)
	case Fail:
		f.fail(s)
	case Parallel:
		f.require("Branches")
		for _, b := range f.list("Branches", false) {
			s.Branches = append(s.Branches, p.machine(b))
		}
	case Map:
		f.mapping(s)
	case Succeed:
	default:
		if f.has("Type") {
			p.wrong(f.location("Type"), "The field 'Type' should have one of these values: "+
				"[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]")
		}
		return s
	}
	f.common(s)
	f.rest()
	return s
}

// common reads what several types of states have.
func (f *fields) common(s *State) {
	if s.Type != Fail {
		s.inputPath, s.outputPath = f.filter("InputPath"), f.filter("OutputPath")
	}
	if s.Type == Choice || s.Type == Succeed || s.Type == Fail {
		return
	}
	s.Next, s.End = f.text("Next"), f.boolean("End")
	switch {
	case s.End && f.has("Next"):
		f.wrong(f.here(), "There should only be one of the following fields: [Next, End]")
	case !s.End && !f.has("Next"):
		f.wrong(f.here(), "This object should have only one of the following fields: [Next, End]")
	}
	if s.Type == Wait {
		return
	}
	s.resultPath = f.reference("ResultPath")
	if s.Type != Map || !f.has("ItemSelector") {
		s.parameters = f.template("Parameters")
	}
	if s.Type == Map && s.parameters != nil {
		s.mapping.selector = s.parameters
	}
	if s.Type == Pass {
		return
	}
	s.resultSelector = f.template("ResultSelector")
	retriers := f.list("Retry", true)
	for i, r := range retriers {
		s.Retry = append(s.Retry, r.retrier(i == len(retriers)-1))
	}
	catchers := f.list("Catch", true)
	for i, c := range catchers {
		s.Catch = append(s.Catch, c.catcher(i == len(catchers)-1))
	}
}

func (f *fields) task(s *State) {
	s.Resource = f.text("Resource")
	if parts := strings.SplitN(s.Resource, ":", 6); f.has("Resource") && (len(parts) < 6 || parts[0] != "arn") {
		f.wrong(f.location("Resource"), "Value is not a valid resource ARN")
	}
	s.timeout, s.heartbeat = f.seconds("TimeoutSeconds"), f.seconds("HeartbeatSeconds")
	if t, h := s.timeout.value, s.heartbeat.value; t > 0 && h >= t {
		f.wrong(f.here(), "The field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'")
	}
}

func (f *fields) wait(s *State) {
	f.only(1, "SecondsPath", "Seconds", "TimestampPath", "Timestamp")
	s.wait.seconds = seconds{value: f.integer("Seconds", 0, maxSeconds), path: f.referencePath("SecondsPath")}
	s.wait.timestampPath = f.referencePath("TimestampPath")
	if text := f.text("Timestamp"); f.has("Timestamp") {
		var ok bool
		if s.wait.timestamp, ok = timestamp(text); !ok {
			f.wrong(f.location("Timestamp"), "String does not match RFC3339 timestamp")
		}
	}
}

func (f *fields) fail(s *State) {
	f.only(0, "Error", "ErrorPath")
	f.only(0, "Cause", "CausePath")
	s.failure.name, s.failure.cause = f.text("Error"), f.text("Cause")
	s.failure.namePath, s.failure.causePath = f.expression("ErrorPath"), f.expression("CausePath")
}

// expression is a field that has a path or an intrinsic function, nil if there is none.
func (f *fields) expression(name string) expression {
	text := f.text(name)
	if !f.has(name) {
		return nil
	}
	x, err := parseExpression(text)
	if err != nil {
		f.wrong(f.location(name), "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call",
			name)
		return nil
	}
	return x
}

func (f *fields) mapping(s *State) {
	f.only(1, "ItemProcessor", "Iterator")
	f.only(0, "ItemSelector", "Parameters")
	for _, name := range []string{"ItemProcessor", "Iterator"} {
		if each := f.sub(name); each != nil {
			if config := each.sub("ProcessorConfig"); config != nil {
				config.processor()
			}
			s.Each = f.machine(each)
		}
	}
	m := &s.mapping
	m.items = f.referencePath("ItemsPath")
	m.selector = f.template("ItemSelector")
	f.only(0, "MaxConcurrency", "MaxConcurrencyPath")
	m.concurrency = seconds{
		value: f.integer("MaxConcurrency", 0, math.MaxInt32), path: f.referencePath("MaxConcurrencyPath"),
	}
	f.only(0, "ToleratedFailureCount", "ToleratedFailureCountPath")
	m.failures = seconds{
		value: f.integer("ToleratedFailureCount", 0, math.MaxInt32), path: f.referencePath("ToleratedFailureCountPath"),
	}
	f.only(0, "ToleratedFailurePercentage", "ToleratedFailurePercentagePath")
	m.percentage = f.float("ToleratedFailurePercentage", 0, 100)
	m.percentPath = f.referencePath("ToleratedFailurePercentagePath")
	for _, name := range []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label"} {
		if _, ok := f.take(name); ok {
			f.wrong(f.location(name), "The field '%s' is not supported: it belongs to the mode DISTRIBUTED", name)
		}
	}
}

// processor reads a ProcessorConfig.
func (f *fields) processor() {
	if f.oneOf("Mode", "INLINE", "DISTRIBUTED") == "DISTRIBUTED" {
		f.take("ExecutionType")
		f.wrong(f.location("Mode"), "The mode DISTRIBUTED is not supported")
	}
	f.rest()
}

func (f *fields) retrier(last bool) Retrier {
	f.require("ErrorEquals")
	r := Retrier{
		ErrorEquals: f.errors(last),
		Interval:    time.Second,
		MaxAttempts: 3,
		BackoffRate: 2,
		MaxDelay:    time.Duration(f.integer("MaxDelaySeconds", 1, maxRetryDelay)) * time.Second,
	}
	if n := f.integer("IntervalSeconds", 0, maxSeconds); f.has("IntervalSeconds") {
		r.Interval = time.Duration(n) * time.Second
	}
	if n := f.integer("MaxAttempts", 0, maxSeconds); f.has("MaxAttempts") {
		r.MaxAttempts = int(n)
	}
	if rate := f.float("BackoffRate", 1, math.MaxFloat64); rate > 0 {
		r.BackoffRate = rate
	}
	r.FullJitter = f.oneOf("JitterStrategy", "NONE", "FULL") == "FULL"
	f.text("Comment")
	f.rest()
	return r
}

const maxRetryDelay = 31622400 // seconds: 366 days

func (f *fields) catcher(last bool) Catcher {
	f.require("ErrorEquals", "Next")
	c := Catcher{ErrorEquals: f.errors(last), Next: f.text("Next"), resultPath: f.reference("ResultPath")}
	f.text("Comment")
	f.rest()
	return c
}

// errors reads ErrorEquals. Last is whether the retrier or catcher is the last one.
func (f *fields) errors(last bool) []string {
	value, ok := f.take("ErrorEquals")
	list, isList := value.([]any)
	at := f.location("ErrorEquals")
	switch {
	case !ok:
	case !isList:
		f.wrong(at, "Expected value of type Array")
	case len(list) == 0:
		f.wrong(at, "Value cannot be empty")
	}
	var names []string
	for _, element := range list {
		name, isText := element.(string)
		if !isText {
			f.wrong(at, "Expected value of type String")
		}
		if name == ErrAll && (len(list) > 1 || !last) {
			f.wrong(at, "States.ALL must appear alone and at end of list")
		}
		names = append(names, name)
	}
	return names
}

// staticResult warns of a Result that looks as if it were a template.
func (p *parser) staticResult(value any, at string) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if strings.HasSuffix(name, ".$") {
				p.report(Diagnostic{SeverityWarning, CodePassResultIsStatic,
					"A Result is not a template: a name ending in .$ is not replaced", at})
				return
			}
			p.staticResult(inner, at)
		}
	case []any:
		for _, inner := range v {
			p.staticResult(inner, at)
		}
	}
}
