package invariant

import (
	"fmt"
	"iter"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
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
	return nil, unknown("no operations named %q among %s", name, unit.Count(len(set.All)))
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

// also joins to s the phrases whose number is not zero.
func also(s string, phrases ...phrase) string {
	for _, p := range phrases {
		if p.n > 0 {
			s += ", " + unit.Count(p.n) + " " + p.text
		}
	}
	return s
}

type phrase struct {
	n    int
	text string
}
