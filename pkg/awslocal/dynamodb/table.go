package dynamodb

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// maxItem is the size of the largest item, in bytes.
const maxItem = 400 << 10

type tableID struct {
	home
	name string
}

// throughput is the provisioned capacity of a table or index; zero under PAY_PER_REQUEST.
type throughput struct{ read, write int64 }

// table is a table's settings and rows. Its lock guards all below it.
type table struct {
	id      tableID
	uuid    string
	created time.Time

	mu sync.RWMutex
	collection
	attributes         []attributeDefinition
	deleted            bool // between the lookup and the lock
	updating           bool // activeAt belongs to an update, not to the creation
	activeAt           time.Time
	onDemand           bool
	onDemandSince      time.Time // of the last switch
	throughput         throughput
	decreases          int64
	increasedAt        time.Time
	decreasedAt        time.Time
	deletionProtection bool
	class              string
	indexes            []*index
	stream             *stream // nil where streams are off
	lastStream         *stream // the last one that was on
	ttl                ttl
	tags               map[string]string
}

func (t *table) arn() string { return t.id.arn("table/" + t.id.name) }

func (t *table) indexARN(x *index) string { return t.arn() + "/index/" + x.name }

// nameOf takes a table's name from a TableName, which may also be an ARN.
func nameOf(nameOrARN string) string {
	if strings.HasPrefix(nameOrARN, "arn:") {
		_, name, _ := strings.Cut(nameOrARN, ":table/")
		return name
	}
	return nameOrARN
}

func (s *Service) find(at home, name string) *table {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tables[tableID{at, nameOf(name)}]
}

// access is how a table is locked.
type access bool

const (
	forRead  access = false
	forWrite access = true
)

// open finds and locks a table for item operations.
func (s *Service) open(at home, name string, mode access) (*table, func(), error) {
	tables, unlock, err := s.openAll(at, []string{name}, mode)
	if err != nil {
		return nil, nil, err
	}
	return tables[0], unlock, nil
}

// openAll does that for the tables of a transaction; it returns one for each name. It finds them all before
// it locks any, because a change of a table locks the service before the table. It locks each once and in the
// order of their names, so that no two transactions wait for each other.
func (s *Service) openAll(at home, names []string, mode access) ([]*table, func(), error) {
	tables := make([]*table, len(names))
	for i, name := range names {
		if tables[i] = s.find(at, name); tables[i] == nil {
			return nil, nil, errNoTable()
		}
	}
	distinct := tables
	if len(tables) > 1 {
		distinct = slices.SortedFunc(slices.Values(tables), func(a, b *table) int {
			return strings.Compare(a.id.name, b.id.name)
		})
		distinct = slices.Compact(distinct)
	}
	for _, t := range distinct {
		t.lock(mode)
	}
	unlock := func() {
		for _, t := range distinct {
			t.unlock(mode)
		}
	}
	now := s.clock.Now()
	for _, t := range distinct {
		if t.deleted || t.status(now) == "CREATING" { // a table that is being created does not serve yet
			unlock()
			return nil, nil, errNoTable()
		}
	}
	return tables, unlock, nil
}

func (t *table) lock(mode access) {
	if mode == forWrite {
		t.mu.Lock()
	} else {
		t.mu.RLock()
	}
}

func (t *table) unlock(mode access) {
	if mode == forWrite {
		t.mu.Unlock()
	} else {
		t.mu.RUnlock()
	}
}

func (t *table) status(now time.Time) string {
	switch {
	case !now.Before(t.activeAt):
		return "ACTIVE"
	case t.updating:
		return "UPDATING"
	}
	return "CREATING"
}

// index returns the index of that name.
func (t *table) index(name string) (*index, error) {
	for _, x := range t.indexes {
		if x.name == name {
			return x, nil
		}
	}
	return nil, validationError("The table does not have the specified index: %s", name)
}

// checkItem checks an item to be stored against the keys of the table and of the indexes.
func (t *table) checkItem(item attr.Map) error {
	if err := t.schema.checkItem(item); err != nil {
		return err
	}
	for _, x := range t.indexes {
		if err := x.checkItem(item); err != nil {
			return err
		}
	}
	return nil
}

// effect is what a write changes: the row, and entries of the indexes. old is nil if there was no row, new if
// it is deleted; both are the same if nothing changes.
type effect struct {
	key      string
	old, new *row
	entries  []entryEffect
}

// entryEffect is what a write changes in an index. If an entry's key changes it moves: old is removed, new is
// added.
type entryEffect struct {
	index    *index
	old, new *row
}

func (x entryEffect) moves() bool { return x.old != nil && x.new != nil && x.old.key != x.new.key }

// effect computes the changes of the indexes when one row replaces another.
func (t *table) effect(key string, old, next *row) effect {
	e := effect{key: key, old: old, new: next}
	if old == next {
		return e
	}
	for _, x := range t.indexes {
		entry := entryEffect{x, x.rowOf(old, t.schema), x.rowOf(next, t.schema)}
		unchanged := entry.old == nil && entry.new == nil ||
			entry.old != nil && entry.new != nil && !entry.moves() && attr.Equal(entry.old.item, entry.new.item)
		if !unchanged {
			e.entries = append(e.entries, entry)
		}
	}
	return e
}

// commit applies the change to the table, its indexes, its expiries and its stream. The caller holds the
// table's lock; nothing here can fail. by is nil for a client's write.
func (t *table) commit(e effect, now time.Time, by *identity) {
	if e.old == e.new { // a delete of nothing, or the check of a condition
		return
	}
	t.replace(e.old, e.new)
	for _, entry := range e.entries {
		entry.index.replace(entry.old, entry.new)
	}
	t.ttl.replace(e)
	if t.stream != nil {
		t.stream.record(e, now, by)
	}
}
