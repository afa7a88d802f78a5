package acl

import (
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// selector is a set of permissions: a user's own, or one in parentheses.
type selector struct {
	rules    []rule // the last that fits a command decides
	keys     []keyPattern
	channels []string
}

// rule allows or forbids commands.
type rule struct {
	allow  bool
	target string // "@all", "@string", "get", "config|get", "set|x"
}

// keyPattern allows access to the keys that match.
type keyPattern struct {
	access  Access
	pattern string
}

func (p keyPattern) String() string {
	switch p.access {
	case Reads:
		return "%R~" + p.pattern
	case Writes:
		return "%W~" + p.pattern
	}
	return "~" + p.pattern
}

func (r rule) String() string {
	if r.allow {
		return "+" + r.target
	}
	return "-" + r.target
}

// everything is the selector of a user without limits.
func everything() selector {
	return selector{
		rules: []rule{{true, "@all"}}, keys: []keyPattern{{Reads | Writes, "*"}}, channels: []string{"*"},
	}
}

func nothing() selector { return selector{rules: []rule{{false, "@all"}}} }

func (s selector) clone() selector {
	return selector{slices.Clone(s.rules), slices.Clone(s.keys), slices.Clone(s.channels)}
}

func (s *selector) unlimited() bool {
	return len(s.rules) == 1 && s.rules[0] == rule{true, "@all"} && s.allKeys() && s.allChannels()
}

func (s *selector) allKeys() bool {
	return len(s.keys) == 1 && s.keys[0] == keyPattern{Reads | Writes, "*"}
}

func (s *selector) allChannels() bool { return len(s.channels) == 1 && s.channels[0] == "*" }

// add adds a rule. Those that it makes void go: all of them, or those for the same command and its parts.
func (s *selector) add(r rule) {
	if r.target == "@all" {
		s.rules = []rule{r}
		return
	}
	s.rules = slices.DeleteFunc(s.rules, func(old rule) bool {
		return old.target == r.target || r.target[0] != '@' && strings.HasPrefix(old.target, r.target+"|")
	})
	// Forbidding what nothing allows, or allowing what nothing forbids, still says what the user meant.
	s.rules = append(s.rules, r)
}

// runs reports whether a command is allowed, whatever its keys.
func (s *selector) runs(cmd *engine.Command, args []string) bool {
	allowed := false
	for _, r := range s.rules {
		if r.fits(cmd, args) {
			allowed = r.allow
		}
	}
	return allowed
}

func (r rule) fits(cmd *engine.Command, args []string) bool {
	if category, ok := strings.CutPrefix(r.target, "@"); ok {
		return category == "all" || In(cmd, category)
	}
	if r.target == cmd.Full() || r.target == cmd.Container() {
		return true
	}
	name, first, ok := strings.Cut(r.target, "|")
	return ok && name == cmd.Full() && len(args) > 1 && strings.EqualFold(first, args[1])
}

// reaches reports whether a key may be accessed so.
func (s *selector) reaches(key string, access Access) bool {
	var have Access
	for _, p := range s.keys {
		if engine.Match(p.pattern, key) {
			if access == 0 {
				return true
			}
			if have |= p.access; have&access == access {
				return true
			}
		}
	}
	return false
}

// readsAll reports whether any key may be read with a command.
func (s *selector) readsAll(cmd *engine.Command, args []string) bool {
	return s.runs(cmd, args) && slices.ContainsFunc(s.keys, func(p keyPattern) bool {
		return p.pattern == "*" && p.access&Reads != 0
	})
}

// hears reports whether a channel is allowed; a pattern is only if it is one of the user's own.
func (s *selector) hears(channel string, isPattern bool) bool {
	for _, p := range s.channels {
		if p == "*" || p == channel || !isPattern && engine.Match(p, channel) {
			return true
		}
	}
	return false
}

func (s *selector) commandText() string {
	parts := make([]string, len(s.rules))
	for i, r := range s.rules {
		parts[i] = r.String()
	}
	return strings.Join(parts, " ")
}

func (s *selector) keyText() string {
	parts := make([]string, len(s.keys))
	for i, p := range s.keys {
		parts[i] = p.String()
	}
	return strings.Join(parts, " ")
}

func (s *selector) channelText() string {
	parts := make([]string, len(s.channels))
	for i, p := range s.channels {
		parts[i] = "&" + p
	}
	return strings.Join(parts, " ")
}

// String is the selector as ACL LIST shows it.
func (s *selector) String() string {
	parts := []string{s.keyText(), s.channelText(), s.commandText()}
	if !s.allChannels() {
		parts[1] = strings.TrimSpace("resetchannels " + parts[1])
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}
