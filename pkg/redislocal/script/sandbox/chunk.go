package sandbox

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// maxSource is the longest source of a chunk, in bytes.
const maxSource = 1 << 20

// Compile translates a chunk. The name shows in its errors.
func (vm *VM) Compile(source, name string) (proto *lua.FunctionProto, err error) {
	if len(source) > maxSource {
		return nil, fmt.Errorf("%s:1: chunk has more than %d bytes", name, maxSource)
	}
	if strings.HasPrefix(source, "\x1b") {
		return nil, fmt.Errorf("%s:1: compiled chunks are not supported", name)
	}
	defer func() {
		if p := recover(); p != nil { // the compiler has limits that it only panics about
			err = fmt.Errorf("%s:1: chunk can't be compiled: %v", name, p)
		}
	}()
	chunk, err := parse.Parse(strings.NewReader(source), name)
	if err != nil {
		return nil, syntax(err, name, source)
	}
	if err := rewrite(chunk, name); err != nil {
		return nil, err
	}
	proto, err = lua.Compile(chunk, name)
	if err != nil {
		return nil, syntax(err, name, source)
	}
	return proto, nil
}

// Load makes a function of a chunk, which has an environment for its globals.
func (vm *VM) Load(proto *lua.FunctionProto, env *lua.LTable) *lua.LFunction {
	fn := vm.L.NewFunctionFromProto(proto)
	if env != nil {
		fn.Env = env
	}
	return fn
}

var compileLine = regexp.MustCompile(`(?s)^.*compile error near line\((\d+)\) .*?: (.*)$`)

// syntax words an error of the parser or the compiler as Lua does.
func syntax(err error, name, source string) error {
	var bad *parse.Error
	if errors.As(err, &bad) {
		near, line := bad.Token, bad.Pos.Line
		if line == parse.EOF {
			near, line = "<eof>", strings.Count(source, "\n")+1
		}
		what := bad.Message
		switch what {
		case "syntax error":
			what = "unexpected symbol"
		case "unterminated string":
			what = "unfinished string"
		}
		return fmt.Errorf("%s:%d: %s near '%s'", name, line, what, near)
	}
	if m := compileLine.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%s:%s: %s", name, m[1], m[2])
	}
	return fmt.Errorf("%s:1: %s", name, strings.TrimSpace(err.Error()))
}
