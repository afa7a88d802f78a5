package kinesis

import (
	"crypto/md5"
	"encoding/binary"
	"math/big"
	"math/bits"
)

// hashKey is a point of the 128-bit space that shards divide among them.
type hashKey struct{ hi, lo uint64 }

var maxHashKey = hashKey{^uint64(0), ^uint64(0)}

// hashOf maps a partition key to its hash key, as AWS does: by MD5.
func hashOf(partitionKey string) hashKey {
	sum := md5.Sum([]byte(partitionKey))
	return hashKey{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:])}
}

// parseHashKey reads a decimal number from 0 to 2^128-1, without leading zeros.
func parseHashKey(s string) (hashKey, bool) {
	if s == "" || len(s) > 39 || (s[0] == '0' && s != "0") {
		return hashKey{}, false
	}
	var h hashKey
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return hashKey{}, false
		}
		overHi, hi := bits.Mul64(h.hi, 10)
		carryHi, lo := bits.Mul64(h.lo, 10)
		lo, carry := bits.Add64(lo, uint64(c-'0'), 0)
		hi, over := bits.Add64(hi, carryHi, carry)
		if overHi != 0 || over != 0 {
			return hashKey{}, false
		}
		h = hashKey{hi, lo}
	}
	return h, true
}

func (h hashKey) big() *big.Int {
	b := new(big.Int).SetUint64(h.hi)
	return b.Lsh(b, 64).Or(b, new(big.Int).SetUint64(h.lo))
}

func (h hashKey) String() string { return h.big().String() }

func (h hashKey) less(o hashKey) bool {
	return h.hi < o.hi || (h.hi == o.hi && h.lo < o.lo)
}

func (h hashKey) next() hashKey {
	lo, carry := bits.Add64(h.lo, 1, 0)
	return hashKey{h.hi + carry, lo}
}

func (h hashKey) prev() hashKey {
	lo, borrow := bits.Sub64(h.lo, 1, 0)
	return hashKey{h.hi - borrow, lo}
}

// hashRange is a shard's part of the space, both ends included.
type hashRange struct{ start, end hashKey }

func (r hashRange) contains(h hashKey) bool { return !h.less(r.start) && !r.end.less(h) }

// evenRanges divides the whole space into n parts that differ by at most one.
func evenRanges(n int) []hashRange {
	total := new(big.Int).Lsh(big.NewInt(1), 128)
	ranges := make([]hashRange, n)
	start := hashKey{}
	for i := range ranges {
		end := new(big.Int).Mul(total, big.NewInt(int64(i+1)))
		end.Div(end, big.NewInt(int64(n))).Sub(end, big.NewInt(1))
		ranges[i] = hashRange{start, fromBig(end)}
		start = ranges[i].end.next()
	}
	return ranges
}

func fromBig(b *big.Int) hashKey {
	var raw [16]byte
	b.FillBytes(raw[:])
	return hashKey{binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])}
}
