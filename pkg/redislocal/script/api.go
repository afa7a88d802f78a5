package script

import (
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// logLevels are those of redis.log, from 0.
var logLevels = []string{"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"}

// api is the table redis.
func (h *host) api() *lua.LTable {
	t := h.common()
	for _, f := range []struct {
		name string
		f    lua.LGFunction
	}{
		{"acl_check_cmd", h.aclCheck}, {"breakpoint", breakpoint}, {"call", h.call},
		{"debug", func(*lua.LState) int { return 0 }}, {"error_reply", h.errorReply}, {"pcall", h.pcall},
		{"register_function", h.register}, {"replicate_commands", replicate}, {"set_repl", h.setRepl},
		{"setresp", h.setResp}, {"sha1hex", h.sha1hex}, {"status_reply", h.statusReply},
	} {
		t.RawSetString(f.name, h.vm.L.NewFunction(f.f))
	}
	for i, name := range []string{"REPL_NONE", "REPL_AOF", "REPL_SLAVE", "REPL_ALL"} {
		t.RawSetString(name, lua.LNumber(i))
	}
	t.RawSetString("REPL_REPLICA", lua.LNumber(2))
	return t
}

// common is what the table redis has while a library is loaded too.
func (h *host) common() *lua.LTable {
	t := h.vm.L.NewTable()
	for i, name := range logLevels {
		t.RawSetString(name, lua.LNumber(i))
	}
	number := 0
	for _, part := range strings.Split(conn.Version, ".") {
		n, _ := strconv.Atoi(part) // it is one
		number = number<<8 | n
	}
	t.RawSetString("REDIS_VERSION", lua.LString(conn.Version))
	t.RawSetString("REDIS_VERSION_NUM", lua.LNumber(number))
	t.RawSetString("log", h.vm.L.NewFunction(h.log))
	return t
}

func (h *host) call(l *lua.LState) int  { return h.redis(l, true) }
func (h *host) pcall(l *lua.LState) int { return h.redis(l, false) }

// redis runs a command for a script. An error is raised, or returned as a table.
func (h *host) redis(l *lua.LState, raise bool) int {
	args, err := arguments(l)
	var v lua.LValue
	if err == nil {
		v, err = h.command(l, args)
	}
	if err != nil {
		v = h.failed(err.Error())
	}
	t, ok := v.(*lua.LTable)
	if raise && ok && t.RawGetString("err") != lua.LNil {
		h.vm.Raise(l, t)
	}
	l.Push(v)
	return 1
}

func (h *host) failed(text string) *lua.LTable {
	t := h.vm.L.NewTable()
	t.RawSetString("err", lua.LString(text))
	t.RawSetString("ignore_error_stats_update", lua.LTrue)
	return t
}

// arguments are those of a Lua function as strings: numbers in their shortest form.
func arguments(l *lua.LState) ([]string, error) {
	n := l.GetTop()
	if n == 0 {
		return nil, engine.Error("ERR Please specify at least one argument for this redis lib call")
	}
	args := make([]string, n)
	for i := range args {
		switch v := l.Get(i + 1).(type) {
		case lua.LString:
			args[i] = string(v)
		case lua.LNumber:
			args[i] = resp.FormatFloat(float64(v))
		default:
			return nil, engine.Error("ERR Lua redis lib command arguments must be strings or integers")
		}
	}
	return args, nil
}

// command runs a command and returns its reply.
func (h *host) command(l *lua.LState, args []string) (lua.LValue, error) {
	r := h.running
	if r == nil {
		return nil, engine.Error("ERR redis.call can only be called inside a script invocation")
	}
	e := r.call.Engine
	if e.Command(args[0]) == nil {
		return nil, engine.Error("ERR Unknown Redis command called from script")
	}
	cmd, err := e.Find(args)
	switch {
	case err != nil:
		return nil, engine.Error("ERR Wrong number of args calling Redis command from script")
	case cmd.Flags&engine.NoScript != 0:
		return nil, engine.Error("ERR This Redis command is not allowed from script")
	case cmd.Flags&(engine.Write|engine.MayReplicate) != 0 && r.readOnly:
		return nil, engine.Error("ERR Write commands are not allowed from read-only scripts.")
	case cmd.Flags&engine.DenyOOM != 0 && r.full && !r.flags.allowOOM && !r.wrote:
		return nil, engine.ErrMemory
	}
	r.wrote = r.wrote || cmd.Flags&engine.Write != 0
	w := &resp.Writer{Three: r.three}
	e.Run(r.call, args, w)
	h.vm.Worked(l, len(w.Buf))
	return (&parser{l, string(w.Buf)}).value(), nil
}

func (h *host) errorReply(l *lua.LState) int {
	s, ok := l.Get(1).(lua.LString)
	if l.GetTop() != 1 || !ok {
		l.Push(h.failed("ERR wrong number or type of arguments"))
		return 1
	}
	text := strings.TrimRight(strings.TrimPrefix(string(s), "-"), "\r\n")
	if !strings.Contains(text, " ") {
		text = "ERR " + text
	}
	t := h.vm.L.NewTable()
	t.RawSetString("err", lua.LString(text))
	l.Push(t)
	return 1
}

func (h *host) statusReply(l *lua.LState) int {
	s, ok := l.Get(1).(lua.LString)
	if l.GetTop() != 1 || !ok {
		l.Push(h.failed("ERR wrong number or type of arguments"))
		return 1
	}
	t := h.vm.L.NewTable()
	t.RawSetString("ok", s)
	l.Push(t)
	return 1
}

// refuse raises an error for a bad call of a function of redis.
func (h *host) refuse(l *lua.LState, text string) { h.vm.Raise(l, h.failed("ERR "+text)) }

func (h *host) sha1hex(l *lua.LState) int {
	if l.GetTop() != 1 {
		h.refuse(l, "wrong number of arguments")
	}
	l.Push(lua.LString(digest(l.CheckString(1))))
	return 1
}

func (h *host) log(l *lua.LState) int {
	if l.GetTop() < 2 {
		h.refuse(l, "redis.log() requires two arguments or more.")
	}
	level, ok := l.Get(1).(lua.LNumber)
	if !ok {
		h.refuse(l, "First argument must be a number (log level).")
	}
	if level < 0 || int(level) >= len(logLevels) {
		h.refuse(l, "Invalid log level.")
	}
	var words []string
	for i := 2; i <= l.GetTop(); i++ {
		if v := l.Get(i); lua.LVCanConvToString(v) {
			words = append(words, v.String())
		}
	}
	if h.running != nil && level >= 2 {
		h.running.call.Engine.Log.Info("script logs", zap.String("level", logLevels[int(level)]),
			zap.String("message", strings.Join(words, " ")))
	}
	return 0
}

func (h *host) setResp(l *lua.LState) int {
	if l.GetTop() != 1 {
		h.refuse(l, "redis.setresp() requires one argument.")
	}
	n, _ := l.Get(1).(lua.LNumber)
	if n != 2 && n != 3 {
		h.refuse(l, "RESP version must be 2 or 3.")
	}
	if h.running != nil {
		h.running.three = n == 3
	}
	return 0
}

// setRepl checks what is to be replicated: nothing is.
func (h *host) setRepl(l *lua.LState) int {
	if l.GetTop() != 1 {
		h.refuse(l, "redis.set_repl() requires one argument.")
	}
	if n := l.CheckNumber(1); n < 0 || n > 3 {
		h.refuse(l, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
	}
	return 0
}

func replicate(l *lua.LState) int {
	l.Push(lua.LTrue)
	return 1
}

func breakpoint(l *lua.LState) int {
	l.Push(lua.LFalse)
	return 1
}

func (h *host) aclCheck(l *lua.LState) int {
	args, err := arguments(l)
	if err != nil {
		h.vm.Raise(l, h.failed(err.Error()))
	}
	r := h.running
	if r == nil || r.call.Engine.Command(args[0]) == nil {
		h.refuse(l, "Invalid command passed to redis.acl_check_cmd()")
	}
	e := r.call.Engine
	allowed := true
	if cmd, err := e.Find(args); err == nil && e.Authorize != nil {
		call := *r.call
		call.Args = slices.Clone(args)
		allowed = e.Authorize(&call, cmd) == nil
	}
	l.Push(lua.LBool(allowed))
	return 1
}
