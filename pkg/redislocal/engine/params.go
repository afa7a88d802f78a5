package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Params are the parameters that CONFIG GET and CONFIG SET know. Most only keep what they are told.
type Params struct {
	e         *Engine
	values    map[string]string
	maxMemory int64
	policy    string
	samples   int // keys looked at for each eviction
	limits    Limits
	onSet     []func(name, value string)
}

// defaults are Redis's own, for the parameters that clients and libraries ask for.
var defaults = map[string]string{
	"maxmemory": "0", "maxmemory-policy": "noeviction", "maxmemory-samples": "5", "notify-keyspace-events": "",
	"requirepass": "", "save": "", "appendonly": "no", "databases": strconv.Itoa(Databases), "timeout": "0",
	"maxclients": "10000", "port": "0", "bind": "127.0.0.1", "dir": "/", "dbfilename": "dump.rdb",
	"busy-reply-threshold": "5000", "lua-time-limit": "5000", "slowlog-log-slower-than": "10000",
	"slowlog-max-len": "128", "latency-monitor-threshold": "0", "proto-max-bulk-len": strconv.Itoa(MaxString),
	"hash-max-listpack-entries": "512", "hash-max-listpack-value": "64", "hash-max-ziplist-entries": "512",
	"hash-max-ziplist-value": "64", "list-max-listpack-size": "-2", "list-max-ziplist-size": "-2",
	"set-max-intset-entries": "512", "set-max-listpack-entries": "128", "set-max-listpack-value": "64",
	"zset-max-listpack-entries": "128", "zset-max-listpack-value": "64", "zset-max-ziplist-entries": "128",
	"zset-max-ziplist-value": "64", "stream-node-max-bytes": "4096", "stream-node-max-entries": "100",
	"lfu-log-factor": "10", "lfu-decay-time": "1", "hz": "10", "appendfsync": "everysec", "acllog-max-len": "128",
	"tracking-table-max-keys": "1000000", "client-output-buffer-limit": "normal 0 0 0 slave 268435456 67108864 60 " +
		"pubsub 33554432 8388608 60", "loglevel": "notice", "cluster-enabled": "no", "min-replicas-to-write": "0",
	"replica-read-only": "yes", "tcp-keepalive": "300", "list-compress-depth": "0", "activedefrag": "no",
	"protected-mode": "no", "lazyfree-lazy-user-del": "no", "lazyfree-lazy-expire": "no",
}

// aliases are the two names of parameters that have them.
var aliases = [][2]string{
	{"lua-time-limit", "busy-reply-threshold"},
	{"hash-max-ziplist-entries", "hash-max-listpack-entries"}, {"hash-max-ziplist-value", "hash-max-listpack-value"},
	{"zset-max-ziplist-entries", "zset-max-listpack-entries"}, {"zset-max-ziplist-value", "zset-max-listpack-value"},
	{"list-max-ziplist-size", "list-max-listpack-size"},
}

// fixed can't be set at run time.
var fixed = []string{"databases", "port", "cluster-enabled"}

var policies = []string{"noeviction", "allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru",
	"volatile-lfu", "volatile-random", "volatile-ttl"}

func newParams(e *Engine, cfg Config) *Params {
	p := &Params{e: e, values: map[string]string{}, maxMemory: cfg.MaxMemory, policy: "noeviction", samples: 5}
	for name, value := range defaults {
		p.values[name] = value
		p.limit(name)
	}
	p.values["maxmemory"] = strconv.FormatInt(cfg.MaxMemory, 10)
	return p
}

// Names returns the names of all parameters, sorted.
func (p *Params) Names() []string {
	names := make([]string, 0, len(p.values))
	for name := range p.values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Get returns a parameter's value.
func (p *Params) Get(name string) string { return p.values[name] }

// Int returns a parameter's value as a number.
func (p *Params) Int(name string) int64 {
	n, _ := strconv.ParseInt(p.values[name], 10, 64) // Set lets only numbers in where the default is one
	return n
}

// Check says what is wrong with a value for a parameter, in Redis's words, or returns nil.
func (p *Params) Check(name, value string) error {
	old, ok := p.values[name]
	if !ok {
		return Error("ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'")
	}
	bad := func(why string) error {
		return Error(fmt.Sprintf("ERR CONFIG SET failed (possibly related to argument '%s') - %s", name, why))
	}
	if slices.Contains(fixed, name) {
		return bad("can't set immutable config")
	}
	switch name {
	case "maxmemory":
		if _, ok := Memory(value); !ok {
			return bad("argument must be a memory value")
		}
		return nil
	case "maxmemory-policy":
		if !slices.Contains(policies, value) {
			return bad("argument(s) must be one of the following: " + strings.Join(policies, ", "))
		}
		return nil
	case "maxmemory-samples":
		if n, ok := Memory(value); !ok || n < 1 || n > 64 {
			return bad("argument must be between 1 and 64 inclusive")
		}
		return nil
	case "notify-keyspace-events":
		if _, ok := parseClasses(value); !ok {
			return bad("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")
		}
		return nil
	}
	if _, err := strconv.ParseInt(old, 10, 64); err == nil {
		if _, ok := Memory(value); !ok {
			return bad("argument couldn't be parsed into an integer")
		}
	}
	if (old == "yes" || old == "no") && value != "yes" && value != "no" {
		return bad("argument must be 'yes' or 'no'")
	}
	return nil
}

// Set sets a parameter to a value that Check has passed.
func (p *Params) Set(name, value string) {
	switch name {
	case "maxmemory":
		p.maxMemory, _ = Memory(value)
		value = strconv.FormatInt(p.maxMemory, 10)
	case "maxmemory-policy":
		p.policy = value
		p.e.lfu = strings.HasSuffix(value, "-lfu")
	case "notify-keyspace-events":
		p.e.notified, _ = parseClasses(value)
		value = p.e.notified.String()
	case "maxmemory-samples":
		n, _ := Memory(value)
		p.samples = int(n)
	}
	p.put(name, value)
	for _, names := range aliases {
		if slices.Contains(names[:], name) {
			p.put(names[0], value)
			p.put(names[1], value)
		}
	}
	for _, f := range p.onSet {
		f(name, value)
	}
}

func (p *Params) put(name, value string) {
	if _, err := strconv.ParseInt(p.values[name], 10, 64); err == nil {
		n, _ := Memory(value)
		value = strconv.FormatInt(n, 10)
	}
	p.values[name] = strings.Clone(value)
	p.limit(name)
}

// OnSet adds a function that is called when a parameter has been set.
func (p *Params) OnSet(f func(name, value string)) { p.onSet = append(p.onSet, f) }

// protected reports whether clients must authenticate.
func (p *Params) protected() bool { return p.values["requirepass"] != "" }

// Memory reads a number of bytes such as 100mb.
func Memory(s string) (int64, bool) {
	lower := strings.ToLower(s)
	unit := int64(1)
	for _, u := range []struct {
		name string
		size int64
	}{
		{"kb", 1 << 10}, {"mb", 1 << 20}, {"gb", 1 << 30}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"b", 1},
	} {
		if rest, ok := strings.CutSuffix(lower, u.name); ok {
			lower, unit = rest, u.size
			break
		}
	}
	n, err := strconv.ParseInt(lower, 10, 64)
	if err != nil || n > 0 && n*unit/unit != n {
		return 0, false
	}
	return n * unit, true
}
