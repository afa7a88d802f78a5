package redislocal

import (
	"io"
	"net"
	"testing"
	"time"
)

// Close ends at once, whatever clients wait for.
func TestCloseWaitsForNoClient(t *testing.T) {
	for _, requests := range []string{
		"BLPOP l 0\r\n",
		"BLPOP l 0\r\nPING\r\n", // the next request has come already
		"WAIT 1 0\r\n",
		"DEBUG SLEEP 60\r\n",
		"CLIENT PAUSE 100000000\r\nGET k\r\n",
		"CLIENT PAUSE 100000000\r\nGET k\r\nGET k\r\n",
		"SUBSCRIBE a\r\n",
		"MONITOR\r\n",
		"*1000000\r\n$3\r\nGE",
		"$",
	} {
		local, err := Start(Config{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := net.Dial("tcp", local.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, requests); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond) // let them arrive
		began := time.Now()
		_ = local.Close()
		if took := time.Since(began); took > time.Second {
			t.Errorf("%q: Close took %v", requests, took)
		}
		_ = c.Close()
	}
}
