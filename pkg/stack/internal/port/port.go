// Package port chooses loopback ports that a server can come back to. A port that the system hands
// out lies in the range that it also takes the local ends of outgoing connections from: while a
// killed server is away, another connection can get its port, and a client that keeps dialling it
// can even be connected to itself. So these are chosen below that range.
package port

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Linux hands out ports from 32768 upwards, macOS and Windows from 49152.
const (
	low  = 20000
	high = 32768
	// tries is far more than a machine needs on which not most of the range is taken.
	tries = 200
)

// Listen listens on a free port of 127.0.0.1.
func Listen() (net.Listener, error) {
	var last error
	for range tries {
		ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", low+rand.IntN(high-low)))
		if err == nil {
			return ln, nil
		}
		last = err
	}
	return nil, fmt.Errorf("find a free loopback port: %w", last)
}

// Free returns a port that is free at the moment.
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
