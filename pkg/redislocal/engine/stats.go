package engine

import "time"

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
	Rejected              int64
}

// CommandStats are the counters of one command.
type CommandStats struct {
	Calls, Failed int64
	Took          time.Duration
}

func (s *Stats) count(cmd *Command, took time.Duration, err error) {
	s.Commands++
	if s.ByCommand == nil {
		s.ByCommand = map[string]*CommandStats{}
	}
	one := s.ByCommand[cmd.full]
	if one == nil {
		one = &CommandStats{}
		s.ByCommand[cmd.full] = one
	}
	one.Calls++
	one.Took += took
	if err != nil {
		one.Failed++
	}
}
