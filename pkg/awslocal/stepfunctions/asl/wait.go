package asl

import "time"

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
func (s *State) Until(scope Scope, now time.Time) (time.Time, error) { return now, nil }

// Timeout returns a Task state's TimeoutSeconds, 0 if it has none.
func (s *State) TaskTimeout(scope Scope) (time.Duration, error) { return 0, nil }

// TaskHeartbeat returns a Task state's HeartbeatSeconds, 0 if it has none.
func (s *State) TaskHeartbeat(scope Scope) (time.Duration, error) { return 0, nil }
