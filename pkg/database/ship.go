package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/part"
)

const (
	perShipment = 100                   // entries that are read at once
	reconnect   = 20 * time.Millisecond // a replica waits so long before it asks again for the log
)

// place is where a replica is in the log, or how far it has come.
type place struct {
	Term  Term
	LSN   int64
	Epoch int64 // of the entry with that LSN
}

// ship answers a replica with the log after its place, as long as the term lasts. If the replica has what this log has
// not, it is told where they part.
func (n *node) ship(ctx context.Context, r *part.Request) (any, error) {
	at := part.Decode[place](r.Body)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.checked(at.Term.Epoch); err != nil {
		return nil, err
	}
	if n.term.Primary != n.Name {
		return nil, refused("%s is not the primary", n.Name)
	}
	common, err := n.store.until(ctx, at.Epoch)
	if err != nil {
		return nil, err
	}
	if common < at.LSN {
		return nil, &part.Status{Code: http.StatusGone, Text: fmt.Sprint(common)}
	}
	return func(w io.Writer) {
		if err := n.send(ctx, w, at.LSN); err != nil && ctx.Err() == nil {
			n.Log.Debug("shipping ended", zap.Error(err))
		}
	}, nil
}

// send writes the log after an LSN, as it grows. An empty line comes first, so that the replica knows that it is
// connected.
func (n *node) send(ctx context.Context, w io.Writer, after int64) error {
	if _, err := w.Write([]byte("\n")); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		if err := n.until(ctx, func() bool { return n.store.last.LSN > after }); err != nil {
			return err
		}
		entries, err := n.store.entries(ctx, "_log", after, perShipment)
		if err != nil {
			return err
		}
		n.mu.Unlock()
		for _, e := range entries {
			if err = json.NewEncoder(w).Encode(e); err != nil {
				break
			}
			after = e.LSN
		}
		n.mu.Lock()
		if err != nil {
			return err
		}
	}
}

// ack notes how far a replica has come.
func (n *node) ack(_ context.Context, p place) (any, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.checked(p.Term.Epoch); err != nil {
		return nil, err
	}
	n.acked = max(n.acked, p.LSN)
	n.change()
	return nil, nil
}

// follow applies the log of whoever is the primary, for the rest of the node's life.
func (n *node) follow() {
	var acks sync.WaitGroup
	defer acks.Wait()
	for n.life.Err() == nil {
		n.mu.Lock()
		term := n.term
		if term.Primary == "" || term.Primary == n.Name {
			_ = n.until(n.life, func() bool { return false }) // the term changes, or the process ends
			n.mu.Unlock()
			continue
		}
		n.mu.Unlock()
		if err := n.followOne(term, &acks); err != nil && n.life.Err() == nil {
			n.Log.Debug("following ended", zap.String("primary", term.Primary), zap.Error(err))
			_ = n.Work(n.life, reconnect)
		}
	}
}

// followOne applies the log of a term's primary until the term or the connection ends.
func (n *node) followOne(term Term, acks *sync.WaitGroup) error {
	ctx, cancel := context.WithCancel(n.life)
	defer cancel()
	acks.Go(func() { // the request ends with the term
		n.mu.Lock()
		defer n.mu.Unlock()
		for n.until(ctx, func() bool { return n.term != term }) == nil && n.term == term {
		}
		cancel()
	})
	n.mu.Lock()
	at := place{term, n.store.last.LSN, n.store.last.Epoch}
	n.mu.Unlock()
	err := n.nodes.Ask(ctx, n.Instance, term.Primary, "GET /log", at, func(log io.Reader) error {
		defer n.following(false)
		for lines := json.NewDecoder(log); ; {
			var e Entry
			n.following(true)
			if err := lines.Decode(&e); err != nil {
				return err
			}
			if err := n.apply(term, e); err != nil {
				return err
			}
			acks.Go(func() { // the next entry does not wait for the primary to hear of this one
				place := place{term, e.LSN, e.Epoch}
				ctx, cancel := context.WithTimeout(n.life, time.Second)
				defer cancel()
				if err := n.nodes.Ask(ctx, n.Instance, term.Primary, "POST /ack", place, nil); err != nil {
					n.Log.Debug("an acknowledgment was not sent", zap.Error(err))
				}
			})
		}
	})
	var parted *part.Status
	if errors.As(err, &parted) && parted.Code == http.StatusGone {
		return n.rewind(term, parted.Text)
	}
	return err
}

func (n *node) following(is bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.follows = is
}

// apply commits an entry of the primary's.
func (n *node) apply(term Term, e Entry) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.term != term {
		return fmt.Errorf("the primary is now %q, in epoch %d", n.term.Primary, n.term.Epoch)
	}
	return n.commit(e, Applied)
}

// rewind takes back what the primary has not.
func (n *node) rewind(term Term, to string) error {
	var lsn int64
	if _, err := fmt.Sscan(to, &lsn); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.term != term {
		return nil
	}
	err := n.store.rewind(context.WithoutCancel(n.life), lsn)
	n.change()
	return err
}
