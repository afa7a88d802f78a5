package port

import (
	"math/rand/v2"
	"net"
	"slices"
	"testing"
)

// end gives back what the end of a process gives back.
func (p *pool) end() {
	for _, b := range p.blocks {
		_ = b.guard.Close()
	}
}

func (p *pool) mustListen(t *testing.T) (net.Listener, int) {
	t.Helper()
	ln, err := p.listen()
	if err != nil {
		t.Fatal(err)
	}
	return ln, ln.Addr().(*net.TCPAddr).Port
}

// TestNobodyElseIsGivenAPort asks for more ports than a block has, as two processes. One gives each back at
// once, like a killed server or a container that has yet to publish it.
func TestNobodyElseIsGivenAPort(t *testing.T) {
	var kept, killed pool
	t.Cleanup(kept.end)
	t.Cleanup(killed.end)
	var mine, theirs []int
	for range size + 10 {
		ln, port := kept.mustListen(t)
		t.Cleanup(func() { _ = ln.Close() })
		brief, other := killed.mustListen(t)
		_ = brief.Close()
		if port < low || port >= high || slices.Contains(mine, port) || slices.Contains(theirs, port) ||
			slices.Contains(mine, other) {
			t.Errorf("port %d or %d is given twice, or out of range", port, other)
		}
		if recent := theirs[max(0, len(theirs)-size/2):]; slices.Contains(recent, other) {
			t.Errorf("port %d is given again after at most %d others", other, len(recent))
		}
		mine, theirs = append(mine, port), append(theirs, other)
	}
	if len(kept.blocks) < 2 || len(killed.blocks) != 1 {
		t.Errorf("they have %d and %d blocks, want more where all ports are in use, and 1 where none is", len(kept.blocks),
			len(killed.blocks))
	}
}

// TestABlockHasOneOwner has two processes want the same blocks.
func TestABlockHasOneOwner(t *testing.T) {
	var a, b pool
	t.Cleanup(a.end)
	t.Cleanup(b.end)
	wanted := rand.Perm(blocks)
	for _, p := range []*pool{&a, &b, &a, &b} {
		if err := p.claim(wanted); err != nil {
			t.Fatal(err)
		}
	}
	had := map[int]bool{}
	for _, block := range slices.Concat(a.blocks, b.blocks) {
		if had[block.first] {
			t.Errorf("the block from %d belongs to two", block.first)
		}
		had[block.first] = true
	}
}

func TestPortsThatOthersTookArePassedOver(t *testing.T) {
	var p pool
	t.Cleanup(p.end)
	ln, first := p.mustListen(t)
	_ = ln.Close()
	other, err := listenOn(first + 1)
	if err != nil {
		t.Skipf("somebody has the next port already: %v", err)
	}
	defer func() { _ = other.Close() }()
	ln, got := p.mustListen(t)
	_ = ln.Close()
	if got == first+1 {
		t.Errorf("port %d is in use and was given", got)
	}
}
