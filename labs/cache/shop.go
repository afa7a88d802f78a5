package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// The effects that the shop records. Their key is the product.
const (
	missed  = "missed"  // by the catalogue: a reader found no entry
	loading = "loading" // by the catalogue: it asks the database
	loaded  = "loaded"  // by the catalogue: the answer is there, or is not coming
	queried = "queried" // by the database: it was asked for a product
)

// The operations on a product as its clients see them.
const (
	reading = "read"
	writing = "write"
)

const (
	replicas = 2
	hot      = "front" // the product that most read
	offer    = "offer" // the product whose price is changed
	initial  = "as delivered"
	tail     = 8 // products besides
)

// shop is the system under every design: they differ in their strategy.
type shop struct {
	env      *lab.Env
	strategy strategy
	db       *database

	databaseAddr string
	catalogues   []string // addresses
	client       *http.Client

	storm  atomic.Bool // prices change
	writes atomic.Int64
	reads  atomic.Int64 // of the offer, during the storm
	left   atomic.Int64 // nanoseconds of life that the hot entry was left with
}

// start brings the shop up: the database, a cache that has everything, the catalogue in front.
func start(s strategy) func(context.Context, *lab.Env) (*lab.System, error) {
	return func(ctx context.Context, env *lab.Env) (*lab.System, error) {
		shop := &shop{env: env, strategy: s, db: newDatabase(env), client: env.Observer().HTTP()}
		if err := shop.db.create(ctx, env.Observer(), products()); err != nil {
			return nil, err
		}
		if err := shop.warm(ctx); err != nil {
			return nil, err
		}
		db, err := env.Run(ctx, "database", shop.db.service)
		if err != nil {
			return nil, err
		}
		shop.databaseAddr = db.Addr()
		for n := range replicas {
			i, err := env.Run(ctx, fmt.Sprintf("catalogue-%d", n+1), shop.catalogue(n))
			if err != nil {
				return nil, err
			}
			shop.catalogues = append(shop.catalogues, i.Addr())
		}
		env.Switch(expireSwitch, fault.Switchable{On: shop.expire, Measure: shop.expired})
		env.Switch(stormSwitch, fault.Switchable{On: shop.reprice(true), Off: shop.reprice(false), Measure: shop.repriced})
		env.Switch(emptySwitch, fault.Switchable{On: shop.empty})
		return &lab.System{Do: shop.do, Backlog: shop.backlog}, nil
	}
}

func products() []string {
	ids := []string{hot, offer}
	for n := range tail {
		ids = append(ids, fmt.Sprintf("k%d", n))
	}
	return ids
}

// warm fills the cache, as a deploy does before it takes traffic.
func (s *shop) warm(ctx context.Context) error {
	now := time.Now()
	for n, id := range products() {
		life := timeToLive * time.Duration(90+n) / 100
		e := entry{product{initial, 1}, queryTime, now.Add(life)}
		if err := s.entries(s.env.Observer()).put(ctx, putAlways, id, e, ""); err != nil {
			return err
		}
	}
	return nil
}

// backlog returns how many queries the database has.
func (s *shop) backlog(context.Context) (int, error) { return int(s.db.queries.Load()), nil }

// plan says what a client does in an operation: most read the hot product, some the offer, some the
// tail. While prices change, two in twenty write the offer's.
func (s *shop) plan(op load.Op) (action, product string) {
	slot := 7 * op.Seq % 20 // mixed, and each twentieth once in twenty
	switch {
	case op.Canary: // the runner's own
		return reading, offer
	case slot < 11:
		return reading, hot
	case slot == 19:
		return reading, op.Key
	case s.storm.Load() && (slot == 13 || slot == 16):
		return writing, offer
	default:
		return reading, offer
	}
}

// do is the client. Beside the operation it puts on record what it read and wrote.
func (s *shop) do(ctx context.Context, op load.Op) (string, error) {
	action, id := s.plan(op)
	value := ""
	if action == writing {
		value = op.ID
		s.writes.Add(1)
	} else if id == offer && s.storm.Load() {
		s.reads.Add(1)
	}
	e := history.Event{Op: op.ID + "/" + action, Name: action, Key: id, By: "client", Value: value}
	e.Kind = history.Invoke
	s.env.History.Add(e)
	got, err := s.request(ctx, op, action, id, value)
	e.Kind = load.Op{ReadOnly: action == reading}.Outcome(err)
	if err == nil && action == reading {
		e.Value = got.Value
	}
	s.env.History.Add(e)
	return "", err
}

// request sends the operation to one of the catalogue's instances.
func (s *shop) request(ctx context.Context, op load.Op, action, id, value string) (product, error) {
	method := http.MethodGet
	if action == writing {
		method = http.MethodPut
	}
	to := s.catalogues[uint(op.Seq/20+op.Seq)%replicas]
	req, err := http.NewRequestWithContext(ctx, method, "http://"+to+"/products/"+id, bytes.NewReader([]byte(value)))
	if err != nil {
		return product{}, load.Definite(err)
	}
	resp, err := s.client.Do(req)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return product{}, load.Definite(err)
	case err != nil:
		return product{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(body))
	}
	if err != nil {
		return product{}, err
	}
	var p product
	return p, json.Unmarshal(body, &p)
}
