// Package port chooses loopback ports that a server can return to. A port from the system lies in the range
// from which it also takes the local ends of outgoing connections. While a killed server is away, another
// connection can get its port, and a client that keeps dialing it can even connect to itself. So this package
// chooses ports below that range.
//
// No other process of ours, and no other server of this one, may get the port meanwhile: between its choice
// and the start of a container that publishes it, or while a killed server is away. So each process owns
// blocks of ports and goes through them in order.
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
	// size is how many ports a block has, including its guard's.
	size   = 128
	blocks = (high - low) / size
)

var ours pool

// Listen listens on a free port of 127.0.0.1.
func Listen() (net.Listener, error) { return ours.listen() }

// ListenOn listens on a port of 127.0.0.1, or on a free one as [Listen] does if number is 0.
func ListenOn(number int) (net.Listener, error) {
	if number == 0 {
		return Listen()
	}
	return listenOn(number)
}

// Or returns number, or a free port as [Free] does if it is 0.
func Or(number int) (int, error) {
	if number == 0 {
		return Free()
	}
	return number, nil
}

// Free returns a free port. While this process lives, no other process of ours gets it, and this one hands
// out some hundred others first.
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
	next   int // the port to try next, in an endless round through all blocks
}

// block is the ports after first. It is ours while the guard listens on first, as long as this process lives.
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

// claim adds the first block that no process owns.
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
