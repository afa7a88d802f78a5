package sharding

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// router is the door of the tier: it knows the placement and forwards each request to the shards
// that have the key, with the request's ID for the record.
//
//	GET /keys/{key}   200 and the value; 404; 503 where the key is still on its way to its new shard
//	PUT /keys/{key}   204 once every copy is written
func (t *tier) router(ctx context.Context, i *lab.Instance) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /keys/{key}", func(w http.ResponseWriter, r *http.Request) { t.read(w, r, i) })
	mux.HandleFunc("PUT /keys/{key}", func(w http.ResponseWriter, r *http.Request) { t.write(w, r, i) })
	return i.Serve(ctx, mux)
}

// read asks one of the key's shards, and the others where that has not got it yet.
func (t *tier) read(w http.ResponseWriter, r *http.Request, i *lab.Instance) {
	// A change of the map waits for the requests that were routed by the old one.
	t.mu.RLock()
	defer t.mu.RUnlock()
	key := r.PathValue("key")
	t.record(history.Event{Op: r.Header.Get(requestID), Name: reading, Key: key})
	owners := t.placement.owners(key)
	from := int(t.turn.Add(1) % uint64(len(owners))) // the copies take turns
	status, said := http.StatusNotFound, []byte("no such key")
	for n := range owners {
		shard := owners[(from+n)%len(owners)]
		var err error
		status, said, err = t.forward(r.Context(), i, http.MethodGet, shard, key, nil)
		if err != nil {
			status, said = http.StatusBadGateway, []byte(err.Error())
		}
		if status == http.StatusOK {
			t.record(history.Event{Op: r.Header.Get(requestID), Name: served, Key: shard})
			break
		}
	}
	if status == http.StatusNotFound && t.toMove.Load() > 0 {
		t.record(history.Event{Op: r.Header.Get(requestID), Name: missed, Key: key})
		status, said = http.StatusServiceUnavailable, []byte("the key is on its way to its new shard")
	}
	w.WriteHeader(status)
	_, _ = w.Write(said)
}

// write writes every copy. Where one fails the client is told that it can't know.
func (t *tier) write(w http.ResponseWriter, r *http.Request, i *lab.Instance) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	key := r.PathValue("key")
	value, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	t.record(history.Event{Op: r.Header.Get(requestID), Name: writing, Key: key})
	for _, shard := range t.placement.owners(key) {
		status, said, err := t.forward(r.Context(), i, http.MethodPut, shard, key, value)
		if err == nil && status != http.StatusNoContent {
			err = fmt.Errorf("%s: %s", shard, said)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		t.record(history.Event{Op: r.Header.Get(requestID), Name: served, Key: shard})
	}
	w.WriteHeader(http.StatusNoContent)
}

// forward sends one request to one shard.
func (t *tier) forward(ctx context.Context, i *lab.Instance, method, shard, key string, body []byte) (status int, said []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+t.addr(shard)+"/keys/"+key, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	resp, err := i.HTTP().Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("ask %s: %w", shard, err)
	}
	defer resp.Body.Close()
	said, err = io.ReadAll(resp.Body)
	return resp.StatusCode, bytes.TrimSpace(said), err
}
