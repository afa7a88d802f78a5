package list

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// end is one of the two ends of a list.
type end int

const (
	left end = iota
	right
)

// endOf reads LEFT or RIGHT.
func endOf(s string) (end, error) {
	switch strings.ToUpper(s) {
	case "LEFT":
		return left, nil
	case "RIGHT":
		return right, nil
	}
	return 0, engine.ErrSyntax
}

// popEvent is the keyspace event of taking elements from an end.
func (e end) popEvent() string {
	if e == left {
		return "lpop"
	}
	return "rpop"
}

// pushEvent is the keyspace event of adding elements at an end.
func (e end) pushEvent() string {
	if e == left {
		return "lpush"
	}
	return "rpush"
}
