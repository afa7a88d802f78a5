package asl

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
)

// integer is an argument that has to be a number of 32 bits; halves are rounded up.
func integer(argument any) (int64, error) {
	n, ok := argument.(json.Number)
	if !ok {
		return 0, errors.New("the argument must be a number")
	}
	f, err := n.Float64()
	if f = math.Floor(f + 0.5); err != nil || f < math.MinInt32 || f > math.MaxInt32 {
		return 0, errors.New("the number is out of range")
	}
	return int64(f), nil
}

func mathAdd(arguments []any, _ rand.Source) (any, error) {
	a, err := integer(arguments[0])
	if err != nil {
		return nil, err
	}
	b, err := integer(arguments[1])
	return number(int(a + b)), err
}

// mathRandom is a whole number from the first argument up to, but not including, the second. A third is a seed.
func mathRandom(arguments []any, random rand.Source) (any, error) {
	start, err := integer(arguments[0])
	if err != nil {
		return nil, err
	}
	end, err := integer(arguments[1])
	if err != nil {
		return nil, err
	}
	if start >= end {
		return nil, errors.New("the start must be less than the end")
	}
	if len(arguments) == 3 {
		seed, err := integer(arguments[2])
		if err != nil {
			return nil, err
		}
		random = rand.NewPCG(uint64(seed), 0) //nolint:gosec // any bits are a seed
	}
	return number(int(start + rand.New(random).Int64N(end-start))), nil
}

func uuid(_ []any, random rand.Source) (any, error) {
	var raw [16]byte
	for i := range raw {
		raw[i] = byte(random.Uint64())
	}
	raw[6] = raw[6]&0x0f | 0x40 // version 4
	raw[8] = raw[8]&0x3f | 0x80
	h := hex.EncodeToString(raw[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}
