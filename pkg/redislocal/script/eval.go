package script

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// chunk is the name of a script in its errors.
const chunk = "user_script"

const errNoScript = engine.Error("NOSCRIPT No matching script. Please use EVAL.")

func (h *host) eval(c *engine.Call) error   { return h.evalBody(c, false) }
func (h *host) evalRO(c *engine.Call) error { return h.evalBody(c, true) }

func (h *host) evalBody(c *engine.Call, readOnly bool) error {
	keys, args, err := cut(c, engine.ErrInt)
	if err != nil {
		return err
	}
	s, err := h.compiled(c, c.Args[1])
	if err != nil {
		return err
	}
	return h.runScript(c, s, keys, args, readOnly)
}

func (h *host) evalSHA(c *engine.Call) error   { return h.evalDigest(c, false) }
func (h *host) evalSHARO(c *engine.Call) error { return h.evalDigest(c, true) }

func (h *host) evalDigest(c *engine.Call, readOnly bool) error {
	keys, args, err := cut(c, engine.ErrInt)
	if err != nil {
		return err
	}
	s := h.cache.get(strings.ToLower(c.Args[1]))
	if s == nil {
		return errNoScript
	}
	return h.runScript(c, s, keys, args, readOnly)
}

// compiled returns a script by its source, compiled now if it is new.
func (h *host) compiled(c *engine.Call, body string) (*compiled, error) {
	sha := digest(body)
	if s := h.cache.get(sha); s != nil {
		return s, nil
	}
	body = strings.Clone(body)
	source, f, err := shebang(body)
	if err != nil {
		return nil, err
	}
	proto, err := h.machine(c.Engine).Compile(source, chunk)
	if err != nil {
		return nil, engine.Error("ERR Error compiling script (new function): " + err.Error())
	}
	s := &compiled{sha: sha, body: body, proto: proto, flags: f}
	h.cache.add(s)
	return s, nil
}

func (h *host) runScript(c *engine.Call, s *compiled, keys, args []string, readOnly bool) error {
	vm := h.machine(c.Engine)
	vm.SetGlobal("KEYS", h.list(keys))
	vm.SetGlobal("ARGV", h.list(args))
	defer func() {
		vm.SetGlobal("KEYS", lua.LNil)
		vm.SetGlobal("ARGV", lua.LNil)
	}()
	return h.run(c, &run{name: s.sha, flags: s.flags, readOnly: readOnly, fn: vm.Load(s.proto, nil)})
}

// shebangFlags are what a source declares.
func shebangFlags(body string) (flags, bool) {
	_, f, err := shebang(body)
	return f, err == nil
}

// digestFlags are what the script with a digest has declared.
func (h *host) digestFlags(sha string) (flags, bool) {
	s := h.cache.scripts[strings.ToLower(sha)]
	if s == nil {
		return flags{}, false
	}
	return s.flags, true
}

// list makes strings a table.
func (h *host) list(all []string) *lua.LTable {
	t := h.vm.L.CreateTable(len(all), 0)
	for i, s := range all {
		t.RawSetInt(i+1, lua.LString(strings.Clone(s)))
	}
	return t
}

func (h *host) load(c *engine.Call) error {
	s, err := h.compiled(c, c.Args[2])
	if err != nil {
		return err
	}
	h.cache.keep(s)
	c.Bulk(s.sha)
	return nil
}

func (h *host) exists(c *engine.Call) error {
	c.Array(len(c.Args) - 2)
	for _, sha := range c.Args[2:] {
		c.Yes(h.cache.scripts[strings.ToLower(sha)] != nil)
	}
	return nil
}

func (h *host) show(c *engine.Call) error {
	s := h.cache.scripts[strings.ToLower(c.Args[2])]
	if s == nil {
		return errNoScript
	}
	c.Bulk(s.body)
	return nil
}

func (h *host) flush(c *engine.Call) error {
	if !synchronous(c) {
		return engine.Error("ERR SCRIPT FLUSH only support SYNC|ASYNC option")
	}
	h.cache = newCache()
	c.OK()
	return nil
}

// synchronous reports whether the only option, if there is one, is SYNC or ASYNC.
func synchronous(c *engine.Call) bool {
	word := c.Options(2).Peek()
	return len(c.Args) == 2 || len(c.Args) == 3 && (word == "SYNC" || word == "ASYNC")
}

func kill(c *engine.Call) error {
	if err := c.Engine.Kill(false); err != nil {
		return err
	}
	c.OK()
	return nil
}

// debug turns the debugger off, which is all that there is.
func debug(c *engine.Call) error {
	switch c.Options(2).Word() {
	case "NO":
		c.OK()
		return nil
	case "YES", "SYNC":
		return engine.Error("ERR this server has no debugger for scripts")
	}
	return engine.Error("ERR Use SCRIPT DEBUG YES/SYNC/NO")
}
