package geo

import "math"

// The limits of longitude and latitude: those of the Web Mercator projection.
const (
	maxLon = 180.0
	maxLat = 85.05112878
)

// steps is the precision of a score: bits of each coordinate.
const steps = 26

// cell is one of the 2^step times 2^step parts of the map.
type cell struct {
	x, y uint64 // from west and south
	step int
}

// cellOf returns the cell of a position, on a map whose latitude ends at a limit.
func cellOf(lon, lat float64, step int, limit float64) cell {
	n := float64(uint64(1) << step)
	return cell{
		x:    uint64((lon + maxLon) / (2 * maxLon) * n),
		y:    uint64((lat + limit) / (2 * limit) * n),
		step: step,
	}
}

// neighbor returns the cell so many to the east and north. The map goes round at its edges.
func (c cell) neighbor(east, north int) cell {
	mask := uint64(1)<<c.step - 1
	return cell{(c.x + uint64(east)) & mask, (c.y + uint64(north)) & mask, c.step}
}

// bits are the cell's coordinates, interleaved, those of the longitude first.
func (c cell) bits() uint64 { return spread(c.y) | spread(c.x)<<1 }

// scores returns the range [low, high) of the scores of positions in the cell.
func (c cell) scores() (low, high float64) {
	shift := 2 * (steps - c.step)
	return float64(c.bits() << shift), float64((c.bits() + 1) << shift)
}

// area is the bounds of a part of the map.
type area struct{ west, south, east, north float64 }

func (c cell) area() area {
	n := float64(uint64(1) << c.step)
	at := func(i uint64, limit float64) float64 { return -limit + float64(i)/n*(2*limit) }
	return area{at(c.x, maxLon), at(c.y, maxLat), at(c.x+1, maxLon), at(c.y+1, maxLat)}
}

// score is the score of a position.
func score(lon, lat float64) float64 { return float64(cellOf(lon, lat, steps, maxLat).bits()) }

// position is the middle of the cell of a score.
func position(score float64) (lon, lat float64) {
	bits := uint64(score)
	a := cell{gather(bits >> 1), gather(bits), steps}.area()
	return clamp((a.west+a.east)/2, maxLon), clamp((a.south+a.north)/2, maxLat)
}

func clamp(f, limit float64) float64 { return math.Max(-limit, math.Min(f, limit)) }

// spread puts a 0 before each of the lower 32 bits.
func spread(v uint64) uint64 {
	v = (v | v<<16) & 0x0000ffff0000ffff
	v = (v | v<<8) & 0x00ff00ff00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f0f0f0f0f
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

// gather takes every other bit, from the lowest on.
func gather(v uint64) uint64 {
	v &= 0x5555555555555555
	v = (v | v>>1) & 0x3333333333333333
	v = (v | v>>2) & 0x0f0f0f0f0f0f0f0f
	v = (v | v>>4) & 0x00ff00ff00ff00ff
	v = (v | v>>8) & 0x0000ffff0000ffff
	return (v | v>>16) & 0x00000000ffffffff
}

// text is the standard geohash of a position: of its 11 characters the last, for which there are no bits, is 0.
func text(lon, lat float64) string {
	const alphabet, standard = "0123456789bcdefghjkmnpqrstuvwxyz", 90
	bits := cellOf(lon, lat, steps, standard).bits()
	b := make([]byte, 11)
	for i := range 10 {
		b[i] = alphabet[bits>>(2*steps-5*(i+1))&31]
	}
	b[10] = alphabet[0]
	return string(b)
}
