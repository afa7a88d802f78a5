package data

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crashlab/crashlab/pkg/fault"
)

func TestPoisonIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		oneIn := rapid.IntRange(1, 300).Draw(t, "oneIn")
		blocks := rapid.IntRange(1, 30).Draw(t, "blocks")
		d := fault.NewData(rapid.Uint64().Draw(t, "seed"))
		s := &fault.Surface{Data: d}
		injection, err := Poison{OneIn: oneIn}.Inject(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		n, first := 0, rapid.IntRange(0, 100).Draw(t, "first")*oneIn
		for i := range oneIn * blocks {
			switch d.Decide(first + i) {
			case fault.Poisoned:
				n++
				d.Sent(first + i)
			case "":
			default:
				t.Fatal("another taint")
			}
		}
		if n != blocks {
			t.Fatalf("%d of %d, want %d", n, oneIn*blocks, blocks)
		}
		if m, _ := injection.Measure(context.Background()); !m.Acted {
			t.Fatalf("%+v", m)
		}
		injection.Revert(context.Background())
		for seq := range oneIn {
			if d.Decide(seq) != "" {
				t.Fatal("it outlives its revert")
			}
		}
	})
}

// Whether an operation is picked does not depend on which one is decided first.
func TestTheSameOperationsArePickedWheneverTheFaultBegins(t *testing.T) {
	const oneIn, all = 8, 400
	picked := func(from int) (seqs []int) {
		d := fault.NewData(7)
		if _, err := (Poison{OneIn: oneIn}).Inject(t.Context(), &fault.Surface{Data: d}); err != nil {
			t.Fatal(err)
		}
		for seq := from; seq < all; seq++ {
			if d.Decide(seq) != "" {
				seqs = append(seqs, seq)
			}
		}
		return seqs
	}
	whole := picked(0)
	for from := range all - oneIn {
		rest := slices.DeleteFunc(slices.Clone(whole), func(seq int) bool { return seq < from })
		if got := picked(from); !slices.Equal(got, rest) {
			t.Fatalf("from operation %d on %v, want %v", from, got, rest)
		}
		if n := len(rest) - (all-from)/oneIn; n < -1 || n > 1 {
			t.Errorf("%d of %d operations, want one in %d, give or take one", len(rest), all-from, oneIn)
		}
	}
}

