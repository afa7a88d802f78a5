package sandbox

import (
	"regexp"

	lua "github.com/yuin/gopher-lua"
)

// words are messages of gopher-lua, and how Lua says them.
var words = []struct {
	is  *regexp.Regexp
	say string
}{
	{regexp.MustCompile(`attempt to index a non-table object\((\w+)\) with key '.*'$`), "attempt to index a $1 value"},
	{regexp.MustCompile(`cannot perform \w+ operation between (?:number|string) and (nil|table|boolean|function|thread)$`),
		"attempt to perform arithmetic on a $1 value"},
	{regexp.MustCompile(`cannot perform \w+ operation between number and string$`),
		"attempt to perform arithmetic on a string value"},
	{regexp.MustCompile(`cannot perform \w+ operation between (\w+) and \w+$`),
		"attempt to perform arithmetic on a $1 value"},
	{regexp.MustCompile(`attempt to call a non-function object$`), "attempt to call a nil value"},
	{regexp.MustCompile(`bad argument #(\d+) to (\w+) \((.*)\)$`), "bad argument #$1 to '$2' ($3)"},
	{regexp.MustCompile(`attempt to compare (?:table with (table)|nil with (nil)|boolean with (boolean))$`),
		"attempt to compare two ${1}${2}${3} values"},
	{regexp.MustCompile(`can not yield from outside of a coroutine$`),
		"attempt to yield across metamethod/C-call boundary"},
	{regexp.MustCompile(`can not resume a dead thread$`), "cannot resume dead coroutine"},
	{regexp.MustCompile(`__unm undefined$`), "attempt to perform arithmetic on a nil value"},
	{regexp.MustCompile(`__len undefined$`), "attempt to get length of a nil value"},
	{regexp.MustCompile(`^(?:lua callstack overflow|(.*)registry overflow)$`), "${1}stack overflow"},
}

// reworded says an error in Lua's words.
func reworded(v lua.LValue) lua.LValue {
	s, ok := v.(lua.LString)
	if !ok {
		return v
	}
	for _, w := range words {
		if w.is.MatchString(string(s)) {
			return lua.LString(w.is.ReplaceAllString(string(s), w.say))
		}
	}
	return v
}
