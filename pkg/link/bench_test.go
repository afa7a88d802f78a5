package link_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/network"
)

// BenchmarkNoFault compares a link without a fault to the stand-alone toxiproxy server and to a plain
// connection, between the same two ends in this process. Round trips report their median, transfers their
// throughput. All three are measured alternately in one run, so that a noisy neighbor affects each of them.
func BenchmarkNoFault(b *testing.B) {
	echoes, sinks := server(b, echo), server(b, sink)
	tab := table(b)
	proxy := startToxiproxy(b)
	ways := []struct {
		name string
		dial func(addr string) net.Conn
	}{
		{"direct", func(addr string) net.Conn { return dialTCP(b, addr) }},
		{"link", func(addr string) net.Conn { return dial(b, tab, "bench", addr) }},
		{"toxiproxy", func(addr string) net.Conn { return dialTCP(b, proxy.listen(b, addr)) }},
	}
	b.Run("roundtrip", func(b *testing.B) {
		conns := make([]net.Conn, len(ways))
		for i, way := range ways {
			conns[i] = way.dial(echoes)
		}
		took := make([][]time.Duration, len(ways))
		message := make([]byte, 128)
		for b.Loop() {
			for i, c := range conns {
				start := time.Now()
				if _, err := c.Write(message); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(c, message); err != nil {
					b.Fatal(err)
				}
				took[i] = append(took[i], time.Since(start))
			}
		}
		p50 := make([]float64, len(ways))
		for i, way := range ways {
			slices.Sort(took[i])
			p50[i] = float64(took[i][len(took[i])/2])
			b.ReportMetric(p50[i]/1e3, way.name+"-p50-µs")
		}
		b.ReportMetric(p50[1]/p50[0], "link/direct")
		b.ReportMetric(p50[1]/p50[2], "link/toxiproxy")
	})
	b.Run("throughput", func(b *testing.B) {
		const size = 8 << 20
		conns := make([]net.Conn, len(ways))
		for i, way := range ways {
			conns[i] = way.dial(sinks)
		}
		took := make([]time.Duration, len(ways))
		chunk := make([]byte, 64<<10)
		n := 0
		for b.Loop() {
			n++
			for i, c := range conns {
				start := time.Now()
				for range size / len(chunk) {
					if _, err := c.Write(chunk); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := io.ReadFull(c, chunk[:1]); err != nil { // the sink has all of it
					b.Fatal(err)
				}
				took[i] += time.Since(start)
			}
		}
		rate := make([]float64, len(ways))
		for i, way := range ways {
			rate[i] = float64(n) * size / took[i].Seconds()
			b.ReportMetric(rate[i]/1e6, way.name+"-MB/s")
		}
		b.ReportMetric(rate[1]/rate[0], "link/direct")
		b.ReportMetric(rate[1]/rate[2], "link/toxiproxy")
	})
}

// BenchmarkUnderAFault measures what a round trip costs beyond the requested latency, and what a connection
// costs after a fault.
func BenchmarkUnderAFault(b *testing.B) {
	addr, tab := server(b, echo), table(b)
	run := func(b *testing.B, c net.Conn, asked time.Duration) {
		took := make([]time.Duration, 0, b.N)
		message := make([]byte, 128)
		for b.Loop() {
			start := time.Now()
			if _, err := c.Write(message); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(c, message); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2]-asked)/1e3, "over-asked-p50-µs")
	}
	c := dial(b, tab, "bench", addr)
	b.Run("before", func(b *testing.B) { run(b, c, 0) })
	a := apply(b, tab, network.Latency{Delay: 5 * time.Millisecond})
	b.Run("during", func(b *testing.B) { run(b, c, 5*time.Millisecond) })
	revert(b, a)
	b.Run("after", func(b *testing.B) { run(b, c, 0) })
}

// sink answers each 8 MiB with one byte.
func sink(c net.Conn) {
	buf := make([]byte, 64<<10)
	for got := 0; ; {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		for got += n; got >= 8<<20; got -= 8 << 20 {
			if _, err := c.Write(buf[:1]); err != nil {
				return
			}
		}
	}
}

func dialTCP(b *testing.B, addr string) net.Conn {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	return c
}

// toxiproxy is the stand-alone server in its own process.
type toxiproxy struct{ api string }

// startToxiproxy builds the server from its module and runs it until the benchmark ends.
func startToxiproxy(b *testing.B) *toxiproxy {
	binary := filepath.Join(b.TempDir(), "toxiproxy-server")
	build := exec.Command("go", "build", "-o", binary, "github.com/Shopify/toxiproxy/v2/cmd/server")
	if out, err := build.CombinedOutput(); err != nil {
		b.Skipf("the toxiproxy server can't be built here: %v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(addr)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "-host", "127.0.0.1", "-port", port)
	cmd.Env = []string{"LOG_LEVEL=error"}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		cmd.Wait()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	p := &toxiproxy{api: "http://" + addr}
	waitFor(b, "toxiproxy to answer", func() bool {
		resp, err := http.Get(p.api + "/version")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// listen returns the address of a new proxy without toxics to upstream.
func (p *toxiproxy) listen(b *testing.B, upstream string) string {
	body := fmt.Sprintf(`{"name": %q, "listen": "127.0.0.1:0", "upstream": %q, "enabled": true}`, upstream, upstream)
	resp, err := http.Post(p.api+"/proxies", "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	var proxy struct{ Listen string }
	if err := json.NewDecoder(resp.Body).Decode(&proxy); err != nil || proxy.Listen == "" {
		b.Fatalf("make proxy: %s, %v", resp.Status, err)
	}
	return proxy.Listen
}
