package hll

import (
	"encoding/binary"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

const (
	errType    engine.Error = "WRONGTYPE Key is not a valid HyperLogLog string value."
	errCorrupt engine.Error = "INVALIDOBJ Corrupted HLL object detected"
)

// Commands are the commands of HyperLogLogs.
func Commands() []engine.Command {
	const write = engine.Write | engine.DenyOOM
	one := func(name string, arity int, flags engine.Flags, first, last int,
		run func(*engine.Call) error) engine.Command {
		return engine.Command{
			Name: name, Group: "hyperloglog", Arity: arity, Flags: flags, First: first, Last: last, Step: 1, Run: run,
		}
	}
	return []engine.Command{
		one("pfadd", -2, write|engine.Fast, 1, 1, pfadd),
		one("pfcount", -2, engine.ReadOnly|engine.MayReplicate, 1, -1, pfcount),
		one("pfmerge", -2, write, 1, -1, pfmerge),
		one("pfdebug", 3, write|engine.Admin, 2, 2, pfdebug),
	}
}

// find returns a key's HyperLogLog, or nil without a key.
func find(c *engine.Call, key string) (*str.String, error) {
	s, ok, err := engine.Get[*str.String](c, key)
	if !ok || err != nil {
		return nil, err
	}
	if !valid(s.Bytes()) {
		return nil, errType
	}
	return s, nil
}

// densified returns a HyperLogLog in the dense form: the string itself, if it has that.
func densified(s *str.String) (*str.String, error) {
	if s.Bytes()[4] == dense {
		return s, nil
	}
	var m all
	if !m.merge(s.Bytes()) {
		return nil, errCorrupt
	}
	return str.Of(m.write()), nil
}

func pfadd(c *engine.Call) error {
	key := c.Args[1]
	s, err := find(c, key)
	if err != nil {
		return err
	}
	changed := s == nil
	if changed {
		s = str.Of(empty())
	} else if s, err = densified(s); err != nil {
		return err
	}
	b := s.Edit(denseSize)
	for _, element := range c.Args[2:] {
		changed = add(b, element) || changed
	}
	if changed {
		c.Put(key, s)
		c.Notify(engine.ClassString, "pfadd", key)
	}
	c.Yes(changed)
	return nil
}

// union merges the HyperLogLogs of some keys.
func union(c *engine.Call, keys []string) (*all, error) {
	m := &all{}
	for _, key := range keys {
		s, err := find(c, key)
		if err != nil {
			return nil, err
		}
		if s != nil && !m.merge(s.Bytes()) {
			return nil, errCorrupt
		}
	}
	return m, nil
}

func pfcount(c *engine.Call) error {
	if len(c.Args) == 2 {
		s, err := find(c, c.Args[1])
		if err != nil {
			return err
		}
		if s != nil && s.Bytes()[header-1]&stale == 0 {
			c.Int(int64(binary.LittleEndian.Uint64(s.Bytes()[cacheAt:])))
			return nil
		}
	}
	m, err := union(c, c.Args[1:])
	if err != nil {
		return err
	}
	n := m.estimate()
	if s, _ := find(c, c.Args[1]); s != nil && len(c.Args) == 2 {
		binary.LittleEndian.PutUint64(s.Edit(header)[cacheAt:], uint64(n))
	}
	c.Int(n)
	return nil
}

func pfmerge(c *engine.Call) error {
	m, err := union(c, c.Args[1:])
	if err != nil {
		return err
	}
	key := c.Args[1]
	c.Put(key, str.Of(m.write()))
	c.Notify(engine.ClassString, "pfadd", key)
	c.OK()
	return nil
}

func pfdebug(c *engine.Call) error {
	s, err := find(c, c.Args[2])
	if err != nil {
		return err
	}
	if s == nil {
		return engine.Error("ERR The specified key does not exist")
	}
	switch word := strings.ToUpper(c.Args[1]); word {
	case "ENCODING":
		c.Simple([]string{"dense", "sparse"}[s.Bytes()[4]])
	case "TODENSE", "GETREG":
		was := s
		if s, err = densified(s); err != nil {
			return err
		}
		if s != was {
			c.Put(c.Args[2], s)
		}
		if word == "TODENSE" {
			c.Yes(s != was)
			return nil
		}
		c.Array(registers)
		for i := range registers {
			c.Int(int64(register(s.Bytes(), i)))
		}
	default:
		return engine.Error("ERR Unknown PFDEBUG subcommand '" + c.Args[1] + "'")
	}
	return nil
}
