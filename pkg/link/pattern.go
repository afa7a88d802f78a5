package link

import (
	"fmt"
	"path"
	"strings"
)

// Pattern names links. Both ends are globs as path.Match has them; an empty one means any. A
// name without its number stands for all of them: "kafka" also matches "kafka-1" and "kafka-2",
// "billing" also matches "billing-1".
type Pattern struct {
	From string // instance that dials
	To   string // dependency, node or instance that is dialed
}

// String returns the pattern as schedules spell it: "billing→redis", "*→kafka-2".
func (p Pattern) String() string { return orAny(p.From) + "→" + orAny(p.To) }

func orAny(glob string) string {
	if glob == "" {
		return "*"
	}
	return glob
}

// Match tells whether the link between two names is meant.
func (p Pattern) Match(from, to string) bool {
	return MatchName(p.From, from) && MatchName(p.To, to)
}

// MatchName tells whether one end of a pattern means name.
func MatchName(glob, name string) bool {
	if glob == "" {
		return true
	}
	if ok, _ := path.Match(glob, name); ok {
		return true
	}
	base := withoutNumber(name)
	ok, _ := path.Match(glob, base)
	return ok && base != name
}

// withoutNumber returns "kafka" for "kafka-12", and any other name as it is.
func withoutNumber(name string) string {
	base := strings.TrimRight(name, "0123456789")
	if base == name || !strings.HasSuffix(base, "-") {
		return name
	}
	return base[:len(base)-1]
}

// Validate says what is wrong with the pattern's globs.
func (p Pattern) Validate() error {
	for _, glob := range []string{p.From, p.To} {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("match links %q: %w", glob, err)
		}
	}
	return nil
}
