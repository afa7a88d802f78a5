package replicas

import (
	"context"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/database"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects of the lab, beside the database's.
const (
	blind = "blind" // by an app: it reads at a replica without knowing how far that is
	kept  = "kept"  // by the audit: the write is in the database in the end; N is its LSN
)

type client = database.Client

// cookie is what a user's browser sends with each request. The app that answers sets it anew.
type cookie struct {
	User  string
	LSN   int64     // the newest that the user has written or read
	Wrote time.Time // when the user's last write was answered
}

// answer is what a user gets.
type answer struct {
	Value string
	LSN   int64
	Wrote time.Time
}

// change is what a user writes.
type change struct{ User, Value string }

// service is the system under every design: a database of three nodes, and two apps. The designs differ in where they
// read.
type service struct {
	db   *database.Database
	read func(ctx context.Context, i *lab.Instance, db *client, c cookie) (answer, error)
}

func newService(b *lab.Builder) *service {
	s := &service{db: database.New(b, "db", database.Config{
		Nodes: 3, Schema: []string{"CREATE TABLE IF NOT EXISTS profiles(user TEXT PRIMARY KEY, name TEXT)"},
		SemiSync: b.Guarded(semiSync), Fenced: b.Guarded(fencing), NewestFirst: b.Guarded(newest),
	})}
	doors := b.Services("app", apps, s.app)
	browsers := &cookies{of: map[string]cookie{}}
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		c, app := browsers.get(op.Key), doors[int(op.Key[len(op.Key)-1])%apps]
		var a answer
		var err error
		if op.ReadOnly {
			err = part.Ask(ctx, b.Observer(), app, "POST /read", c, &a)
		} else {
			err = part.Ask(ctx, b.Observer(), app, "POST /write", change{op.Key, op.Value}, &a)
		}
		if err == nil {
			browsers.set(op.Key, a)
		}
		return a.Value, err
	})
	b.Audit(s.audit)
	return s
}

// app is an app's service.
func (s *service) app(ctx context.Context, i *lab.Instance) error {
	db := s.db.Client(i)
	return part.Serve(ctx, i, map[string]part.Handler{
		"POST /read": func(ctx context.Context, r *part.Request) (any, error) {
			return s.read(ctx, i, db, part.Decode[cookie](r.Body))
		},
		"POST /write": func(ctx context.Context, r *part.Request) (any, error) {
			c := part.Decode[change](r.Body)
			lsn, err := db.Commit(ctx, database.Statement{
				SQL:  "INSERT INTO profiles VALUES(?, ?) ON CONFLICT DO UPDATE SET name = excluded.name",
				Args: []string{c.User, c.Value},
			})
			return answer{LSN: lsn, Wrote: i.Clock().Now()}, err
		},
	})
}

func select1(user string) database.Statement {
	return database.Statement{SQL: "SELECT name FROM profiles WHERE user = ?", Args: []string{user}}
}

// one returns a user's name, empty if there is none yet.
func one(rows database.Rows, err error) (answer, error) {
	a := answer{LSN: rows.LSN}
	if len(rows.Rows) > 0 {
		a.Value = rows.Rows[0][0]
	}
	return a, err
}

// cookies are those of all users, in their browsers.
type cookies struct {
	mu sync.Mutex
	of map[string]cookie
}

func (b *cookies) get(user string) cookie {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of[user]
	c.User = user
	return c
}

// set takes an answer in. Answers may arrive in another order than they were given.
func (b *cookies) set(user string, a answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of[user]
	c.LSN = max(c.LSN, a.LSN)
	if a.Wrote.After(c.Wrote) {
		c.Wrote = a.Wrote
	}
	b.of[user] = c
}

// audit puts on record what the nodes' files have in the end.
func (s *service) audit(ctx context.Context, i *lab.Instance) error {
	have, _, err := s.db.Audit(ctx)
	for _, e := range have {
		if e.Op != "" {
			i.Effect(ctx, history.Event{Op: e.Op, Name: kept, N: e.LSN})
		}
	}
	return err
}
