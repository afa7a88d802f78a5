package redislocal

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
)

// feed is a connection on which batches of requests come until none is left. Replies are dropped.
type feed struct {
	net.Conn
	batch []byte
	left  int
}

func (f *feed) Read(b []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	f.left--
	return copy(b, f.batch), nil
}

func (*feed) Write(b []byte) (int, error) { return len(b), nil }
func (*feed) Close() error                { return nil }
func (*feed) LocalAddr() net.Addr         { return &net.TCPAddr{} }
func (*feed) RemoteAddr() net.Addr        { return &net.TCPAddr{} }

const pipelined = 16 // requests of a batch

// send has a server answer batches of a request.
func send(s *Server, line string, batches int) {
	var b bytes.Buffer
	words := strings.Fields(line)
	for range pipelined {
		b.WriteString("*" + strconv.Itoa(len(words)) + "\r\n")
		for _, word := range words {
			b.WriteString("$" + strconv.Itoa(len(word)) + "\r\n" + word + "\r\n")
		}
	}
	s.engine.Serve(&feed{batch: b.Bytes(), left: batches})
}

// A request allocates the memory of its arguments, and what it keeps, but nothing on its way.
func TestAllocationsOfARequest(t *testing.T) {
	s := New(Config{Seed: 1})
	defer s.Close()
	for line, most := range map[string]float64{
		"PING": 1, "INCR n": 1, "SET k v": 1, "GET k": 1, "SADD s member": 1, "ZPOPMIN none": 1, "HSET h field value": 2,
		"RPUSH l element": 2,
	} {
		const batches = 1000
		all := testing.AllocsPerRun(1, func() { send(s, line, batches) })
		if got := all / (batches * pipelined); got > most+0.1 {
			t.Errorf("%s: %.2f allocations, want %v", line, got, most)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	s := New(Config{Seed: 1})
	defer s.Close()
	for _, line := range []string{"PING", "INCR n", "SET k v", "GET k", "SADD s member", "ZPOPMIN none"} {
		b.Run(line, func(b *testing.B) { send(s, line, b.N/pipelined+1) })
	}
}
