package str

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes the content.
func (s *String) Dump(w *dump.Writer) { w.Bytes(s.b) }

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value { return New(r.String()) }
