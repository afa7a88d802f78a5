package link

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"path"
	"slices"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// ErrClosed is the error of a closed table.
var ErrClosed = errors.New("link table closed")

// Table holds all links of a case.
type Table struct {
	log   *zap.Logger
	group *group // every goroutine that a fault has started

	mu      sync.Mutex
	names   map[string]string // address → name
	globs   []string          // those of the addresses that are globs
	links   map[ends]*link
	lives   map[string]int // instance → how often it has been severed
	applied []*Applied
	closed  bool
}

// ends identifies a link.
type ends struct{ from, addr string }

// NewTable returns a table without links. A nil log means none.
func NewTable(log *zap.Logger) *Table {
	if log == nil {
		log = zap.NewNop()
	}
	return &Table{
		log:   log,
		group: newGroup(),
		names: make(map[string]string),
		links: make(map[ends]*link),
		lives: make(map[string]int),
	}
}

// Name makes to the name of the address host:port in patterns. The host may be a glob, as in
// "*.amazonaws.com:443". Active faults reach links to it as if it had always had the name.
func (t *Table) Name(addr, to string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	addr = canonical(addr)
	t.names[addr] = to
	if strings.ContainsAny(addr, "*?") && !slices.Contains(t.globs, addr) {
		t.globs = append(t.globs, addr)
	}
	for _, l := range t.links {
		was, is := l.name(), t.nameOf(l.addr)
		if was == is {
			continue
		}
		l.to.Store(&is)
		for _, a := range t.applied {
			before, after := a.pattern.Match(l.from, was), a.pattern.Match(l.from, is)
			if after && !before {
				t.lay(a, l)
			}
			if before && !after {
				for _, c := range l.open() {
					c.remove(a)
				}
			}
		}
	}
}

// nameOf returns the name of an address, or the address. The caller holds t.mu.
func (t *Table) nameOf(addr string) string {
	if name, ok := t.names[addr]; ok {
		return name
	}
	for _, glob := range t.globs {
		if ok, _ := path.Match(glob, addr); ok {
			return t.names[glob]
		}
	}
	return addr
}

// canonical returns one spelling for the addresses of this machine's loopback, so that a name given to one
// spelling is found by another.
func canonical(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if host == "" || strings.EqualFold(host, "localhost") {
		host = "127.0.0.1"
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() && ip.IsLoopback() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(strings.ToLower(host), port)
}

// Dialer returns the dial function of one instance, for all its clients: kafka-go's Transport.Dial, go-redis'
// Options.Dialer, http.Transport.DialContext. It dials TCP connections; their errors are the kernel's.
func (t *Table) Dialer(from string) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		return t.dial(ctx, from, network, addr)
	}
}

func (t *Table) dial(ctx context.Context, from, network, addr string) (net.Conn, error) {
	l, ordinal, life, err := t.admit(from, addr)
	if err != nil {
		return nil, dialError(network, addr, err)
	}
	raw, err := loopback.Dial(ctx, network, addr)
	if err != nil {
		t.mu.Lock()
		l.failed++
		t.mu.Unlock()
		return nil, err
	}
	c, err := t.join(l, ordinal, life, raw)
	if err != nil {
		return nil, dialError(network, addr, err)
	}
	return c, nil
}

// admit finds or makes the link and counts the dial, unless a fault forbids it.
func (t *Table) admit(from, addr string) (l *link, ordinal uint64, life int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, 0, 0, ErrClosed
	}
	key := ends{from, canonical(addr)}
	l, ok := t.links[key]
	if !ok {
		name := t.nameOf(key.addr)
		l = &link{table: t, from: from, addr: key.addr, conns: make(map[*conn]struct{})}
		l.to.Store(&name)
		t.links[key] = l
	}
	ordinal = uint64(l.dials)
	l.dials++
	return l, ordinal, t.lives[from], t.forbid(l, ordinal)
}

// join adds the connection to the link, under the active faults.
func (t *Table) join(l *link, ordinal uint64, life int, raw net.Conn) (*conn, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.forbid(l, ordinal)
	switch {
	case err != nil: // cut during the dial
	case t.closed:
		err = ErrClosed
	case t.lives[l.from] != life:
		err = errSevered
	}
	if err != nil {
		loopback.Reset(raw)
		return nil, err
	}
	c := newConn(l, ordinal, raw)
	l.remember(c)
	for _, a := range t.applied {
		if a.pattern.Match(l.from, l.name()) {
			c.add(a)
		}
	}
	return c, nil
}

// forbid refuses the ordinal-th connection of l if a fault cuts it. The caller holds t.mu.
func (t *Table) forbid(l *link, ordinal uint64) error {
	for _, a := range t.applied {
		if a.pattern.Match(l.from, l.name()) && a.cuts(l, ordinal) {
			l.refused++
			return errRefused
		}
	}
	return nil
}

// Sever resets every open connection of an instance and every dial in progress, as a crash does. The instance
// may dial again at once.
func (t *Table) Sever(from string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lives[from]++
	n := 0
	for _, l := range t.links {
		if l.from != from {
			continue
		}
		for _, c := range l.open() {
			c.abort()
			n++
		}
	}
	t.log.Debug("severed", zap.String("instance", from), zap.Int("connections", n))
}

// Links returns the dialed links that match p, sorted by instance, name and address.
func (t *Table) Links(p Pattern) []Link {
	t.mu.Lock()
	defer t.mu.Unlock()
	var links []Link
	for _, l := range t.links {
		if p.Match(l.from, l.name()) {
			links = append(links, l.stats())
		}
	}
	slices.SortFunc(links, func(a, b Link) int {
		if c := strings.Compare(a.From, b.From); c != 0 {
			return c
		}
		if c := strings.Compare(a.To, b.To); c != 0 {
			return c
		}
		return strings.Compare(a.Addr, b.Addr)
	})
	return links
}

// Close resets every open connection, removes every toxic, and returns when no goroutine of the table is
// left. It is idempotent.
func (t *Table) Close() error {
	t.mu.Lock()
	if !t.closed {
		t.closed = true
		for _, a := range t.applied {
			a.over = true
			close(a.stop)
		}
		t.applied = nil
		for _, l := range t.links {
			for _, c := range l.open() {
				c.abort()
			}
		}
	}
	t.mu.Unlock()
	t.group.wait()
	return nil
}
