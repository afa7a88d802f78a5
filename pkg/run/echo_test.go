package run

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// One late echo among many shows that the machine was busy.
func TestWorstEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow = 50 * time.Millisecond
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			b := make([]byte, 1)
			for n := 0; ; n++ {
				if _, err := far.Read(b); err != nil {
					return
				}
				if n == 10*hops {
					time.Sleep(slow)
				}
				if _, err := far.Write(b); err != nil {
					return
				}
			}
		}()
		ended := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(ended) })
		if worst := worstEcho(near, ended); worst != slow {
			t.Errorf("the worst echo took %v, want %v", worst, slow)
		}
		near.Close()
	})
}
