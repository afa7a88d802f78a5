package sandbox

import "testing"

// What differs from Redis, as the package's doc says.
func TestDifferences(t *testing.T) {
	checkAll(t, []row{
		{`#{1, nil, 3}, #setmetatable({}, {__len=function() return 7 end})`, `3 7`},
		{`local s = '' for k in pairs({z=1, a=2, 5, [2]=6}) do s = s..k end return s`, `"12za"`},
		{`next({}, 'x')`, `nil`},
		{`local x = nil return x.y`, `error: attempt to index a nil value`},
		{`local x = 5 x()`, `error: attempt to call a nil value`},
		{`-{}`, `error: attempt to perform arithmetic on a nil value`},
		{`if x then`, `error: unexpected symbol near '<eof>'`},
		{`for i = 1 do end`, `error: unexpected symbol near 'do'`},
		{`math.max()`, `error: wrong number of arguments`},
		{`goto out error('not here') ::out:: return 1`, `1`},
		{`loadstring('\27Lua')`, `nil "[string \"\x1bLua\"]:1: compiled chunks are not supported"`},
		{`string.dump(function() end)`, `error: unable to dump given function`},
		{`string.find('a\0b', '[\0]')`, `2 2`},
		{`io`, `error: Script attempted to access nonexistent global variable 'io'`},
	})
}
