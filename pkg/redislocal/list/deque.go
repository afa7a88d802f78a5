package list

// deque is a ring of strings. Its size is a power of two.
type deque struct {
	ring []string
	head int // of the first element
	n    int
}

const smallest = 8 // size of a ring

func (d *deque) slot(i int) *string { return &d.ring[(d.head+i)&(len(d.ring)-1)] }

// at returns the i-th element.
func (d *deque) at(i int) string { return *d.slot(i) }

// pushBack adds an element at the end.
func (d *deque) pushBack(s string) {
	d.grow()
	d.n++
	*d.slot(d.n - 1) = s
}

// pushFront adds an element at the start.
func (d *deque) pushFront(s string) {
	d.grow()
	d.head = (d.head - 1) & (len(d.ring) - 1)
	d.n++
	*d.slot(0) = s
}

// dropFront removes the first k elements.
func (d *deque) dropFront(k int) {
	for range k {
		*d.slot(0) = ""
		d.head = (d.head + 1) & (len(d.ring) - 1)
		d.n--
	}
	d.shrink()
}

// dropBack removes the last k elements.
func (d *deque) dropBack(k int) {
	for range k {
		*d.slot(d.n - 1) = ""
		d.n--
	}
	d.shrink()
}

// insert puts an element at index i. It moves those of the shorter side.
func (d *deque) insert(i int, s string) {
	if i < d.n/2 {
		d.pushFront(s)
		for j := range i {
			*d.slot(j) = d.at(j + 1)
		}
	} else {
		d.pushBack(s)
		for j := d.n - 1; j > i; j-- {
			*d.slot(j) = d.at(j - 1)
		}
	}
	*d.slot(i) = s
}

// remove takes out the elements at some indices, which ascend. It moves those of the side where fewer are.
func (d *deque) remove(at []int) {
	first, last := at[0], at[len(at)-1]
	if last < d.n-1-first {
		to := last
		for from, k := last, len(at)-1; from >= 0; from-- {
			if k >= 0 && at[k] == from {
				k--
				continue
			}
			*d.slot(to) = d.at(from)
			to--
		}
		d.dropFront(len(at))
		return
	}
	to := first
	for from, k := first, 0; from < d.n; from++ {
		if k < len(at) && at[k] == from {
			k++
			continue
		}
		*d.slot(to) = d.at(from)
		to++
	}
	d.dropBack(len(at))
}

func (d *deque) grow() {
	if d.n == len(d.ring) {
		d.resize(max(2*d.n, smallest))
	}
}

// shrink gives memory back once three quarters of the ring are empty.
func (d *deque) shrink() {
	size := len(d.ring)
	for size > smallest && d.n <= size/4 {
		size /= 2
	}
	if size < len(d.ring) {
		d.resize(size)
	}
}

func (d *deque) resize(size int) {
	ring := make([]string, size)
	for i := range d.n {
		ring[i] = d.at(i)
	}
	d.ring, d.head = ring, 0
}

func (d *deque) copy() deque {
	to := deque{ring: make([]string, len(d.ring)), head: d.head, n: d.n}
	copy(to.ring, d.ring)
	return to
}
