package autoscale

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	patience = time.Second // that a client waits for an answer before it tries again
	tries    = 6           // of an operation, r
)

// client returns how a client asks for a page: again every second until it has it, as often as it may. The instance
// that it no longer waits for does not know.
func (t *tier) client(i *lab.Instance) load.Do {
	return func(ctx context.Context, op load.Op) (string, error) {
		t.budget.deposit()
		for n := 1; ; n++ {
			again := time.After(patience)
			i.Effect(ctx, history.Event{Name: tried})
			err := t.try(ctx, i, op.ID)
			if err == nil || n == tries || !t.budget.withdraw() {
				return "", err
			}
			select {
			case <-again:
			case <-ctx.Done():
				return "", err
			}
		}
	}
}

func (t *tier) try(ctx context.Context, i *lab.Instance, id string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var page []byte
	err := t.fleet.Ask(ctx, i, "GET /page/"+id, nil, &page)
	if err == nil && string(page) != id {
		err = errors.New("got the page " + string(page))
	}
	return err
}

const (
	retryShare = 0.1 // of a retry that an operation deposits, as a share of a whole one
	retryBurst = 5   // retries that can be saved up
)

// budget bounds the retries of all clients together by a share of their operations (SRE book, ch. 21). A nil budget
// never runs out.
type budget struct {
	mu      sync.Mutex
	balance float64
}

func (b *budget) deposit() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.balance = min(retryBurst, b.balance+retryShare)
}

// withdraw says whether there may be a retry.
func (b *budget) withdraw() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.balance < 1 {
		return false
	}
	b.balance--
	return true
}
