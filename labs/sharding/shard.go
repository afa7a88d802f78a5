package sharding

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// shard is one shard: an HTTP service with its own keys in Redis.
//
//	GET  /keys/{key}   200 and the value, or 404
//	PUT  /keys/{key}   204
//	POST /export       {"to": "host:port", "keys": […]}: gives those keys away
//	POST /import       {"key": "value", …}: takes keys that others give away
func (t *tier) shard(ctx context.Context, i *lab.Instance) error {
	s := &shard{i: i, prefix: t.env.Name(i.Name + ":")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /keys/{key}", s.get)
	mux.HandleFunc("PUT /keys/{key}", s.put)
	mux.HandleFunc("POST /export", s.export)
	mux.HandleFunc("POST /import", s.take)
	return i.Serve(ctx, mux)
}

type shard struct {
	i      *lab.Instance
	prefix string // of its keys in Redis
}

func (s *shard) get(w http.ResponseWriter, r *http.Request) {
	value, err := s.i.Redis().Get(r.Context(), s.prefix+r.PathValue("key")).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		http.Error(w, "no such key", http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	default:
		_, _ = w.Write(value)
	}
}

func (s *shard) put(w http.ResponseWriter, r *http.Request) {
	value, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err == nil {
		err = s.i.Redis().Set(r.Context(), s.prefix+r.PathValue("key"), value, 0).Err()
	}
	answer(w, err)
}

// exportOrder says which keys to give to whom.
type exportOrder struct {
	To   string   `json:"to"`
	Keys []string `json:"keys"`
}

// export copies keys to another shard and then deletes its own copies, as Redis Cluster's MIGRATE
// does: a crash in between leaves a key twice, which can be cleaned up; the other order would lose it.
func (s *shard) export(w http.ResponseWriter, r *http.Request) {
	var order exportOrder
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&order); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer(w, s.give(r.Context(), order))
}

func (s *shard) give(ctx context.Context, order exportOrder) error {
	own := make([]string, len(order.Keys))
	for n, key := range order.Keys {
		own[n] = s.prefix + key
	}
	values, err := s.i.Redis().MGet(ctx, own...).Result()
	if err != nil {
		return fmt.Errorf("read keys to export: %w", err)
	}
	batch := map[string]string{}
	for n, v := range values {
		if value, there := v.(string); there {
			batch[order.Keys[n]] = value
		}
	}
	body, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	if err := post(ctx, s.i.HTTP(), order.To, "/import", body); err != nil {
		return err
	}
	if err := s.i.Redis().Del(ctx, own...).Err(); err != nil {
		return fmt.Errorf("delete exported keys: %w", err)
	}
	return nil
}

// take stores what another shard gives away, except for keys that it has already: those were written
// here since the map changed and are newer.
func (s *shard) take(w http.ResponseWriter, r *http.Request) {
	var batch map[string]string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&batch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, err := s.i.Redis().Pipelined(r.Context(), func(p redis.Pipeliner) error {
		for key, value := range batch {
			p.SetNX(r.Context(), s.prefix+key, value, 0)
		}
		return nil
	})
	answer(w, err)
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// post sends a body to another instance and fails unless that says 204.
func post(ctx context.Context, client *http.Client, addr, path string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+addr+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusNoContent {
		return fmt.Errorf("post %s: %s: %s", path, resp.Status, bytes.TrimSpace(said))
	}
	return nil
}
