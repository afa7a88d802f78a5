// Package port chooses loopback ports that a server can come back to. A port that the system hands
// out lies in the range that it also takes the local ends of outgoing connections from: while a
// killed server is away, another connection can get its port, and a client that keeps dialing it
// can even be connected to itself. So these are chosen below that range.
//
// Nor may another process of ours get it, or another server of this one, between the choice of a port
// and the moment at which a container publishes it, or while a killed server is away. So each process
// has blocks of ports to itself, and goes through them in order.
package port

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/crashlab/crashlab/pkg/loopback"
)

const (
	// Linux hands out ports from 32768 upwards, macOS and Windows from 49152.
	low, high = 20000, 32768
	// size is how many ports a block has, its guard's among them.
	size   = 128
	blocks = (high - low) / size
)

var ours pool

// Listen listens on a free port of 127.0.0.1.
func Listen() (net.Listener, error) { return ours.listen() }

// Free returns a port that is free, and that nobody else of ours is given while this process lives,
// before some hundred others have been.
func Free() (int, error) {
	ln, err := Listen()
	if err != nil {
		return 0, err
	}
	tcp, ok := ln.Addr().(*net.TCPAddr)
	if err := ln.Close(); err != nil || !ok {
		return 0, errors.Join(errors.New("find a free loopback port"), err)
	}
	return tcp.Port, nil
}

// pool is one process's blocks.
type pool struct {
	mu     sync.Mutex
	blocks []block
	next   int // the port to try next, counted through all blocks again and again
}

// block is the ports after first. It is ours for as long as the guard listens on first, which nobody
// else then can: while this process lives.
type block struct {
	first int
	guard net.Listener
}

func (p *pool) listen() (net.Listener, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		for range len(p.blocks) * (size - 1) {
			b := p.blocks[p.next/(size-1)%len(p.blocks)]
			port := b.first + 1 + p.next%(size-1)
			p.next++
			if ln, err := listenOn(port); err == nil {
				return ln, nil
			}
		}
		// At first there is no block, and later all may be in use.
		if err := p.claim(rand.Perm(blocks)); err != nil {
			return nil, err
		}
	}
}

// claim adds the first block that nobody has.
func (p *pool) claim(order []int) error {
	var last error
	for _, i := range order {
		first := low + i*size
		guard, err := listenOn(first)
		if err != nil {
			last = err
			continue
		}
		p.blocks = append(p.blocks, block{first, guard})
		return nil
	}
	return fmt.Errorf("find a free loopback port from %d to %d: %w", low, high-1, last)
}

func listenOn(port int) (net.Listener, error) {
	return loopback.Listen(fmt.Sprintf("127.0.0.1:%d", port))
}
