package link

import (
	"fmt"
	"path"
	"strings"
)

// Pattern matches links. Both ends are globs of path.Match; an empty one matches any. A name without its
// number matches all of them: "kafka" matches "kafka-1" and "kafka-2", "billing" matches "billing-1".
type Pattern struct {
	From string // the dialing instance
	To   string // the dialed dependency, node or instance
}

// String returns the pattern in the syntax of schedules: "billing→redis", "*→kafka-2".
func (p Pattern) String() string { return orAny(p.From) + "→" + orAny(p.To) }

func orAny(glob string) string {
	if glob == "" {
		return "*"
	}
	return glob
}

// Match reports whether the link between two names matches.
func (p Pattern) Match(from, to string) bool {
	return MatchName(p.From, from) && MatchName(p.To, to)
}

// MatchName reports whether one end of a pattern matches name.
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

// Validate returns an error for an invalid glob.
func (p Pattern) Validate() error {
	for _, glob := range []string{p.From, p.To} {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("match links %q: %w", glob, err)
		}
	}
	return nil
}
