package sandbox

import "testing"

func TestPatterns(t *testing.T) {
	checkAll(t, []row{
		// string.find.
		{
			`string.find('hello world', 'o w'), string.find('hello', 'xyz'), string.find('', ''), string.find('ab` +
				`c', '')`,
			`5 nil 1 1 0`,
		},
		{
			`string.find('hello', 'l+'), string.find('hello', 'l', 4), string.find('hello', 'l', 5), string.find(` +
				`'hello', 'l', -2)`,
			`3 4 nil 4 4`,
		},
		{
			`string.find('a.b', '.', 1, true), string.find('a.b', '%.'), string.find('a+b', '+', 1, true), string` +
				`.find('abc', 'b', 1, false)`,
			`2 2 2 2 2`,
		},
		{
			`string.find('abc', '', 4), string.find('abc', '', 10), string.find('abc', 'a', -10), string.find('ab` +
				`c', 'b', 2.9)`,
			`4 4 1 2 2`,
		},
		{
			`string.find('abc', '^b'), string.find('abc', '^b', 2), string.find('abc', 'c$'), string.find('abc', ` +
				`'b$'), string.find('a$', 'a$', 1, true)`,
			`nil 2 3 nil 1 2`,
		},
		{
			`string.find('a^b', 'a^b'), string.find('a$b', 'a$b'), string.find('ab', '^^a'), string.find('^a', '^` +
				`^a')`,
			`1 1 nil 1 2`,
		},
		{
			`string.find('abcd', '(b)(c)'), string.find('abcd', '()b()'), string.find('abcd', '(b(c))')`,
			`2 2 2 3 "bc" "c"`,
		},
		{
			`string.find('a\0b', '\0'), string.find('a\0b', '%z'), string.find('a\0b', 'b'), string.find('a\0b', ` +
				`'[%z]b')`,
			`2 2 3 2 3`,
		},
		{
			`string.find('a]c', '[]]'), string.find('a-c', '[a%-]', 2), string.find('x^', '[x^]+'), string.find('` +
				`a^', '[%^]'), string.find('-', '[-]')`,
			`2 2 1 2 1 1`,
		},
		{
			`string.find('abc', '[a-]'), string.find('abc', '[^a-]'), string.find('abc', '[b-z]'), string.find('\` +
				`200', '[\128-\255]'), string.find('b', '[a-a]')`,
			`1 2 2 1 nil`,
		},
		{
			`string.find('5', '[%a-z]'), string.find('-', '[%a-z]'), string.find('z', '[%a-z]'), string.find('c',` +
				` '[a-%%]'), string.find('%', '[a-%%]')`,
			`nil 1 1 nil nil`,
		},
		{`string.find('THE (quick) fox', '%((%a+)%)')`, `5 11 "quick"`},
		{
			`string.find('THE (frontier)', '%f[%a]%a+'), string.find('THE end', '%f[%z]'), string.find('abc', '%f` +
				`[^%z]'), string.find('a', '%f[a]', 2)`,
			`1 8 1 nil`,
		},
		// Classes.
		{
			`('aZ5_ \n\1\127.g'):gsub('%a', '*'), ('aZ5_ \n\1\127.g'):gsub('%A', '*'), ('aZ5_ \n\1\127.g'):gsub('` +
				`%c', '*')`,
			`"**5_ \n\x01\x7f.*" "aZ*******g" "aZ5_ ***.g" 3`,
		},
		{
			`('aZ5_ \n\1\127.g'):gsub('%d', '*'), ('aZ5_ \n\1\127.g'):gsub('%l', '*'), ('aZ5_ \n\1\127.g'):gsub('` +
				`%p', '*')`,
			`"aZ*_ \n\x01\x7f.g" "*Z5_ \n\x01\x7f.*" "aZ5* \n\x01\x7f*g" 2`,
		},
		{
			`('aZ5_ \n\1\127.g'):gsub('%s', '*'), ('aZ5_ \n\1\127.g'):gsub('%u', '*'), ('aZ5_ \n\1\127.g'):gsub('` +
				`%w', '*')`,
			`"aZ5_**\x01\x7f.g" "a*5_ \n\x01\x7f.g" "***_ \n\x01\x7f.*" 4`,
		},
		{
			`('aZ5_ \n\1\127.g'):gsub('%x', '*'), ('aZ5_ \n\1\127.g'):gsub('%X', '*'), ('aZ5_ \n\1\127.g'):gsub('` +
				`%S', '*')`,
			`"*Z*_ \n\x01\x7f.g" "a*5*******" "**** \n****" 8`,
		},
		{
			`('\160\200\255'):gsub('[%a%s%p%c]', '*'), ('\160\200\255'):gsub('%W', '*'), ('a\0'):gsub('%Z', '*'),` +
				` ('a%q'):gsub('%%', '*'), ('aqg'):gsub('%g', '*')`,
			`"\xa0\xc8\xff" "***" "*\x00" "a*q" "aq*" 1`,
		},
		// string.match.
		{
			`string.match('key=val', '(%w+)=(%w+)'), string.match('abc', 'b'), string.match('abc', '()b()'), stri` +
				`ng.match('abc', 'x'), string.match('abc', '.-'), string.match('abc', '.-$')`,
			`"key" "b" 2 nil "" "abc"`,
		},
		{
			`string.match('  x  ', '^%s*(.-)%s*$'), string.match('2024-05-06', '(%d+)-(%d+)-(%d+)'), string.match` +
				`('aaa', 'a-b'), string.match('aab', 'a-b')`,
			`"x" "2024" nil "aab"`,
		},
		{
			`string.match('[[x]]', '%b[]'), string.match('f(a(b)c)d', '%b()'), string.match('((', '%b()'), string` +
				`.match('xx', '%bxx'), string.match('axbyb', '%bab')`,
			`"[[x]]" "(a(b)c)" nil "xx" "axb"`,
		},
		{
			`string.match('abab', '(ab)%1'), string.match('abac', '(a)b%1'), string.match('"x\'y"', '(["\'])(.-)%` +
				`1'), string.match('aa', '()%1')`,
			`"ab" "a" "\"" nil`,
		},
		{
			`string.match('hello', '.', -1), string.match('hello', 'h', 10), string.match('hello', '', 6), string` +
				`.match('x', 'a?x'), string.match('ax', 'a?a?x'), string.match('aaa', 'a*', 2)`,
			`"o" nil "" "x" "ax" "aa"`,
		},
		{
			`string.match('a.b', 'a%.b'), string.match('0x1F', '^0[xX](%x+)$'), string.match(12345, '3.'), string` +
				`.match('ab', '((a)(b))')`,
			`"a.b" "1F" "34" "ab" "a" "b"`,
		},
		{
			`string.match('', '.'), string.match('', '.?'), string.match('\0\0', '..'), string.match('a\nb', 'a.b')`,
			`nil "" "\x00\x00" "a\nb"`,
		},
		// string.gmatch.
		{
			`local r = {} for w in string.gmatch('one two three', '%a+') do r[#r+1] = w end return r`,
			`{"one", "two", "three"}`,
		},
		{
			`local r = {} for k, v in string.gmatch('a=1, b=2', '(%w+)=(%w+)') do r[#r+1] = k..v end return r`,
			`{"a1", "b2"}`,
		},
		{`local r = {} for p in string.gmatch('abc', '()') do r[#r+1] = p end return r`, `{1, 2, 3, 4}`},
		{`local r = {} for p in string.gmatch('abc', '') do r[#r+1] = p end return #r`, `4`},
		{`local r = {} for p in string.gmatch('abc', 'b*') do r[#r+1] = p end return r`, `{"", "b", "", ""}`},
		{`local r = {} for p in string.gmatch('aaa', '^a') do r[#r+1] = p end return r`, `{}`},
		{`local r = {} for p in string.gmatch('', 'x*') do r[#r+1] = p end return r`, `{""}`},
		{`type(string.gfind), string.gmatch('a', 'b')()`, `"function"`},
		// string.gsub.
		{
			`string.gsub('hello', 'l', 'L'), string.gsub('hello', 'l', 'L', 1), string.gsub('hello', 'l', 'L', 0)` +
				`, string.gsub('hello', 'l', 'L', -1)`,
			`"heLLo" "heLlo" "hello" "hello" 0`,
		},
		{
			`string.gsub('hello', '(l)(l)', '%2%1%0'), string.gsub('abc', '%w', '%0%0', 2), string.gsub('abc', '%` +
				`w', '%1'), string.gsub('abc', 'b', '%%'), string.gsub('abc', 'b', '%x')`,
			`"hellllo" "aabbc" "abc" "a%c" "axc" 1`,
		},
		{
			`string.gsub('abc', '', '-'), string.gsub('', '', '-'), string.gsub('abc', '.-', '-'), string.gsub('a` +
				`bc', 'b*', '-'), string.gsub('abc', '^', '-'), string.gsub('abc', '$', '-')`,
			`"-a-b-c-" "-" "-a-b-c-" "-a--c-" "-abc" "abc-" 1`,
		},
		{
			`string.gsub('abc', 'b', {b='X'}), string.gsub('abc', '%w', {a=1, b=false}), string.gsub('k=v', '(%w)` +
				`=(%w)', {k='K'}), string.gsub('abc', '()', {'x', [3]='y'})`,
			`"aXc" "1bc" "K" "xabyc" 4`,
		},
		{`string.gsub('abc', '.', function(c) if c == 'b' then return 'Y' end end)`, `"aYc" 3`},
		{`string.gsub('abc', '(.)(.)', function(a, b) return b..a end)`, `"bac" 1`},
		{`string.gsub('abc', '()b', function(p) return p end)`, `"a2c" 1`},
		{`string.gsub('abc', 'b', function() return false end)`, `"abc" 1`},
		{
			`string.gsub('aaa', '^a', 'b'), string.gsub('hello world', '%w+', '<%0>'), string.gsub(' a  b ', '%s+` +
				`', ''), string.gsub('abc', 'b', 5), string.gsub('x', 'x', '\0')`,
			`"baa" "<hello> <world>" "ab" "a5c" "\x00" 1`,
		},
		{`string.gsub('abc', 'b', setmetatable({}, {__index=function(_, k) return k..k end}))`, `"abbc" 1`},
		{`string.gsub('a,b,,c', ',', ';'), string.gsub('abc', '(b)', '[%1]', 1.9)`, `"a;b;;c" "a[b]c" 1`},
		// Errors.
		{`string.find('abc', '[')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[a')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[]')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[^]')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[^')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[a%')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[%')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[%]')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '[a-')`, `error: malformed pattern (missing ']')`},
		{`string.find('abc', '%')`, `error: malformed pattern (ends with '%')`},
		{`string.find('abc', 'a%')`, `error: malformed pattern (ends with '%')`},
		{`string.find('abc', '(')`, `error: unfinished capture`},
		{`string.find('abc', '(a')`, `error: unfinished capture`},
		{`string.find('abc', 'a)')`, `nil`},
		{`string.find('abc', ')')`, `nil`},
		{`string.find('abc', '%1')`, `error: invalid capture index`},
		{`string.find('abc', '(a)%2')`, `error: invalid capture index`},
		{`string.find('abc', '(a%1)')`, `error: invalid capture index`},
		{`string.find('abc', '%0')`, `error: invalid capture index`},
		{`string.find('abc', '%f')`, `error: missing '[' after '%f' in pattern`},
		{`string.find('abc', '%fa')`, `error: missing '[' after '%f' in pattern`},
		{`string.find('abc', '%b')`, `error: unbalanced pattern`},
		{`string.find('abc', '%ba')`, `error: unbalanced pattern`},
		{
			`string.find('abc', '*'), string.find('*', '*'), string.find('a*', '^*'), string.find('+', '+'), stri` +
				`ng.find('?', '?')`,
			`nil 1 nil 1 1 1`,
		},
		{`string.find('abc', ('(a)'):rep(33))`, `nil`},
		{`string.find(('a'):rep(33), ('(a)'):rep(33))`, `error: too many captures`},
		{
			`string.find(('a'):rep(32), ('(a)'):rep(32))`,
			`1 32 "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a" "a"` +
				` "a" "a" "a" "a" "a" "a" "a" "a"`,
		},
		{`string.find(('x'):rep(10), ('x?'):rep(10)..('x'):rep(10))`, `1 10`},
		{`string.find(('a'):rep(100), ('a?'):rep(300))`, `1 100`},
		{`string.match('abc', ('('):rep(10))`, `error: unfinished capture`},
		{`string.gsub('abc', 'b', '%2')`, `error: invalid capture index`},
		{`string.gsub('abc', '(b)', '%2')`, `error: invalid capture index`},
		{`string.gsub('abc', 'b', '%')`, `"a\x00c" 1`},
		{`string.gsub('abc', 'b', true)`, `error: bad argument #3 to 'gsub' (string/function/table expected)`},
		{`string.gsub('abc', 'b', nil)`, `error: bad argument #3 to 'gsub' (string/function/table expected)`},
		{`string.gsub('abc', 'b')`, `error: bad argument #3 to 'gsub' (string/function/table expected)`},
		{`string.gsub('abc', 'b', function() return {} end)`, `error: invalid replacement value (a table)`},
		{`string.gsub('abc', 'b', function() return true end)`, `error: invalid replacement value (a boolean)`},
		{`string.gsub('abc', 'b', {b={}})`, `error: invalid replacement value (a table)`},
		{`string.gsub('abc', 'b', function() error('inside', 0) end)`, `error: inside`},
		{`string.gsub('abc', '(', 'x')`, `"xaxbxcx" 4`},
		{`string.gmatch('abc', '(')()`, `error: unfinished capture`},
		{`string.gmatch('abc')`, `error: bad argument #2 to 'gmatch' (string expected, got no value)`},
		{`string.find('abc')`, `error: bad argument #2 to 'find' (string expected, got no value)`},
		{`string.find()`, `error: bad argument #1 to 'find' (string expected, got no value)`},
		{`string.match(nil, 'a')`, `error: bad argument #1 to 'match' (string expected, got nil)`},
		{`string.match('a', {})`, `error: bad argument #2 to 'match' (string expected, got table)`},
	})
}
