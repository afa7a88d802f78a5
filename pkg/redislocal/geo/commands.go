package geo

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Commands are the commands of positions.
func Commands() []engine.Command {
	const (
		read = engine.ReadOnly
		grow = engine.Write | engine.DenyOOM
	)
	keys := func(last int, name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Group: "geo", Arity: arity, Flags: flags, First: 1, Last: last, Step: 1, Run: run}
	}
	stores := func(name string, arity int, v variant) engine.Command {
		return engine.Command{Name: name, Group: "geo", Arity: arity, Flags: grow | engine.Movable,
			KeysOf: storeKeys(v.options), Run: search(v)}
	}
	return []engine.Command{
		keys(1, "geoadd", -5, grow, add),
		keys(1, "geopos", -2, read, positions),
		keys(1, "geodist", -4, read, between),
		keys(1, "geohash", -2, read, hashes),
		keys(1, "geosearch", -7, read, search(variant{source: 1, options: 2})),
		keys(2, "geosearchstore", -8, grow, search(variant{source: 2, options: 3, storeFirst: true})),
		stores("georadius", -6, variant{source: 1, options: 6, around: coordinates, mayStore: true}),
		stores("georadiusbymember", -5, variant{source: 1, options: 5, around: member, mayStore: true}),
		keys(1, "georadius_ro", -6, read, search(variant{source: 1, options: 6, around: coordinates})),
		keys(1, "georadiusbymember_ro", -5, read, search(variant{source: 1, options: 5, around: member})),
	}
}

// storeKeys is the key to search, and the last one after STORE or STOREDIST among the options.
func storeKeys(options int) func(args []string) []int {
	return func(args []string) []int {
		keys := []int{1}
		for i := options; i+1 < len(args); i++ {
			if word := strings.ToUpper(args[i]); word == "STORE" || word == "STOREDIST" {
				i++
				keys = append(keys[:1], i)
			}
		}
		return keys
	}
}
