package kinesis

import (
	"crypto/md5"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseHashKey(t *testing.T) {
	for _, ok := range []string{
		"0", "1", "18446744073709551616", "170141183460469231731687303715884105728",
		"340282366920938463463374607431768211455",
	} {
		if h, good := parseHashKey(ok); !good || h.String() != ok {
			t.Errorf("%s: got %s, %v", ok, h, good)
		}
	}
	for _, bad := range []string{
		"", "-1", "01", "1x", "340282366920938463463374607431768211456", "999999999999999999999999999999999999999",
		"1000000000000000000000000000000000000000000",
	} {
		if h, good := parseHashKey(bad); good {
			t.Errorf("%q: accepted as %s", bad, h)
		}
	}
}

func TestHashOfIsMD5(t *testing.T) {
	sum := md5.Sum([]byte("user-1"))
	if got, want := hashOf("user-1").big(), new(big.Int).SetBytes(sum[:]); got.Cmp(want) != 0 {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Ranges cover the space without a gap, and every key has exactly one owner.
func TestEvenRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranges := evenRanges(rapid.IntRange(1, 300).Draw(t, "n"))
		if ranges[0].start != (hashKey{}) || ranges[len(ranges)-1].end != maxHashKey {
			t.Fatal("the ends of the space are not covered")
		}
		for i, r := range ranges[1:] {
			if r.start != ranges[i].end.next() || r.start.prev() != ranges[i].end {
				t.Fatalf("gap before %s", r.start)
			}
		}
		h := hashOf(rapid.String().Draw(t, "key"))
		owners := 0
		for _, r := range ranges {
			if r.contains(h) {
				owners++
			}
		}
		if owners != 1 {
			t.Fatalf("%d owners of %s", owners, h)
		}
	})
}

func TestSequence(t *testing.T) {
	var q sequencer
	a := q.next(1000, 7)
	b := q.next(900, 7) // a clock set back
	if b <= a || len(a) != sequenceLength {
		t.Errorf("%s then %s", a, b)
	}
	if shard, ok := sequenceShard(a); !ok || shard != 7 {
		t.Errorf("shard %d, %v", shard, ok)
	}
	for _, bad := range []string{"", "7", a[1:], "59" + a[2:], a[:55] + "x"} {
		if _, ok := sequenceShard(bad); ok {
			t.Errorf("%q accepted", bad)
		}
	}
}
