package geo

import "math"

const (
	earthRadius = 6372797.560856 // m
	mercatorMax = 20037726.37    // m; half of the map's width
	degree      = math.Pi / 180
)

// distance is the length of the great circle between two positions, in m.
func distance(lon1, lat1, lon2, lat2 float64) float64 {
	v := math.Sin((lon2*degree - lon1*degree) / 2)
	if v == 0 {
		return latDistance(lat1, lat2)
	}
	u := math.Sin((lat2*degree - lat1*degree) / 2)
	a := u*u + math.Cos(lat1*degree)*math.Cos(lat2*degree)*v*v
	return 2 * earthRadius * math.Asin(math.Sqrt(a))
}

func latDistance(lat1, lat2 float64) float64 { return earthRadius * math.Abs(lat2*degree-lat1*degree) }

// shape is what is searched: a circle, or a box if it has a width and a height.
type shape struct {
	lon, lat      float64 // of the center
	radius        float64 // m
	box           bool
	width, height float64 // m
}

// distance returns a position's distance from the center in m, or reports that it is outside.
func (s shape) distance(lon, lat float64) (float64, bool) {
	if s.box && (latDistance(lat, s.lat) > s.height/2 || distance(lon, lat, s.lon, lat) > s.width/2) {
		return 0, false
	}
	d := distance(s.lon, s.lat, lon, lat)
	return d, s.box || d <= s.radius
}

// bounds is the part of the map that the shape is in.
func (s shape) bounds() area {
	width, height := s.radius, s.radius
	if s.box {
		width, height = s.width/2, s.height/2
	}
	dLat := height / earthRadius / degree
	widest := s.lat + dLat // where a degree of longitude is shortest
	if s.lat < 0 {
		widest = s.lat - dLat
	}
	dLon := width / earthRadius / math.Cos(widest*degree) / degree
	return area{s.lon - dLon, s.lat - dLat, s.lon + dLon, s.lat + dLat}
}

// step is the precision at which a cell and its eight neighbors cover the shape most of the time.
func (s shape) step() int {
	reach := s.radius
	if s.box {
		reach = math.Hypot(s.width/2, s.height/2)
	}
	if reach == 0 {
		return steps
	}
	step := -1
	for ; reach < mercatorMax; reach *= 2 {
		step++
	}
	if math.Abs(s.lat) > 66 { // cells are narrow near the poles
		step--
	}
	if math.Abs(s.lat) > 80 {
		step--
	}
	return min(max(step, 1), steps)
}

// cells returns the cells that cover the shape.
func (s shape) cells() []cell {
	step, bounds := s.step(), s.bounds()
	center := cellOf(s.lon, s.lat, step, maxLat)
	if step > 1 && !covered(center, bounds) {
		step--
		center = cellOf(s.lon, s.lat, step, maxLat)
	}
	at := center.area()
	cells := []cell{center}
	for _, side := range [...]struct{ east, north int }{
		{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1},
	} {
		if step > 1 && (side.north < 0 && at.south < bounds.south || side.north > 0 && at.north > bounds.north ||
			side.east < 0 && at.west < bounds.west || side.east > 0 && at.east > bounds.east) {
			continue // the shape does not reach that far
		}
		cells = append(cells, center.neighbor(side.east, side.north))
	}
	return cells
}

// covered reports whether a cell and its neighbors cover an area.
func covered(c cell, a area) bool {
	return c.neighbor(0, 1).area().north >= a.north && c.neighbor(0, -1).area().south <= a.south &&
		c.neighbor(1, 0).area().east >= a.east && c.neighbor(-1, 0).area().west <= a.west
}
