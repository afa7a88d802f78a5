package redislocal

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// feed is a connection on which a batch of requests comes some times. Replies are dropped.
type feed struct {
	net.Conn
	batch, rest string
	left        int
}

func (f *feed) Read(b []byte) (int, error) {
	if f.rest == "" {
		if f.left == 0 {
			return 0, io.EOF
		}
		f.left--
		f.rest = f.batch
	}
	n := copy(b, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (*feed) Write(b []byte) (int, error) { return len(b), nil }
func (*feed) Close() error                { return nil }
func (*feed) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (*feed) RemoteAddr() net.Addr        { return &net.TCPAddr{} }

// request encodes a line.
func request(line string) string {
	words := strings.Fields(line)
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	return b.String()
}

const pipelined = 16 // times that the lines are in a batch

// send has a server answer batches of lines.
func send(s *Server, batches int, lines ...string) {
	var b strings.Builder
	for range pipelined {
		for _, line := range lines {
			b.WriteString(request(line))
		}
	}
	s.engine.Serve(&feed{batch: b.String(), left: batches})
}
