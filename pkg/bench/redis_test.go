package bench

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal"
)

// redisCommand is the first argument with which the test binary is the embedded Redis.
const redisCommand = "__redis"

// serveRedis serves until in ends, and writes its address to out.
func serveRedis(in io.Reader, out io.Writer) error {
	s, err := redislocal.Start(redislocal.Config{})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, s.Addr())
	_, _ = io.Copy(io.Discard, in) // its end is all that it says
	return s.Close()
}

// redisTests are those of redis-benchmark's default set, with the part of its requests that suffices for each.
var redisTests = []struct {
	name string
	part int
}{
	{"ping_inline", 1}, {"ping_mbulk", 1}, {"set", 1}, {"get", 1}, {"incr", 1}, {"lpush", 1}, {"rpush", 1}, {"lpop", 1},
	{"rpop", 1}, {"sadd", 1}, {"hset", 1}, {"spop", 1}, {"zadd", 1}, {"zpopmin", 1}, {"lrange_100", 5},
	{"lrange_300", 10}, {"lrange_500", 20}, {"lrange_600", 20}, {"mset", 2},
}

// BenchmarkRedis has redis-benchmark's default set run against redis-server and the embedded Redis, each in its own
// process, pipelined and not. It compares the processor time of the servers. An iteration is the set, run once.
func BenchmarkRedis(b *testing.B) {
	for _, program := range []string{"redis-server", "redis-benchmark"} {
		if _, err := exec.LookPath(program); err != nil {
			b.Skipf("%s is not here; Debian has both in redis-server", program)
		}
	}
	servers := []redisServer{startRedisServer(b), startEmbeddedRedis(b)}
	modes := []struct{ pipeline, n int }{{1, 25_000}, {16, 200_000}}
	took := make([][][2][]float64, len(redisTests)) // by test, mode and server: µs an operation
	for i := range took {
		took[i] = make([][2][]float64, len(modes))
	}
	for b.Loop() {
		for i, test := range redisTests {
			for j, mode := range modes {
				for k, server := range servers {
					each := server.measure(b, test.name, mode.pipeline, mode.n/test.part)
					took[i][j][k] = append(took[i][j][k], each)
				}
			}
		}
	}
	t := table{title: "The embedded Redis beside redis-server: µs of the server's processor time for an operation"}
	t.row("", "redis-server", "embedded", "ratio", "redis-server -P 16", "embedded -P 16", "ratio")
	all := make([][]float64, len(modes))
	for i, test := range redisTests {
		cells := []string{test.name}
		for j := range modes {
			theirs, ours := took[i][j][0], took[i][j][1]
			ratio := median(ratios(theirs, ours))
			all[j] = append(all[j], ratio)
			cells = append(cells, fmt.Sprintf("%.2f", median(theirs)), fmt.Sprintf("%.2f", median(ours)),
				fmt.Sprintf("%.2f", ratio))
		}
		t.row(cells...)
	}
	t.note("a ratio of 0.5: for the same work, the embedded Redis takes twice the processor time of redis-server")
	t.print(os.Stdout)
	for j, mode := range modes {
		b.ReportMetric(slices.Min(all[j]), fmt.Sprintf("x-least-P%d", mode.pipeline))
		b.ReportMetric(median(all[j]), fmt.Sprintf("x-median-P%d", mode.pipeline))
	}
}

// redisServer is a server in a process of its own.
type redisServer struct {
	addr string
	pid  int
}

// measure runs a test of redis-benchmark, and returns the µs that the server's process took for an operation.
func (s redisServer) measure(b *testing.B, test string, pipeline, n int) float64 {
	host, port, _ := net.SplitHostPort(s.addr)
	before := cpu(b, s.pid)
	out, err := exec.Command("redis-benchmark", "-h", host, "-p", port, "-q", "-t", test, "-n", strconv.Itoa(n),
		"-P", strconv.Itoa(pipeline)).CombinedOutput()
	if err != nil || strings.Contains(string(out), "Error") {
		b.Fatalf("redis-benchmark -t %s: %v: %s", test, err, out)
	}
	return 1e6 * (cpu(b, s.pid) - before) / float64(n)
}

func startEmbeddedRedis(b *testing.B) redisServer {
	addr, pid := startSelf(b, redisCommand)
	return redisServer{addr, pid}
}

func startRedisServer(b *testing.B) redisServer {
	free := must[net.Listener](b)(net.Listen("tcp", "127.0.0.1:0"))
	addr := free.Addr().String()
	free.Close()
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", b.TempDir())
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return redisServer{addr, cmd.Process.Pid}
		}
		if time.Now().After(end) {
			b.Fatal(err)
		}
	}
}
