package invariant

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// offenders counts the operations that offend and keeps the first of them.
type offenders struct {
	n   int
	ids []string
}

func (o *offenders) add(id string) {
	o.n++
	if len(o.ids) < MaxOps && id != "" {
		o.ids = append(o.ids, id)
	}
}

func (o *offenders) merge(other offenders) {
	o.n += other.n
	o.ids = append(o.ids, other.ids[:min(len(other.ids), MaxOps-len(o.ids))]...)
}

func unknown(format string, args ...any) Finding {
	return Finding{Status: Unknown, Evidence: fmt.Sprintf(format, args...)}
}

// operations pairs the operations of h. A nil set comes with the finding that says why nothing can
// be said: there is none of that name, or the record contradicts itself.
func operations(h history.History, name string) (*history.OperationSet, Finding) {
	set, err := history.Operations(h)
	if err != nil {
		return nil, unknown("%v", err)
	}
	for range named(set.All, name) {
		return set, Finding{}
	}
	if name == "" {
		return nil, unknown("no operations")
	}
	return nil, unknown("no operations named %q among %s", name, count(len(set.All)))
}

// named yields the operations of that name; with no name, all.
func named(ops []history.Operation, name string) iter.Seq[*history.Operation] {
	return func(yield func(*history.Operation) bool) {
		for i := range ops {
			if is(&ops[i], name) && !yield(&ops[i]) {
				return
			}
		}
	}
}

func is(o *history.Operation, name string) bool { return name == "" || o.Invoke.Name == name }

// complete reports whether something absent from h is truly missing. A run that was interrupted
// leaves a start and no end: what it has not recorded may still be on its way. A history without
// the runner's marks is taken for whole.
func complete(h history.History) bool {
	return history.Marked(h, history.Drained) || !history.Marked(h, history.LoadStart)
}

// count writes n with its thousands separated by commas.
func count[N ~int | ~int64 | ~uint32](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// many writes n things: "1 key", "2,860 keys".
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// span writes d with the two digits that matter: 840 µs, 9.4 ms, 11 ms, 2.9 s.
func span(d time.Duration) string {
	unit, name := time.Microsecond, "µs"
	switch {
	case d >= time.Second:
		unit, name = time.Second, "s"
	case d >= time.Millisecond:
		unit, name = time.Millisecond, "ms"
	}
	v := float64(d) / float64(unit)
	digits := 0
	if v < 10 && unit > time.Microsecond {
		digits = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', digits, 64), ".0") + " " + name
}

// percent writes the share that part is of whole.
func percent(part, whole int) string {
	return strconv.FormatFloat(100*float64(part)/float64(max(whole, 1)), 'f', 1, 64) + " %"
}

// also joins to s the phrases whose number is not zero.
func also(s string, phrases ...phrase) string {
	for _, p := range phrases {
		if p.n > 0 {
			s += ", " + count(p.n) + " " + p.text
		}
	}
	return s
}

type phrase struct {
	n    int
	text string
}
