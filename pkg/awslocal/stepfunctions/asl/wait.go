package asl

import (
	"encoding/json"
	"time"
)

// maxSeconds is the longest that a state or an execution may take.
const maxSeconds = 99999999

// seconds is a number of seconds, given or found by a path.
type seconds struct {
	value int64
	path  *Path
}

type waiting struct {
	seconds       seconds
	timestamp     time.Time
	timestampPath *Path
}

// Until returns when a Wait state ends that is entered now. The scope's Input is the effective input. It fails with
// States.Runtime if a path does not lead to what it should.
func (s *State) Until(scope Scope, now time.Time) (time.Time, error) {
	switch w := s.wait; {
	case w.timestampPath != nil:
		value, reached, err := w.timestampPath.find(evaluate(scope))
		if err != nil {
			return time.Time{}, err
		}
		if reached < len(w.timestampPath.steps) {
			return time.Time{}, fail(ErrRuntime, "The TimestampPath parameter does not reference an input value: %s",
				w.timestampPath)
		}
		t, ok := timestamp(value)
		if !ok {
			return time.Time{}, fail(ErrRuntime, "The TimestampPath parameter does not reference a valid ISO-8601 "+
				"extended offset date-time format string: %s == %s", w.timestampPath, plain(value))
		}
		return t, nil
	case w.seconds.path != nil:
		d, err := s.wait.seconds.path.seconds(scope, "SecondsPath", 0)
		return now.Add(d), err
	case !w.timestamp.IsZero():
		return w.timestamp, nil
	}
	return now.Add(time.Duration(s.wait.seconds.value) * time.Second), nil
}

// seconds is a path's value as a time of at least so many seconds.
func (p *Path) seconds(scope Scope, field string, least int64) (time.Duration, error) {
	value, reached, err := p.find(evaluate(scope))
	if err != nil {
		return 0, err
	}
	if _, ok := value.(json.Number); reached < len(p.steps) || !ok {
		return 0, fail(ErrRuntime, "The %s parameter does not reference an input value: %s", field, p)
	}
	n, err := value.(json.Number).Int64()
	switch {
	case err != nil:
		return 0, fail(ErrRuntime, "The %s parameter cannot be parsed as a long value: %s == %v", field, p, value)
	case n < 0:
		return 0, fail(ErrRuntime, "The %s parameter references a negative value: %s == %d", field, p, n)
	case n < least || n > maxSeconds:
		return 0, fail(ErrRuntime, "The %s parameter references a value that is not between %d and %d: %s == %d",
			field, least, maxSeconds, p, n)
	}
	return time.Duration(n) * time.Second, nil
}

// TaskTimeout returns a Task state's TimeoutSeconds, 0 if it has none. The scope's Input is the raw input after
// InputPath.
func (s *State) TaskTimeout(scope Scope) (time.Duration, error) {
	return s.timeout.get(scope, "TimeoutSecondsPath")
}

// TaskHeartbeat returns a Task state's HeartbeatSeconds, 0 if it has none. The scope is as for TaskTimeout.
func (s *State) TaskHeartbeat(scope Scope) (time.Duration, error) {
	return s.heartbeat.get(scope, "HeartbeatSecondsPath")
}

func (n seconds) get(scope Scope, field string) (time.Duration, error) {
	if n.path == nil {
		return time.Duration(n.value) * time.Second, nil
	}
	if _, err := n.path.must(evaluate(scope)); err != nil {
		return 0, err
	}
	return n.path.seconds(scope, field, 1)
}

// plain is a value as messages show it: a text without quotes.
func plain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Encode(v)
}
