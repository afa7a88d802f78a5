package network

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/internal/probe"
	"github.com/crashlab/crashlab/pkg/link"
)

func TestNoiseDoesNotHideLatency(t *testing.T) {
	// ping is a reading with a fastest and a slowest ping in milliseconds.
	ping := func(fastest, slowest float64) probe.Reading {
		return probe.Reading{Took: time.Duration(fastest * 1e6), Slowest: time.Duration(slowest * 1e6)}
	}
	gone := probe.Reading{}
	asked := Latency{Delay: 200 * time.Millisecond}
	jitter := Latency{Delay: 200 * time.Millisecond, Jitter: 50 * time.Millisecond, Direction: link.Both}
	share := Latency{Delay: 200 * time.Millisecond, Share: 0.3}
	for name, c := range map[string]struct {
		fault       Latency
		before, now []probe.Reading
		held        int64
		acted       bool
		text        string
	}{
		"ok": {asked, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(201, 240)}, 3, true, "201 ms (was 0.20 ms)"},
		// 90 ms of noise before, none now: the difference is less than requested, but no ping came back
		// sooner.
		"ok, busy before": {asked, []probe.Reading{ping(90, 120)}, []probe.Reading{ping(201, 240)}, 3, true,
			"201 ms (was 90 ms)"},
		"ok, slow before": {asked, []probe.Reading{ping(300, 300)}, []probe.Reading{ping(501, 501)}, 3, true,
			"501 ms (was 300 ms)"},
		"ok, not there before": {asked, []probe.Reading{gone}, []probe.Reading{ping(201, 240)}, 3, true,
			"201 ms (was 0.00 ms)"},
		"ok, one does not answer": {asked, []probe.Reading{ping(0.2, 1), ping(0.3, 1)}, []probe.Reading{gone, ping(201, 240)},
			3, true, "201 ms (was 0.30 ms)"},
		"ok, jitter": {jitter, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(310, 400)}, 3, true,
			"310 ms (was 0.20 ms)"},
		"ok, share": {share, []probe.Reading{ping(0.2, 1), ping(0.3, 1)}, []probe.Reading{ping(0.2, 1), ping(0.3, 203)}, 3,
			true, "203 ms (was 1.0 ms)"},

		"bad, fast": {asked, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(0.3, 240)}, 3, false,
			"0.30 ms (was 0.20 ms); a→redis took 0.30 ms"},
		"bad, slow before": {asked, []probe.Reading{ping(201, 240)}, []probe.Reading{ping(205, 240)}, 3, false,
			"205 ms (was 201 ms); it took as long before, which proves nothing"},
		"bad, one of two": {asked, []probe.Reading{ping(0.2, 1), ping(0.3, 1)},
			[]probe.Reading{ping(201, 240), ping(0.3, 1)}, 3, false, "201 ms (was 0.30 ms); b→redis took 0.30 ms"},
		"bad, only noise": {asked, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(201, 240)}, 0, false,
			"201 ms (was 0.20 ms); nothing was held back"},
		"bad, nobody answers": {asked, []probe.Reading{ping(0.2, 1)}, []probe.Reading{gone}, 3, false,
			"no ping came back"},
		"bad, below jitter": {jitter, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(200, 200)}, 3, false,
			"200 ms (was 0.20 ms); a→redis took 200 ms"},
		"bad, share of none": {share, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(0.2, 3)}, 3, false,
			"3.0 ms (was 1.0 ms); a→redis took 3.0 ms"},
		"bad, share, slow before": {share, []probe.Reading{ping(0.2, 230)}, []probe.Reading{ping(0.2, 210)}, 3, false,
			"210 ms (was 230 ms); it took as long before, which proves nothing"},
		"bad, share, others' work": {share, []probe.Reading{ping(0.2, 1)}, []probe.Reading{ping(0.2, 203)}, 0, false,
			"203 ms (was 1.0 ms); nothing was held back"},
	} {
		m := c.fault.judge([]probe.Pair{{From: "a", To: "redis"}, {From: "b", To: "redis"}}, c.before, c.now, c.held)
		if m.Acted != c.acted || m.Text != c.text {
			t.Errorf("%s: %t, %q, want %t, %q", name, m.Acted, m.Text, c.acted, c.text)
		}
	}
}
