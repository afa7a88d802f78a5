package database

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// bounded is a database that shows how its connections are used up.
var bounded = Config{Nodes: 2, Schema: accounts, MaxConnections: 3, Service: 20 * time.Millisecond}

// pooled opens a pool until the test ends.
func pooled(ctx context.Context, t *testing.T, env *lab.Env, d *Database, size int, nodes ...string) *Pools {
	t.Helper()
	p := d.Pools(env.Observer(), size, nodes...)
	p.Open(ctx)
	t.Cleanup(p.Close)
	return p
}

func TestANodeRefusesConnectionsOverItsBound(t *testing.T) {
	ctx, env, d, _ := up(t, bounded)
	first, second := pooled(ctx, t, env, d, 3, "db-1"), pooled(ctx, t, env, d, 3, "db-1")
	must(first.Commit(ctx, Tx{Statements: []Statement{deposit("ada", 7)}}))(t)
	_, err := second.Query(ctx, sum)
	if err == nil || !strings.Contains(err.Error(), tooMany) || !load.IsDefinite(err) {
		t.Errorf("%v, want %q", err, tooMany)
	}
	first.Close()
	eventually(ctx, t, "a connection is free again", func() error { _, err := second.Query(ctx, sum); return err })
}

// Three connections for a query of 20 ms carry 150 a second: nine queries at once take three rounds.
func TestAPoolCarriesItsConnectionsOverTheServiceTime(t *testing.T) {
	ctx, env, d, _ := up(t, bounded)
	p := pooled(ctx, t, env, d, 3, "db-1")
	began := time.Now()
	var all sync.WaitGroup
	for range 9 {
		all.Go(func() {
			if _, err := p.Query(ctx, sum); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took < 3*bounded.Service {
		t.Errorf("nine queries at three connections took %s", took)
	}
}

func TestALockIsWaitedForWithTheConnectionHeld(t *testing.T) {
	for _, timeout := range []time.Duration{0, 50 * time.Millisecond} {
		c := bounded
		c.LockTimeout = timeout
		ctx, env, d, _ := up(t, c)
		p := pooled(ctx, t, env, d, 2, "db-1")
		slow, stop := context.WithCancel(ctx)
		var waiting sync.WaitGroup
		waiting.Go(func() { _, _ = p.Commit(slow, Tx{Lock: "ada", Takes: time.Minute}) })
		time.Sleep(2 * bounded.Service)
		waiting.Go(func() {
			_, err := p.Commit(ctx, Tx{Statements: []Statement{deposit("ada", 7)}, Lock: "ada"})
			var refusal *part.Status
			if timeout > 0 && !errors.As(err, &refusal) || timeout == 0 && err != nil {
				t.Errorf("with a lock timeout of %s: %v", timeout, err)
			}
		})
		time.Sleep(2 * bounded.Service)
		_, err := p.Query(ctx, sum) // in the queue
		if timeout == 0 && !errors.Is(err, errExhausted) || timeout > 0 && err != nil {
			t.Errorf("with a lock timeout of %s a query got %v", timeout, err)
		}
		stop()
		waiting.Wait()
	}
}

func TestAProxySharesFewConnectionsAmongMany(t *testing.T) {
	var d *Database
	ctx, env := bare(t)
	if _, err := (lab.Design{Build: func(b *lab.Builder) {
		d = New(b, "db", bounded)
		d.Proxy(b, 2, "db-1", "db-2")
	}}).Up(ctx, env); err != nil {
		t.Fatal(err)
	}
	p := pooled(ctx, t, env, d, 9, "db-proxy")
	lsn := must(p.Commit(ctx, Tx{Statements: []Statement{deposit("ada", 7)}}))(t)
	eventually(ctx, t, "the replica has it", func() error {
		if rows, err := p.Query(ctx, sum); err != nil || rows.LSN < lsn {
			return errors.Join(err, errors.New(show(rows)))
		}
		return nil
	})
	if _, err := p.Commit(ctx, Tx{Statements: []Statement{deposit("ada", -8)}}); !load.IsDefinite(err) {
		t.Errorf("%v: the node's refusal does not come through", err)
	}
}
