package bits

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of bitmaps.
func Commands() []engine.Command {
	const write = engine.Write | engine.DenyOOM
	one := func(name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{
			Name: name, Group: "bitmap", Arity: arity, Flags: flags, First: 1, Last: 1, Step: 1, Run: run,
		}
	}
	return []engine.Command{
		one("setbit", 4, write, setbit),
		one("getbit", 3, engine.ReadOnly|engine.Fast, getbit),
		one("bitcount", -2, engine.ReadOnly, bitcount),
		one("bitpos", -3, engine.ReadOnly, bitpos),
		one("bitfield", -2, write, bitfield),
		one("bitfield_ro", -2, engine.ReadOnly|engine.Fast, bitfieldRO),
		{Name: "bitop", Group: "bitmap", Arity: -4, Flags: write, First: 2, Last: -1, Step: 1, Run: bitop},
	}
}
