package redislocal

import "testing"

// A request allocates the memory of its arguments, and what it keeps, but nothing on its way.
func TestAllocationsOfARequest(t *testing.T) {
	s := New(Config{Seed: 1})
	defer s.Close()
	for line, most := range map[string]float64{
		"PING": 1, "INCR n": 1, "SET k v": 1, "GET k": 1, "SADD s member": 1, "ZPOPMIN none": 1, "HSET h field value": 2,
		"RPUSH l element": 2,
	} {
		const batches = 1000
		all := testing.AllocsPerRun(1, func() { send(s, batches, line) })
		if got := all / (batches * pipelined); got > most+0.1 {
			t.Errorf("%s: %.2f allocations, want %v", line, got, most)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	s := New(Config{Seed: 1})
	defer s.Close()
	for _, line := range []string{"PING", "INCR n", "SET k v", "GET k", "SADD s member", "ZPOPMIN none"} {
		b.Run(line, func(b *testing.B) { send(s, b.N/pipelined+1, line) })
	}
}
