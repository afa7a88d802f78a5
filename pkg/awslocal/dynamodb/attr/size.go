package attr

// The sizes follow the developer guide, "DynamoDB item sizes and formats".
const (
	documentOverhead = 3 // a list or map, whatever it holds
	elementOverhead  = 1 // each element of a list or map
)

// Size returns the size of a value in bytes, without its name.
func Size(v Value) int { return v.size() }

// ItemSize returns the size of an item in bytes: the names and values of its attributes.
func ItemSize(item Map) int {
	n := 0
	for name, v := range item {
		n += len(name) + v.size()
	}
	return n
}

func (s String) size() int { return len(s) }
func (b Binary) size() int { return len(b) }
func (Bool) size() int     { return 1 }
func (Null) size() int     { return 1 }

// A number takes one byte, one more for every two digits on either side of the decimal point, and one for a
// minus. The developer guide's "approximately" omits that the two sides are rounded up separately.
func (n Number) size() int {
	whole := min(max(0, int(n.exp)), len(n.digits))
	size := 1 + (whole+1)/2 + (len(n.digits)-whole+1)/2
	if n.neg {
		size++
	}
	return size
}

func (s Set) size() int {
	n := 0
	for _, e := range s.Elems {
		n += e.size()
	}
	return n
}

func (l List) size() int {
	n := documentOverhead
	for _, e := range l {
		n += elementOverhead + e.size()
	}
	return n
}

func (m Map) size() int { return documentOverhead + elementOverhead*len(m) + ItemSize(m) }
