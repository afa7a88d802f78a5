package stream

import (
	"errors"
	"math/bits"
	"slices"
	"testing"
)

// Wherever the poison lies in a batch of whatever size: only it is parked, everything else succeeds
// in order, and it is tried no more often than theory says.
func TestBisectFindsThePoison(t *testing.T) {
	for size := 1; size <= 33; size++ {
		for poison := range size {
			batch := make([]int, size)
			for i := range batch {
				batch[i] = i
			}
			var parked, first []int
			tried := 0
			try := func(part []int) (bool, error) {
				for _, r := range part {
					if r == poison {
						tried++
						return false, nil
					}
					if !slices.Contains(first, r) {
						first = append(first, r)
					}
				}
				return true, nil
			}
			if err := bisect(batch, try, func(r int) error { parked = append(parked, r); return nil }); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(parked, []int{poison}) {
				t.Errorf("size %d, poison %d: parked %v", size, poison, parked)
			}
			if want := slices.Delete(slices.Clone(batch), poison, poison+1); !slices.Equal(first, want) {
				t.Errorf("size %d, poison %d: succeeded %v, want %v", size, poison, first, want)
			}
			if most := bits.Len(uint(size-1)) + 1; tried > most {
				t.Errorf("size %d, poison %d: tried %d times, at most %d expected", size, poison, tried, most)
			}
		}
	}
}

func TestBisectEndsWithAnError(t *testing.T) {
	stop := errors.New("stop")
	tried := 0
	err := bisect([]int{1, 2, 3, 4}, func([]int) (bool, error) {
		if tried++; tried == 2 {
			return false, stop
		}
		return false, nil
	}, func(int) error { t.Error("parked"); return nil })
	if !errors.Is(err, stop) || tried != 2 {
		t.Errorf("%v after %d tries", err, tried)
	}
}
