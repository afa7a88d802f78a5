package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	ps "github.com/shirou/gopsutil/v4/process"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	askedRate = 20_000
	askedFor  = 10 * time.Second
	asked     = askedRate * int(askedFor/time.Second)
)

// attack is the record of a generator, operation by operation.
type attack struct {
	start      time.Time
	sent, took []time.Duration // since start, in the order in which they were due; 0 if never sent
	ok         int
}

func newAttack() *attack {
	return &attack{start: time.Now(), sent: make([]time.Duration, asked), took: make([]time.Duration, asked)}
}

// count is how many were sent.
func (a *attack) count() int {
	n := 0
	for _, at := range a.sent {
		if at != 0 {
			n++
		}
	}
	return n
}

// rate is of what was sent, until the last of it.
func (a *attack) rate() float64 { return float64(a.count()) / slices.Max(a.sent).Seconds() }

// p99 covers everything that was sent; from says from when.
func (a *attack) p99(from func(i int) time.Duration) time.Duration {
	var all []time.Duration
	for i, at := range a.sent {
		if at != 0 {
			all = append(all, at+a.took[i]-from(i))
		}
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

func (a *attack) fromSent() time.Duration {
	return a.p99(func(i int) time.Duration { return a.sent[i] })
}

// BenchmarkLoad has pkg/load and vegeta send 20,000 requests per second for 10 s, and pkg/load as many
// operations that do nothing. An iteration is the three of them, one after the other.
func BenchmarkLoad(b *testing.B) {
	url, pid := startTarget(b)
	generators := []struct {
		name string
		run  func(b *testing.B, url string) *attack
		due  func(i int) time.Duration

		rate, due99, sent99, cores, each, there []float64
	}{
		{name: "crashlab", run: runOurs, due: ourDue},
		{
			name: "vegeta", run: runVegeta, due: func(i int) time.Duration { return time.Duration(i) * time.Second / askedRate },
		},
		{name: "crashlab, without a target", run: runAlone, due: ourDue},
	}
	sent, ok := make([]int, len(generators)), make([]int, len(generators))
	rounds := 0
	for b.Loop() {
		rounds++
		for i := range generators {
			g := &generators[i]
			before, beforeThere, start := cpu(b, os.Getpid()), cpu(b, pid), time.Now()
			a := g.run(b, url)
			wall := time.Since(start).Seconds()
			used := cpu(b, os.Getpid()) - before
			g.cores = append(g.cores, used/wall)
			g.each = append(g.each, 1e6*used/float64(a.count()))
			g.there = append(g.there, 1e6*(cpu(b, pid)-beforeThere)/float64(a.count()))
			g.rate = append(g.rate, a.rate())
			g.due99 = append(g.due99, a.p99(g.due).Seconds()*1e3)
			g.sent99 = append(g.sent99, a.fromSent().Seconds()*1e3)
			sent[i] += a.count()
			ok[i] += a.ok
		}
	}
	t := table{
		title: fmt.Sprintf("%s requests a second for %v at an HTTP server in a process of its own; medians of %d "+
			"alternating rounds", count(askedRate), askedFor, rounds),
	}
	t.row("", "sent/s", "of asked", "sent", "answered OK", "p99 ms from due", "p99 ms from sent", "cores", "CPU µs/op",
		"target's CPU µs/op")
	for i, g := range generators {
		t.row(g.name, count(median(g.rate)), fmt.Sprintf("%.2f %%", 100*median(g.rate)/askedRate),
			fmt.Sprintf("%.2f %%", 100*float64(sent[i])/float64(rounds*asked)),
			fmt.Sprintf("%.2f %%", 100*float64(ok[i])/float64(rounds*asked)),
			fmt.Sprintf("%.2f", median(g.due99)), fmt.Sprintf("%.2f", median(g.sent99)), fmt.Sprintf("%.2f", median(g.cores)),
			fmt.Sprintf("%.1f", median(g.each)), fmt.Sprintf("%.1f", median(g.there)))
	}
	us, them := generators[0], generators[1]
	row := func(a, b []float64) string { return fmt.Sprintf("%.2f", median(ratios(a, b))) }
	t.row("crashlab/vegeta", fmt.Sprintf("%.4f", median(ratios(us.rate, them.rate))), "", "", "",
		row(us.due99, them.due99), row(us.sent99, them.sent99), row(us.cores, them.cores), row(us.each, them.each),
		row(us.there, them.there))
	t.print(os.Stdout)
	b.ReportMetric(median(us.rate)/askedRate, "of-asked")
	b.ReportMetric(median(ratios(us.rate, them.rate)), "rate-x-vegeta")
	b.ReportMetric(median(ratios(us.due99, them.due99)), "p99-x-vegeta")
	b.ReportMetric(median(ratios(us.each, them.each)), "cpu-x-vegeta")
}

// transport is the same for both: vegeta's own defaults.
func transport(b *testing.B) *http.Transport {
	t := &http.Transport{MaxIdleConnsPerHost: vegeta.DefaultConnections}
	b.Cleanup(t.CloseIdleConnections)
	return t
}

var workload = load.Config{Name: "get", Rate: askedRate, Duration: askedFor, Arrivals: load.Even, Seed: 1}

// dues is when each operation of the workload is due.
var dues = func() []time.Duration {
	at := make([]time.Duration, 0, asked)
	for op := range workload.Ops() {
		at = append(at, op.At)
	}
	return at
}()

func ourDue(i int) time.Duration { return dues[i] }

func runOurs(b *testing.B, url string) *attack {
	client := &http.Client{Transport: transport(b)}
	defer client.CloseIdleConnections()
	return run(b, func(ctx context.Context) error { return get(ctx, client, url) })
}

// runAlone is the generator's own part: operations that do nothing.
func runAlone(b *testing.B, _ string) *attack {
	return run(b, func(context.Context) error { return nil })
}

func run(b *testing.B, do func(ctx context.Context) error) *attack {
	a := newAttack()
	rec := history.NewRecorder(a.start)
	load.New(workload, rec, nil, func(ctx context.Context, op load.Op) (string, error) {
		began := time.Since(a.start)
		a.sent[op.Seq] = began
		err := do(ctx)
		a.took[op.Seq] = time.Since(a.start) - began
		return "", err
	}).Run(b.Context(), a.start)
	a.ok = load.Sum(invariant.NewView(rec.Snapshot()).Ops("")).OK
	return a
}

func get(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func runVegeta(b *testing.B, url string) *attack {
	client := &http.Client{Transport: transport(b), Timeout: 2 * time.Second}
	defer client.CloseIdleConnections()
	attacker := vegeta.NewAttacker(vegeta.Client(client))
	targets := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: url})
	a := newAttack()
	var m vegeta.Metrics // what its users look at
	for r := range attacker.Attack(targets, vegeta.Rate{Freq: askedRate, Per: time.Second}, askedFor, "") {
		m.Add(r)
		if i := int(r.Seq); i < asked {
			a.sent[i], a.took[i] = r.Timestamp.Sub(a.start), r.Latency
		}
		if r.Error == "" {
			a.ok++
		}
	}
	m.Close()
	return a
}

// cpu returns the seconds of processor time that a process has used.
func cpu(tb testing.TB, pid int) float64 {
	p := must[*ps.Process](tb)(ps.NewProcess(int32(pid)))
	t, err := p.Times()
	if err != nil {
		tb.Fatal(err)
	}
	return t.User + t.System
}
