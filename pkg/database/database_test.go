package database

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	accounts = []string{"CREATE TABLE IF NOT EXISTS accounts(id TEXT PRIMARY KEY, cents INTEGER CHECK(cents >= 0))"}
	sound    = Config{Nodes: 3, Schema: accounts, SemiSync: true, Fenced: true, NewestFirst: true}
	sum      = Statement{SQL: "SELECT id, cents FROM accounts ORDER BY id"}
)

func deposit(id string, cents int) Statement {
	return Statement{"INSERT INTO accounts VALUES(?, ?) ON CONFLICT DO UPDATE SET cents = cents + excluded.cents",
		[]string{id, fmt.Sprint(cents)}}
}

// up brings a database up, with a client.
func up(t *testing.T, c Config) (context.Context, *lab.Env, *Database, *Client) {
	t.Helper()
	ctx, env := bare(t)
	var d *Database
	if _, err := (lab.Design{Build: func(b *lab.Builder) { d = New(b, "db", c) }}).Up(ctx, env); err != nil {
		t.Fatal(err)
	}
	return ctx, env, d, d.Client(env.Observer())
}

// bare is a stack without a database yet.
func bare(t *testing.T) (context.Context, *lab.Env) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	st, err := embedded.Start(ctx, stack.Needs{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	env := lab.NewEnv("cl-test", 1, 100, st, history.NewRecorder(time.Now()), zap.NewNop())
	t.Cleanup(func() {
		if err := errors.Join(env.Close(context.WithoutCancel(ctx)), st.Close(context.WithoutCancel(ctx))); err != nil {
			t.Error(err)
		}
	})
	return ctx, env
}

// eventually waits until do succeeds, and returns the first error if it never does.
func eventually(ctx context.Context, t *testing.T, what string, do func() error) {
	t.Helper()
	var first error
	if err := lab.Poll(ctx, what, func(context.Context) (bool, error) {
		err := do()
		if first == nil {
			first = err
		}
		return err == nil, nil
	}); err != nil {
		t.Fatalf("%v; at first: %v", err, first)
	}
}

func must[T any](value T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func show(r Rows) string { return fmt.Sprint(r.Rows) }

func TestReplicasApplyWhatThePrimaryCommits(t *testing.T) {
	ctx, _, _, c := up(t, sound)
	lsn := must(c.Commit(load.WithOperation(ctx, "op-1"), deposit("ada", 7), deposit("bob", 5)))(t)
	if lsn != 1 {
		t.Errorf("the first LSN is %d", lsn)
	}
	lsn = must(c.Commit(ctx, deposit("ada", 3)))(t)
	for range 2 { // either replica
		if got := must(c.AtReplica(ctx, lsn, sum))(t); show(got) != "[[ada 10] [bob 5]]" || got.LSN != 2 {
			t.Errorf("a replica has %v at %d", got.Rows, got.LSN)
		}
	}
	if got := must(c.AtPrimary(ctx, sum))(t); show(got) != "[[ada 10] [bob 5]]" {
		t.Errorf("the primary has %v", got.Rows)
	}
}

func TestARefusedTransactionChangesNothing(t *testing.T) {
	ctx, _, d, c := up(t, sound)
	if _, err := c.Commit(ctx, deposit("ada", 7), deposit("bob", -5)); !load.IsDefinite(err) {
		t.Errorf("a negative account: %v, want a definite error", err)
	}
	if got := must(c.AtPrimary(ctx, sum))(t); len(got.Rows) != 0 || got.LSN != 0 {
		t.Errorf("a refused transaction left %v at %d", got.Rows, got.LSN)
	}
	err := d.nodes.Ask(ctx, c.i, "db-2", "POST /write", write{1, Tx{Statements: []Statement{deposit("ada", 1)}}}, nil)
	var status *part.Status
	if !errors.As(err, &status) || status.Code != http.StatusConflict {
		t.Errorf("a replica took a write: %v", err)
	}
}

func TestAReplicaGoesOnWhereItWas(t *testing.T) {
	ctx, env, d, c := up(t, sound)
	db3 := env.Surface.Processes["db-3"]
	first := must(c.Commit(ctx, deposit("ada", 1)))(t)
	if err := db3.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		must(c.Commit(ctx, deposit("ada", 1)))(t)
	}
	if err := db3.Start(ctx); err != nil {
		t.Fatal(err)
	}
	var got Rows
	err := d.nodes.Ask(ctx, c.i, "db-3", "POST /read", read{1, first + 3, sum}, &got)
	if err != nil || show(got) != "[[ada 4]]" {
		t.Errorf("db-3 has %v, %v", got.Rows, err)
	}
}

func TestFailover(t *testing.T) {
	ctx, env, d, c := up(t, sound)
	db1 := env.Surface.Processes["db-1"]
	must(c.Commit(ctx, deposit("ada", 1)))(t)
	if err := db1.Kill(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Commit(ctx, deposit("ada", 10)); err == nil { // over a connection that it had, the outcome is unknown
		t.Error("a dead primary commits")
	}
	eventually(ctx, t, "another primary", func() error { _, err := c.Commit(ctx, deposit("ada", 100)); return err })
	if err := db1.Start(ctx); err != nil {
		t.Fatal(err)
	}
	var got Rows
	eventually(ctx, t, "the old primary follows", func() error {
		return d.nodes.Ask(ctx, c.i, "db-1", "POST /read", read{2, 3, sum}, &got)
	})
	if show(got) != "[[ada 101]]" {
		t.Errorf("the old primary has %v", got.Rows)
	}
	if err := env.StopInstances(ctx); err != nil {
		t.Fatal(err)
	}
	kept, lost, err := d.Audit(ctx)
	if err != nil || len(kept) != 3 || len(lost) != 0 || kept[2].Epoch != 2 {
		t.Errorf("kept %v, lost %v, %v", kept, lost, err)
	}
}

// What the old primary alone has committed is lost: the database goes on without, and the audit has it. A primary
// without replicas acknowledges only if it does not wait for one.
func TestARowThatNobodyElseHas(t *testing.T) {
	for name, semiSync := range map[string]bool{"async": false, "semi-sync": true} {
		t.Run(name, func(t *testing.T) {
			config := sound
			config.SemiSync = semiSync
			ctx, env, d, c := up(t, config)
			must(c.Commit(ctx, deposit("ada", 1)))(t)
			processes := env.Surface.Processes
			eventually(ctx, t, "the replicas have it", func() error {
				_, err := c.AtReplica(ctx, 1, sum)
				_, other := c.AtReplica(ctx, 1, sum)
				return errors.Join(err, other)
			})
			_ = processes["db-supervisor"].Kill(ctx)
			_ = processes["db-2"].Kill(ctx)
			_ = processes["db-3"].Kill(ctx)
			if _, err := c.Commit(load.WithOperation(ctx, "alone"), deposit("ada", 10)); (err != nil) != semiSync {
				t.Errorf("without replicas a commit got %v", err)
			}
			_ = processes["db-1"].Kill(ctx)
			for _, name := range []string{"db-2", "db-3", "db-supervisor"} {
				if err := processes[name].Start(ctx); err != nil {
					t.Fatal(err)
				}
			}
			eventually(ctx, t, "another primary", func() error { _, err := c.Commit(ctx, deposit("ada", 100)); return err })
			if err := processes["db-1"].Start(ctx); err != nil {
				t.Fatal(err)
			}
			var got Rows
			eventually(ctx, t, "the old primary follows", func() error {
				return d.nodes.Ask(ctx, c.i, "db-1", "POST /read", read{2, 3, sum}, &got)
			})
			if show(got) != "[[ada 101]]" {
				t.Errorf("the old primary has %v", got.Rows)
			}
			if err := env.StopInstances(ctx); err != nil {
				t.Fatal(err)
			}
			kept, lost, err := d.Audit(ctx)
			if err != nil || len(kept) != 3 || len(lost) != 1 || lost[0].Op != "alone" {
				t.Errorf("kept %v, lost %v, %v", kept, lost, err)
			}
		})
	}
}

// A primary that nobody told is refused by its replicas and by clients that know better.
func TestADeposedPrimaryIsFenced(t *testing.T) {
	ctx, env, d, c := up(t, sound)
	if err := env.Surface.Processes["db-supervisor"].Kill(ctx); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"db-2", "db-3"} {
		if err := d.nodes.Ask(ctx, c.i, name, "POST /term", Term{2, "db-2"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Commit(ctx, deposit("ada", 1)); err == nil || load.IsDefinite(err) {
		t.Errorf("the deposed primary answered %v: want that nobody knows", err)
	}
	if err := d.nodes.Ask(ctx, c.i, "db-1", "POST /write", write{2, Tx{}}, nil); !load.IsDefinite(err) {
		t.Errorf("it took a write of the next epoch: %v", err)
	}
	if err := d.nodes.Ask(ctx, c.i, "db-2", "POST /write", write{1, Tx{}}, nil); !load.IsDefinite(err) {
		t.Errorf("the new primary took a write of the last epoch: %v", err)
	}
	if err := d.nodes.Ask(ctx, c.i, "db-2", "POST /term", Term{2, "db-3"}, nil); !load.IsDefinite(err) {
		t.Errorf("an epoch has two primaries: %v", err)
	}
}

func TestTheNewestReplicaIsPromoted(t *testing.T) {
	ctx, env, _, c := up(t, sound)
	_ = env.Surface.Processes["db-2"].Pause(ctx)
	must(c.Commit(ctx, deposit("ada", 1)))(t)
	_ = env.Surface.Processes["db-1"].Kill(ctx)
	_ = env.Surface.Processes["db-2"].Kill(ctx)
	if err := env.Surface.Processes["db-2"].Start(ctx); err != nil {
		t.Fatal(err)
	}
	eventually(ctx, t, "another primary", func() error { _, err := c.Commit(ctx, deposit("ada", 10)); return err })
	if term, _ := c.where(); term.Primary != "db-3" {
		t.Errorf("the primary is %s", term.Primary)
	}
}
