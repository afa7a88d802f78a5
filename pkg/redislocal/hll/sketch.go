package hll

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// The format: a header ("HYLL", the encoding, three unused bytes, the cached estimate), and registers of six bits.
const (
	precision = 14 // bits of a hash that choose a register
	registers = 1 << precision
	longest   = 64 - precision // most zeros that are counted in the rest of a hash
	header    = 16
	denseSize = header + registers*6/8

	dense, sparse = 0, 1

	cacheAt = 8      // where the estimate is, little endian
	stale   = 1 << 7 // in its last byte: it must be computed anew
	alpha   = 0.721347520444481703680
)

// all are the values of all registers.
type all [registers]byte

// empty is a HyperLogLog without elements.
func empty() []byte {
	b := make([]byte, denseSize)
	copy(b, "HYLL")
	return b
}

func valid(b []byte) bool {
	return len(b) >= header && string(b[:4]) == "HYLL" && b[4] <= sparse && (b[4] == sparse || len(b) == denseSize)
}

func register(b []byte, i int) byte {
	at := header + i*6/8
	shift := i * 6 & 7
	n := uint(b[at])
	if at+1 < len(b) {
		n |= uint(b[at+1]) << 8
	}
	return byte(n>>shift) & 63
}

func setRegister(b []byte, i int, value byte) {
	at := header + i*6/8
	shift := i * 6 & 7
	b[at] = b[at]&^byte(63<<shift) | value<<shift
	if shift > 2 {
		b[at+1] = b[at+1]&^(63>>(8-shift)) | value>>(8-shift)
	}
}

// merge raises the registers to those of a valid HyperLogLog. It reports false if that is corrupt.
func (m *all) merge(b []byte) bool {
	if b[4] == sparse {
		return m.mergeSparse(b[header:])
	}
	for i := range m {
		m[i] = max(m[i], register(b, i))
	}
	return true
}

// mergeSparse reads runs: 00llllll and 01llllll llllllll are zeros, 1vvvvvll a value; a run of 0 is of one.
func (m *all) mergeSparse(b []byte) bool {
	at := 0
	for i := 0; i < len(b); i++ {
		switch op := b[i]; {
		case op&0xc0 == 0:
			at += int(op) + 1
		case op&0xc0 == 0x40:
			if i++; i == len(b) {
				return false
			}
			at += int(op&0x3f)<<8 + int(b[i]) + 1
		default:
			value := op>>2&31 + 1
			for range int(op&3) + 1 {
				if at == registers {
					return false
				}
				m[at] = max(m[at], value)
				at++
			}
		}
		if at > registers {
			return false
		}
	}
	return at == registers
}

// write returns the dense form.
func (m *all) write() []byte {
	b := empty()
	for i, value := range m {
		setRegister(b, i, value)
	}
	b[header-1] |= stale
	return b
}

// estimate is Ertl's improved estimator (arXiv:1702.01284), as in Redis.
func (m *all) estimate() int64 {
	var counts [64]int
	for _, value := range m {
		counts[value]++
	}
	const n = float64(registers)
	z := n * tau((n-float64(counts[longest+1]))/n)
	for i := longest; i >= 1; i-- {
		z = (z + float64(counts[i])) * 0.5
	}
	z += n * sigma(float64(counts[0])/n)
	return int64(min(math.Round(alpha*n*n/z), math.MaxInt64/2))
}

func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for before := -1.0; before != z; y += y {
		x *= x
		before = z
		z += x * y
	}
	return z
}

func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for before := -1.0; before != z; {
		x = math.Sqrt(x)
		before = z
		y *= 0.5
		z -= (1 - x) * (1 - x) * y
	}
	return z / 3
}

// place is the register of an element, and the value that it has at least.
func place(element string) (int, byte) {
	h := murmur(element)
	rest := h>>precision | 1<<longest
	return int(h % registers), byte(bits.TrailingZeros64(rest) + 1)
}

// add puts an element in, and reports whether that has changed a dense HyperLogLog.
func add(b []byte, element string) bool {
	i, value := place(element)
	if register(b, i) >= value {
		return false
	}
	setRegister(b, i, value)
	b[header-1] |= stale
	return true
}

// murmur is MurmurHash64A with Redis's seed.
func murmur(s string) uint64 {
	const (
		m    = 0xc6a4a7935bd1e995
		r    = 47
		seed = 0xadc83b19
	)
	h := seed ^ uint64(len(s))*m
	b := []byte(s)
	for ; len(b) >= 8; b = b[8:] {
		k := binary.LittleEndian.Uint64(b) * m
		k ^= k >> r
		h ^= k * m
		h *= m
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h ^= binary.LittleEndian.Uint64(tail[:])
		h *= m
	}
	h ^= h >> r
	h *= m
	return h ^ h>>r
}
