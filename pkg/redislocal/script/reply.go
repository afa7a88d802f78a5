package script

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
	"github.com/crashlab/crashlab/pkg/redislocal/script/sandbox"
)

// The bounds of a script's reply.
const (
	maxLevels = 1000
	maxBytes  = 512 << 20
)

// replier turns a script's result into a reply.
type replier struct {
	w        *resp.Writer
	r        *run
	vm       *sandbox.VM
	level    int
	elements int
	failed   error
}

// reply appends the reply to a value. A reply that is too large is an error instead.
func (p *replier) reply(to *resp.Writer, v lua.LValue) error {
	p.value(v)
	if p.failed != nil {
		return p.failed
	}
	to.Buf = p.w.Buf
	return nil
}

func (p *replier) value(v lua.LValue) {
	if p.elements++; p.elements > engine.MaxReply || len(p.w.Buf) > maxBytes {
		p.failed = engine.ErrTooMany
	}
	if p.failed != nil {
		return
	}
	switch v := v.(type) {
	case lua.LString:
		p.w.Bulk(string(v))
	case lua.LNumber:
		p.w.Int(sandbox.Integer(float64(v)))
	case lua.LBool:
		p.boolean(bool(v))
	case *lua.LTable:
		if p.level++; p.level > maxLevels {
			p.w.Error("ERR reached lua stack limit")
		} else {
			p.table(p.vm.Behind(v))
		}
		p.level--
	default:
		p.w.Null()
	}
}

func (p *replier) boolean(b bool) {
	switch {
	case p.r.three:
		p.w.Bool(b)
	case b:
		p.w.Int(1)
	default:
		p.w.Null()
	}
}

// oneLine has no line ends.
var oneLine = strings.NewReplacer("\r", " ", "\n", " ")

// table writes a table: one of its fields may say of what type it is.
func (p *replier) table(t *lua.LTable) {
	if s, ok := t.RawGetString("err").(lua.LString); ok {
		p.w.Error(strings.TrimPrefix(string(s), "-"))
		return
	}
	if s, ok := t.RawGetString("ok").(lua.LString); ok {
		p.w.Simple(oneLine.Replace(string(s)))
		return
	}
	if n, ok := t.RawGetString("double").(lua.LNumber); ok {
		p.w.Double(float64(n))
		return
	}
	if s, ok := t.RawGetString("big_number").(lua.LString); ok {
		p.w.BigNumber(oneLine.Replace(string(s)))
		return
	}
	if verbatim, ok := t.RawGetString("verbatim_string").(*lua.LTable); ok {
		format, isFormat := verbatim.RawGetString("format").(lua.LString)
		s, isString := verbatim.RawGetString("string").(lua.LString)
		if isFormat && isString {
			p.w.Verbatim((string(format) + "   ")[:3], string(s))
			return
		}
	}
	if m, ok := t.RawGetString("map").(*lua.LTable); ok {
		p.fields(m, p.w.Map, func(key, value lua.LValue) {
			p.value(key)
			p.value(value)
		})
		return
	}
	if set, ok := t.RawGetString("set").(*lua.LTable); ok {
		p.fields(set, p.w.Set, func(key, _ lua.LValue) { p.value(key) })
		return
	}
	n := 0
	for t.RawGetInt(n+1) != lua.LNil {
		n++
	}
	p.w.Array(n)
	for i := 1; i <= n && p.failed == nil; i++ {
		p.value(t.RawGetInt(i))
	}
}

// fields writes the fields of a table after their number.
func (p *replier) fields(t *lua.LTable, head func(n int), one func(key, value lua.LValue)) {
	n := 0
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		n++
	}
	head(n)
	for key, value := t.Next(lua.LNil); key != lua.LNil && p.failed == nil; key, value = t.Next(key) {
		one(key, value)
	}
}
