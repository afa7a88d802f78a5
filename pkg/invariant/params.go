package invariant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/nearest"
)

// params are the parameters of a checker as text. Each getter notes its name, so that err can list the valid
// names.
type params struct {
	given map[string]string
	order []string
	asked []string
	bad   error
}

// needed stands for the default of a duration without one.
const needed = time.Duration(-1)

func parseParams(s string) *params {
	p := &params{given: map[string]string{}}
	if s == "" {
		return p
	}
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(part, "=")
		_, twice := p.given[name]
		switch {
		case !ok || name == "":
			p.fail("want name=value, got %q", part)
		case twice:
			p.fail("%s is given twice", name)
		}
		p.given[name] = value
		p.order = append(p.order, name)
	}
	return p
}

func (p *params) fail(format string, args ...any) {
	if p.bad == nil {
		p.bad = fmt.Errorf(format, args...)
	}
}

// err returns the first error: an unknown name first, since it is often the misspelled one that is then found
// missing.
func (p *params) err() error {
	for _, name := range p.order {
		if !slices.Contains(p.asked, name) {
			return fmt.Errorf("no parameter %q: %s", name, nearest.Suggest(name, p.asked))
		}
	}
	return p.bad
}

func (p *params) text(name string) string {
	p.asked = append(p.asked, name)
	return p.given[name]
}

func (p *params) needed(name string) string {
	s := p.text(name)
	if s == "" {
		p.fail("needs %s", name)
	}
	return s
}

func (p *params) list(name string) []string {
	if s := p.text(name); s != "" {
		return strings.Split(s, "|")
	}
	return nil
}

func (p *params) neededList(name string) []string {
	return strings.Split(p.needed(name), "|")
}

func (p *params) flag(name string) bool {
	s := p.text(name)
	if s == "" {
		return false
	}
	b, err := strconv.ParseBool(s)
	if err != nil {
		p.fail("%s: want true or false, got %q", name, s)
	}
	return b
}

func (p *params) whole(name string) int64 {
	s := p.needed(name)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		p.fail("%s: want a whole number that is not negative, got %q", name, s)
	}
	return n
}

func (p *params) number(name string) float64 {
	s := p.needed(name)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0) {
		p.fail("%s: want a number that is not negative, got %q", name, s)
	}
	return f
}

// numberOr returns a number that has a default.
func (p *params) numberOr(name string, absent float64) float64 {
	if p.given[name] == "" {
		p.asked = append(p.asked, name)
		return absent
	}
	return p.number(name)
}

func (p *params) duration(name string, absent time.Duration) time.Duration {
	s := p.text(name)
	if s == "" && absent != needed {
		return absent
	}
	if s == "" {
		p.fail("needs %s", name)
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		p.fail("%s: want a time like 200ms, got %q", name, s)
	}
	return d
}

func (p *params) flow() Flow {
	return Flow{
		Operation: p.text("op"), Branches: p.list("branches"),
		Done: p.text("done"), Received: p.text("received"), Parked: p.text("parked"),
		Redriven: p.text("redriven"), InFlight: p.text("in-flight"), Poison: p.text("poison"),
	}
}

func (p *params) filter() Filter {
	return Filter{Operation: p.text("op"), Key: p.text("key"), Except: p.text("except")}
}

func (p *params) registers() Registers {
	return Registers{Read: p.text("read"), Write: p.text("write"), Initial: p.text("initial")}
}
