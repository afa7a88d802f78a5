package bench

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal"
)

// BenchmarkStart is the time until the embedded AWS has answered its first request, next to an HTTP server
// that serves nothing. An iteration is one start of each.
func BenchmarkStart(b *testing.B) {
	var ready, answered, empty []float64 // in ms
	for b.Loop() {
		start := time.Now()
		local := must[*awslocal.Server](b)(awslocal.Start(awslocal.Config{}))
		ready = append(ready, since(start))
		ask(b, local.URL()+"/_localstack/health")
		answered = append(answered, since(start))
		if err := local.Close(); err != nil {
			b.Fatal(err)
		}

		start = time.Now()
		l := must[net.Listener](b)(net.Listen("tcp", "127.0.0.1:0"))
		server := &http.Server{Handler: http.NotFoundHandler()}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = server.Serve(l) // it ends by Close
		}()
		ask(b, "http://"+l.Addr().String())
		empty = append(empty, since(start))
		if err := server.Close(); err != nil {
			b.Fatal(err)
		}
		<-done
	}
	t := table{title: fmt.Sprintf("Start of the embedded AWS, all services; medians of %d alternating starts", len(ready))}
	t.row("", "ms")
	t.row("listening", fmt.Sprintf("%.3f", median(ready)))
	t.row("first answer", fmt.Sprintf("%.3f", median(answered)))
	t.row("first answer of an empty HTTP server", fmt.Sprintf("%.3f", median(empty)))
	t.row("ratio", fmt.Sprintf("%.2f", median(ratios(answered, empty))))
	t.print(os.Stdout)
	b.ReportMetric(median(answered), "ms")
	b.ReportMetric(median(ratios(answered, empty)), "x-empty-server")
}

func since(start time.Time) float64 { return float64(time.Since(start).Microseconds()) / 1e3 }

// ask sends one request over a connection of its own.
func ask(b *testing.B, url string) {
	transport := &http.Transport{DisableKeepAlives: true}
	resp := must[*http.Response](b)((&http.Client{Transport: transport}).Get(url))
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.Fatal(err)
	}
}
