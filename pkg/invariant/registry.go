package invariant

import (
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/nearest"
)

// Checker is an invariant that can be requested by text, as in "max-receives:n=3,branches=billing|shipping".
type Checker struct {
	Name    string
	Params  string // the parameters it takes, by name
	Example string // a spec that [ByName] accepts, with all that it needs
	build   func(*params) Invariant
}

// The parameters of a [Flow] and of a [Filter].
const (
	flowParams   = "op, branches, done, received, parked, redriven, in-flight, poison"
	filterParams = "op, key, except"
)

// All lists every checker: first those of flows, then those of data, of load and of a fault's reach.
var All = []Checker{
	{"loss", flowParams, "loss", func(p *params) Invariant { return Loss(p.flow()) }},
	{"duplicates", flowParams, "duplicates", func(p *params) Invariant { return Duplicates(p.flow()) }},
	{"conservation", flowParams, "conservation:branches=billing|shipping", func(p *params) Invariant {
		return Conservation(p.flow())
	}},
	{"exactly-once", flowParams, "exactly-once:branches=billing|shipping", func(p *params) Invariant {
		return ExactlyOnce(p.flow())
	}},
	{"amounts", "balance, " + flowParams, "amounts:balance=balance", func(p *params) Invariant {
		return Amounts(p.flow(), p.text("balance"))
	}},
	{"as-asked", "effects", "as-asked:effects=stored|shipped", func(p *params) Invariant {
		return AsAsked(p.neededList("effects")...)
	}},
	{"max-receives", "n, " + flowParams, "max-receives:n=3", func(p *params) Invariant {
		return MaxReceives(p.flow(), int(p.whole("n")))
	}},
	{"progress", flowParams, "progress", func(p *params) Invariant { return Progress(p.flow()) }},
	{"completion-latency", "factor, floor, " + flowParams, "completion-latency:factor=2,floor=50ms",
		func(p *params) Invariant {
			return CompletionLatency(p.flow(), p.number("factor"), p.duration("floor", 0))
		}},
	{"order", "op, effect, versions", "order:effect=applied", func(p *params) Invariant {
		return Order(Sequence{Operation: p.text("op"), Effect: p.text("effect"), Versions: p.flag("versions")})
	}},
	{"staleness", "read, write, initial, bound", "staleness:bound=100ms", func(p *params) Invariant {
		return Staleness(p.registers(), p.duration("bound", 0))
	}},
	{"read-your-writes", "read, write, initial", "read-your-writes", func(p *params) Invariant {
		return ReadYourWrites(p.registers())
	}},
	{"linearizability", "read, write, initial, timeout", "linearizability:timeout=10s", func(p *params) Invariant {
		return Linearizable(p.registers().Model(), p.duration("timeout", 10*time.Second))
	}},
	{"bounded-queue", "sample, limit", "bounded-queue:sample=lag,limit=1000", func(p *params) Invariant {
		return BoundedQueue(p.needed("sample"), p.whole("limit"))
	}},
	{"latency-slo", "op, quantile, limit", "latency-slo:quantile=0.99,limit=200ms", func(p *params) Invariant {
		return LatencySLO(p.text("op"), p.number("quantile"), p.duration("limit", needed))
	}},
	{"load-amplification", "effect, on, limit, burst, " + filterParams, "load-amplification:effect=call,limit=1.2",
		func(p *params) Invariant {
			return LoadAmplification(p.filter(), p.needed("effect"), p.text("on"), p.number("limit"), p.numberOr("burst", 0))
		}},
	{"blast-radius", "all, keys, requests, " + filterParams, "blast-radius:keys=0.25,requests=0.25",
		func(p *params) Invariant {
			return BlastRadius(p.filter(), p.list("all"), p.number("keys"), p.number("requests"))
		}},
	{"fairness", "op, least", "fairness:least=0.9", func(p *params) Invariant {
		return Fairness(p.text("op"), p.numberOr("least", 0.95))
	}},
	{"imbalance", "effect, keys, limit", "imbalance:effect=get,limit=1.25", func(p *params) Invariant {
		return Imbalance(p.needed("effect"), p.list("keys"), p.number("limit"))
	}},
	{"recovery", "least, within, " + filterParams, "recovery:within=2s", func(p *params) Invariant {
		return Recovery(p.filter(), p.numberOr("least", 0.95), p.duration("within", 0))
	}},
}

// ByName returns the invariant of a spec: the name of a checker, then, after a colon, its parameters as
// name=value separated by commas; lists are separated by bars. The error for an unknown name suggests the
// nearest one.
func ByName(spec string) (Invariant, error) {
	name, rest, _ := strings.Cut(spec, ":")
	for _, c := range All {
		if c.Name != name {
			continue
		}
		p := parseParams(rest)
		built := c.build(p)
		if err := p.err(); err != nil {
			return Invariant{}, fmt.Errorf("invariant %s: %w (as in %s)", c.Name, err, c.Example)
		}
		return built, nil
	}
	names := make([]string, len(All))
	for i, c := range All {
		names[i] = c.Name
	}
	return Invariant{}, fmt.Errorf("no invariant %q: %s", name, nearest.Suggest(name, names))
}
