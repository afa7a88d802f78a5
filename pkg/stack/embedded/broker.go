package embedded

import (
	"context"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
)

// broker is one node of the embedded Kafka as a process. A silent broker, killed or paused, is fenced after
// [stack.KafkaFailover]; see membership.go.
type broker struct {
	cluster *cluster
	id      int32
	socket  *socket
	member  member // guarded by cluster.mu

	mu     sync.Mutex
	down   bool
	paused bool
	timer  *time.Timer // of the coming fencing; nil while the broker is heard
}

func (b *broker) Kill(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down {
		b.down, b.paused = true, false
		b.socket.down()
		b.silent()
	}
	return nil
}

func (b *broker) Start(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down {
		return nil
	}
	if _, err := b.heard(); err != nil {
		return err
	}
	if err := b.socket.up(); err != nil {
		return err
	}
	b.down = false
	return nil
}

func (b *broker) Pause(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.down && !b.paused {
		b.paused = true
		b.socket.hold()
		b.silent()
	}
	return nil
}

func (b *broker) Resume(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.paused {
		return nil
	}
	wasFenced, err := b.heard()
	if err != nil {
		return err
	}
	if wasFenced {
		// kfake takes the broker that comes back for another one. On the connections of the first it would
		// answer NOT_LEADER forever.
		b.socket.reset()
	}
	b.paused = false
	b.socket.release()
	return nil
}

// silent starts the timer that fences the broker. b.mu is held.
func (b *broker) silent() {
	if b.timer == nil {
		b.timer = time.AfterFunc(stack.KafkaFailover, b.cluster.fencer(b))
	}
}

// heard undoes silent, and reports whether the broker had been fenced. b.mu is held.
func (b *broker) heard() (wasFenced bool, err error) {
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	return b.cluster.unfence(b)
}

// stop ends the broker for good.
func (b *broker) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timer != nil {
		b.timer.Stop()
	}
	b.socket.down()
}