// Faults that begin at once are injected in any order.
func TestTheOrderOfInjectionDecidesNothing(t *testing.T) {
	faults := []fault.Fault{Poison{4}, Duplicates{5}, Reorder{3}, Oversize{OneIn: 6}, Corruption{2}}
	decide := func() (taints [200]fault.Taint) {
		d := fault.NewData(3)
		for _, f := range faults {
			if _, err := f.Inject(t.Context(), &fault.Surface{Data: d}); err != nil {
				t.Fatal(err)
			}
		}
		for seq := range taints {
			taints[seq] = d.Decide(seq)
		}
		return taints
	}
	want := decide()
	for range faults {
		faults = append(faults[1:], faults[0])
		if got := decide(); got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

func TestDataFaultsAreSeededAndCounted(t *testing.T) {
	decide := func(seed uint64) (taints [500]fault.Taint) {
		d := fault.NewData(seed)
		s := &fault.Surface{Data: d}
		for _, f := range []fault.Fault{Poison{20}, Duplicates{10}, Reorder{15}, Oversize{OneIn: 25}, Corruption{30}} {
			if _, err := f.Inject(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		for seq := range taints {
			taints[seq] = d.Decide(seq)
		}
		return taints
	}
	one, again, other := decide(1), decide(1), decide(2)
	if one != again || one == other {
		t.Error("the seed does not decide, or nothing else does")
	}
	counts := map[fault.Taint]int{}
	for _, taint := range one {
		counts[taint]++
	}
	if len(counts) != 6 || counts[fault.Poisoned] != 25 {
		t.Errorf("%v", counts)
	}
}

func TestPoisonMeasuresItsShare(t *testing.T) {
	s := &fault.Surface{Data: fault.NewData(1)}
	injection, err := Poison{OneIn: 20}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := injection.Measure(t.Context()); m.Acted || m.Text != "no operations" {
		t.Errorf("%+v", m)
	}
	for seq := 20; seq < 300; seq++ {
		s.Data.Decide(seq)
	}
	// If nothing sends the picked operations, as in a lab without messages, nothing has happened.
	if m, _ := injection.Measure(t.Context()); m.Acted || m.Text != "0 % (0 of 280 operations)" {
		t.Errorf("%+v", m)
	}
	for seq := 20; seq < 300; seq++ {
		s.Data.Sent(seq)
		s.Data.Sent(seq) // a second report is not a second operation
	}
	if m, _ := injection.Measure(t.Context()); !m.Acted || m.Text != "5 % (14 of 280 operations)" {
		t.Errorf("%+v", m)
	}
	if got := (Poison{OneIn: 20}).Requested(); got != "poison: 1 operation in 20 can't be parsed (5 %)" {
		t.Error(got)
	}
	if _, err := (Poison{}).Inject(t.Context(), s); err == nil {
		t.Error("one in none")
	}
	if _, err := (Oversize{OneIn: 1, Bytes: -1}).Inject(t.Context(), s); err == nil {
		t.Error("a negative size")
	}
	if _, err := (Poison{OneIn: 1}).Inject(t.Context(), &fault.Surface{}); err == nil {
		t.Error("no workload")
	}
}

// A data fault acts while it decides and most of what it picks is sent; it is over when it decides no more.
func TestADataFaultIsMeasuredByWhatIsSent(t *testing.T) {
	s := &fault.Surface{Data: fault.NewData(1)}
	injection, err := Poison{OneIn: 20}.Inject(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string, acts, left bool) {
		t.Helper()
		if m, err := injection.Measure(t.Context()); err != nil || m.Acted != acts {
			t.Errorf("%s: measured %+v, %v; want %t", when, m, err, acts)
		}
		if m, err := injection.Left(t.Context()); err != nil || m.Acted != left {
			t.Errorf("%s: left %+v, %v; want %t", when, m, err, left)
		}
	}
	var picked []int
	for seq := range 280 {
		if s.Data.Decide(seq) != "" {
			picked = append(picked, seq)
		}
	}
	for n, seq := range picked {
		s.Data.Sent(seq)
		check(fmt.Sprintf("%d of %d sent", n+1, len(picked)), n+1 >= len(picked)/2, true)
	}
	injection.(*onData).tainting.Stop()
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted {
		t.Errorf("once it has stopped: measured %+v, %v", m, err)
	}
	if err := injection.Revert(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Data.Decide(280)
	check("after the revert", false, false)
}

func TestSpoil(t *testing.T) {
	d := fault.NewData(1)
	sound := []byte(`{"id":"1","amount":10}`)
	if json.Valid(d.Spoil(1, fault.Poisoned, sound)) {
		t.Error("poison parses")
	}
	if got := d.Spoil(1, fault.Oversized, sound); len(got) != 2<<20 || !json.Valid(got) {
		t.Errorf("%d bytes, valid: %t", len(got), json.Valid(got))
	}
	got := d.Spoil(1, fault.Corrupt, sound)
	if bytes.Equal(got, sound) || len(got) != len(sound) || !bytes.Equal(got, d.Spoil(1, fault.Corrupt, sound)) {
		t.Errorf("%s", got)
	}
	if _, err := (Oversize{OneIn: 1, Bytes: 40}).Inject(t.Context(), &fault.Surface{Data: d}); err != nil {
		t.Fatal(err)
	}
	if got := d.Spoil(2, d.Decide(2), sound); len(got) != 40 || !json.Valid(got) {
		t.Errorf("%d bytes where 40 were asked, valid: %t", len(got), json.Valid(got))
	}
	if got := d.Spoil(1, fault.Duplicate, sound); !bytes.Equal(got, sound) {
		t.Errorf("%s", got)
	}
	if string(sound) != `{"id":"1","amount":10}` {
		t.Error("the payload was changed")
	}
}
