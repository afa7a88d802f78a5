package zset

import "math/rand/v2"

const (
	maxHeight = 32
	rising    = 4 // one node in so many has a further level
)

// node is a member and its score.
type node struct {
	member string
	score  float64
	prev   *node
	links  []link  // by level
	few    [2]link // memory of the links of most nodes
}

// link leads to the next node of a level.
type link struct {
	next *node
	span int // steps to it on the lowest level; to the end if there is none
}

func (n *node) next() *node { return n.links[0].next }

// before reports whether a node comes before a score and member.
func (n *node) before(score float64, member string) bool {
	return n.score < score || n.score == score && n.member < member
}

// skiplist has nodes in the order of score, then member.
type skiplist struct {
	head   *node // before the first
	tail   *node // the last, or nil
	n      int
	height int
	rand   *rand.Rand // of the heights
}

func newSkiplist(r *rand.Rand) *skiplist {
	head := &node{}
	head.links = head.few[:1] // insert adds levels: reading a key that is missing costs no more
	return &skiplist{head: head, height: 1, rand: r}
}

// path is the last node before a place on each level, and its rank; the head's is 0, the first's 1.
type path struct {
	nodes [maxHeight]*node
	ranks [maxHeight]int
}

func (l *skiplist) find(p *path, score float64, member string) {
	at, rank := l.head, 0
	for i := l.height - 1; i >= 0; i-- {
		for next := at.links[i].next; next != nil && next.before(score, member); next = at.links[i].next {
			rank += at.links[i].span
			at = next
		}
		p.nodes[i], p.ranks[i] = at, rank
	}
}

// insert adds a member that is not there.
func (l *skiplist) insert(score float64, member string) *node {
	var p path
	l.find(&p, score, member)
	height := 1
	for height < maxHeight && l.rand.IntN(rising) == 0 {
		height++
	}
	for ; l.height < height; l.height++ {
		p.nodes[l.height] = l.head
		l.head.links = append(l.head.links[:l.height], link{span: l.n})
	}
	n := &node{member: member, score: score}
	if n.links = n.few[:min(height, len(n.few))]; height > len(n.few) {
		n.links = make([]link, height)
	}
	for i := range l.height {
		before := &p.nodes[i].links[i]
		if i >= height {
			before.span++
			continue
		}
		steps := p.ranks[0] - p.ranks[i]
		n.links[i] = link{before.next, before.span - steps}
		*before = link{n, steps + 1}
	}
	if p.nodes[0] != l.head {
		n.prev = p.nodes[0]
	}
	if next := n.next(); next != nil {
		next.prev = n
	} else {
		l.tail = n
	}
	l.n++
	return n
}

// remove takes out a node.
func (l *skiplist) remove(n *node) {
	var p path
	l.find(&p, n.score, n.member)
	for i := range l.height {
		before := &p.nodes[i].links[i]
		if before.next == n {
			*before = link{n.links[i].next, before.span + n.links[i].span}
		}
		before.span--
	}
	if next := n.next(); next != nil {
		next.prev = n.prev
	} else {
		l.tail = n.prev
	}
	for l.height > 1 && l.head.links[l.height-1].next == nil {
		l.height--
	}
	l.n--
}

// at returns the node at a rank from 0, which there must be.
func (l *skiplist) at(rank int) *node {
	n, left := l.head, rank+1
	for i := l.height - 1; i >= 0 && left > 0; i-- {
		for n.links[i].next != nil && n.links[i].span <= left {
			left -= n.links[i].span
			n = n.links[i].next
		}
	}
	return n
}

// rank is the number of nodes for which before is true: all up to some place, and none after it.
func (l *skiplist) rank(before func(*node) bool) int {
	at, rank := l.head, 0
	for i := l.height - 1; i >= 0; i-- {
		for next := at.links[i].next; next != nil && before(next); next = at.links[i].next {
			rank += at.links[i].span
			at = next
		}
	}
	return rank
}
