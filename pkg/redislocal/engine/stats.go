package engine

import (
	"math/bits"
	"strings"
	"time"
)

// Stats are the engine's counters.
type Stats struct {
	Started               time.Time
	Connections, Commands int64
	Hits, Misses          int64
	Expired, Evicted      int64
	ExpiredParts          int64 // fields of hashes
	Errors                int64
	Blocked               int64 // clients that wait now
	Peak                  int64 // most memory that keys have taken, in bytes
	ByCommand             map[string]*CommandStats
	ByCode                map[string]int64 // errors by their first word
}

// CommandStats are the counters of one command.
type CommandStats struct {
	Calls, Failed, Rejected int64
	Took                    time.Duration
	Below                   [buckets]int64 // calls that took less than 2^i µs, and not less than half of it
}

const (
	buckets  = 32
	maxCodes = 128 // a script chooses its errors' codes
)

// Percentile is an upper bound of the time that a part of the calls took, in µs.
func (s *CommandStats) Percentile(part float64) int64 {
	var sum int64
	for i, n := range s.Below {
		if sum += n; sum > 0 && float64(sum) >= part*float64(s.Calls) {
			return 1 << i
		}
	}
	return 0
}

func newStats(now time.Time) Stats {
	return Stats{Started: now, ByCommand: map[string]*CommandStats{}, ByCode: map[string]int64{}}
}

// Reset sets the counters to 0.
func (s *Stats) Reset() {
	blocked := s.Blocked
	*s = newStats(s.Started)
	s.Blocked = blocked
}

func (s *Stats) of(cmd *Command) *CommandStats {
	one := s.ByCommand[cmd.full]
	if one == nil {
		one = &CommandStats{}
		s.ByCommand[cmd.full] = one
	}
	return one
}

// count counts a command that has run.
func (s *Stats) count(cmd *Command, took time.Duration, err error) {
	s.Commands++
	one := s.of(cmd)
	one.Calls++
	one.Took += took
	one.Below[min(bits.Len64(uint64(took.Microseconds())), buckets-1)]++
	if err != nil {
		one.Failed++
		s.fail(err)
	}
}

// reject counts a request that did not run; cmd is nil if there is no such command.
func (s *Stats) reject(cmd *Command, err error) {
	if cmd != nil {
		s.of(cmd).Rejected++
	}
	s.fail(err)
}

func (s *Stats) fail(err error) {
	s.Errors++
	code, _, _ := strings.Cut(err.Error(), " ")
	if _, ok := s.ByCode[code]; ok || len(s.ByCode) < maxCodes {
		s.ByCode[strings.Clone(code)]++
	}
}
