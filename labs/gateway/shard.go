package gateway

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/crashlab/crashlab/pkg/fault"
)

const (
	shardDown = "shard-down" // the switch
	shards    = 3            // that inventory's products are on
	products  = 48
)

// lostShard is one of inventory's shards that can be lost. To ask it again is no use.
type lostShard struct {
	down  atomic.Bool
	asked atomic.Int64 // for what was on it
}

var errShard = errors.New("the product's shard is down")

// onLostShard says whether a product is on the shard that can be lost: a third of them is.
func onLostShard(product string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(product, "k"))
	return err == nil && n%shards == 0
}

func (l *lostShard) find(product string) error {
	if l.down.Load() && onLostShard(product) {
		l.asked.Add(1)
		return errShard
	}
	return nil
}

// fault is the switch that loses the shard.
func (l *lostShard) fault() fault.Switchable {
	set := func(down bool) func(context.Context) error {
		return func(context.Context) error {
			l.down.Store(down)
			return nil
		}
	}
	return fault.Switchable{On: set(true), Off: set(false), Measure: func(context.Context) (fault.Measurement, error) {
		n := l.asked.Load()
		return fault.Measurement{Acted: l.down.Load() && n > 0,
			Text: fmt.Sprintf("%d calls for a product of the shard failed", n)}, nil
	}}
}
