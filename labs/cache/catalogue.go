package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	patience   = time.Second     // for an answer of the database
	timeToLive = time.Minute     // of an entry, give or take a tenth, so that what was filled together does not expire together
	flightTime = 3 * time.Second // for a load that nobody in particular waits for
)

// strategy is what the designs differ in: how a product is read and written through the cache.
type strategy interface {
	read(ctx context.Context, r *replica, id string) (entry, error)
	write(ctx context.Context, r *replica, id, value string) error
}

// replica is one instance of the catalogue, the HTTP service in front of cache and database.
type replica struct {
	*shop
	i       *lab.Instance
	entries *entries
	flights flights
	life    context.Context // of the service

	mu  sync.Mutex
	rnd *rand.Rand
}

// catalogue serves GET and PUT /products/{id}.
func (s *shop) catalogue(n int) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		r := &replica{shop: s, i: i, entries: s.entries(i), life: ctx, rnd: rand.New(rand.NewPCG(s.env.Seed, uint64(n)))}
		defer r.flights.wg.Wait()
		mux := http.NewServeMux()
		mux.HandleFunc("GET /products/{id}", func(w http.ResponseWriter, q *http.Request) {
			ctx, cancel := context.WithTimeout(q.Context(), patience)
			defer cancel()
			e, err := s.strategy.read(ctx, r, q.PathValue("id"))
			answer(w, e.product, err)
		})
		mux.HandleFunc("PUT /products/{id}", func(w http.ResponseWriter, q *http.Request) {
			value, err := io.ReadAll(http.MaxBytesReader(w, q.Body, 1<<10))
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(q.Context()), patience)
			defer cancel()
			answer(w, product{Value: string(value)}, s.strategy.write(ctx, r, q.PathValue("id"), string(value)))
		})
		return i.Serve(ctx, mux)
	}
}

// cached looks the product up, and puts on record where it is not there. Where Redis does not answer,
// nothing is: the database has to do.
func (r *replica) cached(ctx context.Context, id string) (entry, bool) {
	e, found, err := r.entries.get(ctx, id)
	if err != nil {
		r.i.Log.Debug("the cache does not answer", zap.Error(err))
	}
	if !found {
		r.effect(missed, id)
	}
	return e, found
}

// load asks the database for the product.
func (r *replica) load(ctx context.Context, id string) (entry, error) {
	r.effect(loading, id)
	defer r.effect(loaded, id)
	began := r.i.Clock().Now()
	p, err := r.database(ctx, http.MethodGet, id, "")
	now := r.i.Clock().Now()
	return entry{p, now.Sub(began), r.expiry(now)}, err
}

// store writes the product to the database.
func (r *replica) store(ctx context.Context, id, value string) (entry, error) {
	p, err := r.database(ctx, http.MethodPut, id, value)
	now := r.i.Clock().Now()
	return entry{p, queryTime, r.expiry(now)}, err
}

// loadTogether is load for all who want the product at the same time. The answer is put in the cache
// with put, whoever still waits for it.
func (r *replica) loadTogether(id string, put func(ctx context.Context, e entry) error) *flight {
	return r.flights.join(id, func() (entry, error) {
		ctx, cancel := context.WithTimeout(r.life, flightTime)
		defer cancel()
		e, err := r.load(ctx, id)
		if err == nil {
			r.note(put(ctx, e))
		}
		return e, err
	})
}

func (r *replica) database(ctx context.Context, method, id, value string) (product, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+r.databaseAddr+"/products/"+id, bytes.NewReader([]byte(value)))
	if err != nil {
		return product{}, err
	}
	resp, err := r.i.HTTP().Do(req)
	if err != nil {
		return product{}, fmt.Errorf("ask the database: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(body))
	}
	if err != nil {
		return product{}, fmt.Errorf("ask the database: %w", err)
	}
	var p product
	if err := json.Unmarshal(body, &p); err != nil {
		return product{}, fmt.Errorf("ask the database: %w", err)
	}
	return p, nil
}

// note logs that the cache could not be changed. The caller has what it came for, and goes on.
func (r *replica) note(err error) {
	if err != nil {
		r.i.Log.Debug("the cache was not changed", zap.Error(err))
	}
}

func (r *replica) expiry(now time.Time) time.Time {
	return now.Add(time.Duration(float64(timeToLive) * (0.9 + 0.2*r.draw())))
}

// draw returns a number from [0, 1).
func (r *replica) draw() float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.rnd.Float64()
}

func (r *replica) effect(name, id string) {
	r.env.History.Add(history.Event{Kind: history.Effect, Name: name, Key: id, By: r.i.Name})
}
