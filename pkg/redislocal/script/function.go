package script

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func (h *host) fcall(c *engine.Call) error   { return h.callFunction(c, false) }
func (h *host) fcallRO(c *engine.Call) error { return h.callFunction(c, true) }

func (h *host) callFunction(c *engine.Call, readOnly bool) error {
	f := h.find(c.Args[1])
	if f == nil {
		return engine.Error("ERR Function not found")
	}
	keys, args, err := cut(c, engine.Error("ERR Bad number of keys provided"))
	if err != nil {
		return err
	}
	return h.run(c, &run{
		name: f.name, function: true, flags: f.flags, readOnly: readOnly, fn: f.fn,
		args: []lua.LValue{h.list(keys), h.list(args)},
	})
}

// functionFlags are what a function has declared.
func (h *host) functionFlags(name string) (flags, bool) {
	f := h.find(name)
	if f == nil {
		return flags{}, false
	}
	return f.flags, true
}

func (h *host) functionLoad(c *engine.Call) error {
	o := c.Options(2)
	replace := false
	for o.Left() > 1 {
		if word, _ := o.Next(); !strings.EqualFold(word, "REPLACE") {
			return engine.Error("ERR Unknown option given: " + word)
		}
		replace = true
	}
	code, err := o.Next()
	if err != nil {
		return engine.Error("ERR Function code is missing")
	}
	lib, err := h.build(c.Engine, code, h.libs, replace)
	if err != nil {
		return err
	}
	h.libs[lib.name] = lib
	c.Bulk(lib.name)
	return nil
}

func (h *host) functionDelete(c *engine.Call) error {
	if h.libs[c.Args[2]] == nil {
		return engine.Error("ERR Library not found")
	}
	delete(h.libs, c.Args[2])
	c.OK()
	return nil
}

func (h *host) functionFlush(c *engine.Call) error {
	if !synchronous(c) {
		return engine.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
	}
	clear(h.libs)
	c.OK()
	return nil
}

func functionKill(c *engine.Call) error {
	if err := c.Engine.Kill(true); err != nil {
		return err
	}
	c.OK()
	return nil
}

func (h *host) functionList(c *engine.Call) error {
	o := c.Options(2)
	pattern, withCode := "*", false
	for o.More() {
		switch word, _ := o.Next(); strings.ToUpper(word) {
		case "WITHCODE":
			withCode = true
		case "LIBRARYNAME":
			var err error
			if pattern, err = o.Next(); err != nil {
				return engine.Error("ERR library name argument was not given")
			}
		default:
			return engine.Error("ERR Unknown argument " + word)
		}
	}
	var shown []*library
	for _, name := range names(h.libs) {
		if engine.Match(pattern, name) {
			shown = append(shown, h.libs[name])
		}
	}
	c.Array(len(shown))
	for _, lib := range shown {
		describe(c, lib, withCode)
	}
	return nil
}

func describe(c *engine.Call, lib *library, withCode bool) {
	if withCode {
		c.Map(4)
	} else {
		c.Map(3)
	}
	c.Bulk("library_name")
	c.Bulk(lib.name)
	c.Bulk("engine")
	c.Bulk("LUA")
	c.Bulk("functions")
	c.Array(len(lib.functions))
	for _, name := range names(lib.functions) {
		f := lib.functions[name]
		c.Map(3)
		c.Bulk("name")
		c.Bulk(f.name)
		c.Bulk("description")
		if f.description == lua.LNil {
			c.Null()
		} else {
			c.Bulk(f.description.String())
		}
		c.Bulk("flags")
		set := f.flags.names()
		c.Set(len(set))
		for _, flag := range set {
			c.Simple(flag)
		}
	}
	if withCode {
		c.Bulk("library_code")
		c.Bulk(lib.code)
	}
}

func (h *host) functionStats(c *engine.Call) error {
	r := h.running
	if r != nil && !r.function {
		return errBusyScript
	}
	c.Map(2)
	c.Bulk("running_script")
	if r == nil {
		c.Null()
	} else {
		c.Map(3)
		c.Bulk("name")
		c.Bulk(r.name)
		c.Bulk("command")
		c.Bulks(r.call.Args)
		c.Bulk("duration_ms")
		c.Int(int64(c.Engine.Clock.Since(r.began) / time.Millisecond))
	}
	functions := 0
	for _, lib := range h.libs {
		functions += len(lib.functions)
	}
	c.Bulk("engines")
	c.Map(1)
	c.Bulk("LUA")
	c.Map(2)
	c.Bulk("libraries_count")
	c.Len(len(h.libs))
	c.Bulk("functions_count")
	c.Len(functions)
	return nil
}
