package stream

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// ID is the ID of an entry: Unix time in ms, and a number among those of the same.
type ID struct{ ms, seq uint64 }

var maxID = ID{math.MaxUint64, math.MaxUint64}

const errID engine.Error = "ERR Invalid stream ID specified as stream command argument"

func (id ID) String() string {
	return strconv.FormatUint(id.ms, 10) + "-" + strconv.FormatUint(id.seq, 10)
}

func (id ID) compare(other ID) int {
	return cmp.Or(cmp.Compare(id.ms, other.ms), cmp.Compare(id.seq, other.seq))
}

func (id ID) less(other ID) bool { return id.compare(other) < 0 }

// next is the ID after one that is not the last.
func (id ID) next() ID {
	if id.seq == math.MaxUint64 {
		return ID{id.ms + 1, 0}
	}
	return ID{id.ms, id.seq + 1}
}

// previous is the ID before one that is not 0-0.
func (id ID) previous() ID {
	if id.seq == 0 {
		return ID{id.ms - 1, math.MaxUint64}
	}
	return ID{id.ms, id.seq - 1}
}

// parseID reads an ID. One without a number gets seq.
func parseID(s string, seq uint64) (ID, error) {
	first, second, both := strings.Cut(s, "-")
	ms, err := strconv.ParseUint(first, 10, 64)
	if err == nil && both {
		seq, err = strconv.ParseUint(second, 10, 64)
	}
	if err != nil {
		return ID{}, errID
	}
	return ID{ms, seq}, nil
}

// parseIDs reads IDs that are given one after another.
func parseIDs(all []string) ([]ID, error) {
	ids := make([]ID, len(all))
	for i, s := range all {
		var err error
		if ids[i], err = parseID(s, 0); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// parseStart reads the first ID of an interval: - is the least, ( excludes the one that follows.
func parseStart(s string) (ID, error) {
	id, open, err := parseBound(s, 0)
	if err == nil && open {
		if id == maxID {
			return ID{}, engine.Error("ERR invalid start ID for the interval")
		}
		id = id.next()
	}
	return id, err
}

// parseEnd reads the last ID of an interval: + is the greatest, ( excludes the one that follows.
func parseEnd(s string) (ID, error) {
	id, open, err := parseBound(s, math.MaxUint64)
	if err == nil && open {
		if id == (ID{}) {
			return ID{}, engine.Error("ERR invalid end ID for the interval")
		}
		id = id.previous()
	}
	return id, err
}

func parseBound(s string, seq uint64) (ID, bool, error) {
	switch s {
	case "-":
		return ID{}, false, nil
	case "+":
		return maxID, false, nil
	}
	rest, open := strings.CutPrefix(s, "(")
	id, err := parseID(rest, seq)
	return id, open, err
}
