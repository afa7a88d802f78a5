package script

import (
	"container/list"
	"crypto/sha1"
	"encoding/hex"

	lua "github.com/yuin/gopher-lua"
)

// maxEvals is how many scripts that only EVAL has brought are kept.
const maxEvals = 500

// compiled is a script.
type compiled struct {
	sha, body string
	proto     *lua.FunctionProto
	flags     flags
	use       *list.Element // in cache.evals; nil after SCRIPT LOAD
}

// cache keeps compiled scripts by their SHA-1.
type cache struct {
	scripts map[string]*compiled
	evals   *list.List // of *compiled, the least recently used first
}

func newCache() cache { return cache{map[string]*compiled{}, list.New()} }

// digest is the lower-case SHA-1 of a source.
func digest(body string) string {
	sum := sha1.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// get returns a script, and counts the use.
func (c *cache) get(sha string) *compiled {
	s := c.scripts[sha]
	if s != nil && s.use != nil {
		c.evals.MoveToBack(s.use)
	}
	return s
}

// keep makes a script stay, as SCRIPT LOAD asks.
func (c *cache) keep(s *compiled) {
	if s.use != nil {
		c.evals.Remove(s.use)
		s.use = nil
	}
}

// add adds a script that EVAL has brought.
func (c *cache) add(s *compiled) {
	c.scripts[s.sha] = s
	s.use = c.evals.PushBack(s)
	if c.evals.Len() > maxEvals {
		oldest := c.evals.Remove(c.evals.Front()).(*compiled)
		delete(c.scripts, oldest.sha)
	}
}
