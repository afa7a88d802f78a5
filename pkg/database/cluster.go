package database

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that nodes record, each with the LSN in N.
const (
	Committed = "committed" // by the primary: in its file, whether or not a replica has it
	Applied   = "applied"   // by a replica
	Promoted  = "promoted"  // by a node that became the primary; N is its epoch
)

// Heartbeat is how often the supervisor asks every node, and how long it waits for the answer; Misses unanswered ones
// in a row are a dead primary.
const (
	Heartbeat = 100 * time.Millisecond
	Misses    = 3
)

// Config is a database's shape.
type Config struct {
	Nodes  int      // at least 2, the first of which is the primary at first
	Schema []string // CREATE TABLE IF NOT EXISTS …
	// SemiSync has a commit wait until a replica has it as well, and a read at the primary until a replica has what was
	// read. It never falls back: without replicas nothing is acknowledged.
	SemiSync bool
	// Fenced has the nodes refuse every request of another epoch than theirs, and the supervisor tell a new epoch to
	// a majority before it promotes. Without, a replica follows its primary until the connection breaks.
	Fenced bool
	// NewestFirst has the supervisor promote the replica with the highest LSN, not the first that answers.
	NewestFirst bool
	// MaxConnections is how many connections a node accepts from pools and proxies; 0 means as many as come. A [Client]
	// has none.
	MaxConnections int
	// Service is how long a query or transaction keeps its connection busy, W: SQLite is too fast to show saturation.
	Service time.Duration
	// LockTimeout is how long a transaction waits for a row's lock; 0 means as long as its client waits.
	LockTimeout time.Duration
}

// Database is a declared database.
type Database struct {
	Config
	name       string
	dir        string // of the nodes' files
	nodes      part.Peers
	names      []string
	supervisor *lab.Process
}

// New declares a database: nodes name-1 to name-n, and the process name-supervisor.
func New(b *lab.Builder, name string, c Config) *Database {
	d := &Database{Config: c, name: name}
	b.Prepare("make files for "+name, func(context.Context, *lab.Instance) (err error) {
		d.dir, err = os.MkdirTemp("", "crashlab-"+name+"-")
		b.OnClose(func() { _ = os.RemoveAll(d.dir) }) // what is left is in the system's folder for that
		return err
	})
	nodes := b.Services(name, c.Nodes, d.node)
	d.nodes.Join(nodes...)
	for _, n := range nodes {
		d.names = append(d.names, n.Name)
	}
	d.supervisor = b.Service(name+"-supervisor", d.supervise)
	return d
}

func (d *Database) file(node string) string { return filepath.Join(d.dir, node+".db") }

// first is the term of a new database.
func (d *Database) first() Term { return Term{1, d.names[0]} }

// Audit reads the nodes' files when no process runs: the log of the node with the newest entries, which is the
// database's content, and what other nodes have committed that is not in it.
func (d *Database) Audit(ctx context.Context) (kept, lost []Entry, err error) {
	all := make([][]Entry, len(d.names))
	for n, name := range d.names {
		s, err := open(ctx, d.file(name), d.Schema)
		if err != nil {
			return nil, nil, err
		}
		log, err := s.entries(ctx, "_log", 0, everything)
		if err != nil {
			return nil, nil, err
		}
		taken, err := s.entries(ctx, "_lost", 0, everything)
		if err != nil {
			return nil, nil, err
		}
		if err := s.db.Close(); err != nil {
			return nil, nil, err
		}
		all[n] = append(taken, log...)
		if newer(last(log), last(kept)) {
			kept = log
		}
	}
	return kept, beside(kept, all), nil
}

// Content runs a query in the file of the first primary when no process runs.
func (d *Database) Content(ctx context.Context, q Statement) (rows [][]string, err error) {
	s, err := open(ctx, d.file(d.first().Primary), d.Schema)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	return s.query(ctx, q)
}

const everything = 1 << 30 // entries

// beside returns the entries that are not among those kept, each once.
func beside(kept []Entry, all [][]Entry) (lost []Entry) {
	seen := map[string]bool{}
	at := func(e Entry) string { return fmt.Sprint(e.Epoch, ":", e.LSN) }
	for _, e := range kept {
		seen[at(e)] = true
	}
	for _, entries := range all {
		for _, e := range entries {
			if !seen[at(e)] {
				seen[at(e)] = true
				lost = append(lost, e)
			}
		}
	}
	return lost
}

func last(log []Entry) Entry {
	if len(log) == 0 {
		return Entry{}
	}
	return log[len(log)-1]
}

// newer reports whether a log that ends with a has more than one that ends with b: a later epoch counts first.
func newer(a, b Entry) bool {
	return a.Epoch > b.Epoch || a.Epoch == b.Epoch && a.LSN > b.LSN
}

func record(ctx context.Context, i *lab.Instance, effect, op string, n int64) {
	i.Effect(ctx, history.Event{Op: op, Name: effect, N: n})
}
