package cloudwatch

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

const (
	minute = 60 // seconds
	day    = 24 * time.Hour
)

// tiers say how data gets coarser with age: the width of what is kept, in seconds, up to an age.
var tiers = []struct {
	width int64
	until time.Duration
}{{1, 3 * time.Hour}, {minute, 15 * day}, {5 * minute, 63 * day}, {60 * minute, 455 * day}}

// maxSeries bounds the metrics of an account.
const maxSeries = 50_000

// series is the data of one metric, by unit.
type series struct {
	metric
	tracks  map[string]*track
	updated time.Time
}

// track is the data of one unit, the oldest first.
type track struct {
	buckets []bucket
	aged    time.Time // when coarsening was last done
}

// bucket is the data of a span that begins then, in seconds since 1970.
type bucket struct {
	start int64
	*aggregate
}

// at returns the bucket of that second, which may be new.
func (t *track) at(start int64) *aggregate {
	if n := len(t.buckets); n > 0 && t.buckets[n-1].start == start {
		return t.buckets[n-1].aggregate
	}
	i, found := t.search(start)
	if !found {
		t.buckets = slices.Insert(t.buckets, i, bucket{start, &aggregate{}})
	}
	return t.buckets[i].aggregate
}

func (t *track) search(start int64) (int, bool) {
	return slices.BinarySearchFunc(t.buckets, start, func(b bucket, s int64) int { return cmp.Compare(b.start, s) })
}

// age coarsens old data and drops the oldest. It works once an hour.
func (t *track) age(now time.Time) {
	if now.Sub(t.aged) < time.Hour {
		return
	}
	t.aged = now
	kept := t.buckets[:0:0]
	for _, b := range t.buckets {
		width := widthAt(now.Sub(time.Unix(b.start, 0)))
		if width == 0 {
			continue
		}
		start := floor(b.start, width)
		if n := len(kept); n > 0 && kept[n-1].start == start && start != b.start {
			kept[n-1].merge(b.aggregate)
			continue
		}
		kept = append(kept, bucket{start, b.aggregate})
	}
	t.buckets = kept
}

// widthAt is the width in which data of an age is kept; 0 if it is not.
func widthAt(age time.Duration) int64 {
	for _, tier := range tiers {
		if age < tier.until {
			return tier.width
		}
	}
	return 0
}

func floor(second, width int64) int64 { return second - ((second%width)+width)%width }

// span is one aggregate of a period.
type span struct {
	start int64
	unit  string // "" for all
	aggregate
}

// read aggregates the data from start to end, exclusive, in periods that begin at start. Without a unit it takes them
// all; split keeps them apart.
func (s *series) read(start, end, period int64, unit string, split bool) []span {
	var spans []span
	if s == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.tracks)) {
		if unit != "" && name != unit {
			continue
		}
		t := s.tracks[name]
		for i, _ := t.search(start); i < len(t.buckets) && t.buckets[i].start < end; i++ {
			begin := start + floor(t.buckets[i].start-start, period)
			at := slices.IndexFunc(spans[max(0, len(spans)-1):], func(x span) bool { return x.start == begin && x.unit == name })
			if at < 0 {
				spans = append(spans, span{start: begin, unit: name})
			}
			spans[len(spans)-1].merge(t.buckets[i].aggregate)
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	if split {
		return spans
	}
	merged := spans[:0]
	for _, x := range spans {
		if n := len(merged); n > 0 && merged[n-1].start == x.start {
			merged[n-1].merge(&x.aggregate)
			continue
		}
		merged = append(merged, x)
	}
	return merged
}

// empty reports whether nothing is left of the metric.
func (s *series) empty() bool {
	for _, t := range s.tracks {
		if len(t.buckets) > 0 {
			return false
		}
	}
	return true
}
