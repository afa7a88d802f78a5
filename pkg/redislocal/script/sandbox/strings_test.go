package sandbox

import "testing"

func TestStrings(t *testing.T) {
	checkAll(t, []row{
		{
			`string.sub('hello', 2, -2), string.sub('hello', -3), string.sub('hello', 0), string.sub('hello', 10)` +
				`, string.sub('hello', 2, 1)`,
			`"ell" "llo" "hello" "" ""`,
		},
		{
			`string.sub('hello', -100, 2), string.sub('hello', 2, 100), string.sub('hello', 2^40), string.sub('he` +
				`llo', -2^40, 2^40), string.sub('hello', 0, 0)`,
			`"he" "ello" "" "hello" ""`,
		},
		{
			`string.sub('hello', -1, -1), string.sub('hello', 1.9), string.sub('hello', '2'), string.sub(12345, 2` +
				`, 3), string.sub('', 1, 1)`,
			`"o" "hello" "ello" "23" ""`,
		},
		{`string.sub('hello')`, `error: bad argument #2 to 'sub' (number expected, got no value)`},
		{`string.sub('hello', 'x')`, `error: bad argument #2 to 'sub' (number expected, got string)`},
		{`string.sub('hello', 1/0), string.sub('hello', -1/0), string.sub('hello', 1, 1/0)`, `"hello" "hello" ""`},
		{`string.byte('abc', 1, -1)`, `97 98 99`},
		{`string.byte('abc'), string.byte('abc', -1), string.byte('\0\255', 2)`, `97 99 255`},
		{`string.byte('abc', 10)`, ``},
		{`string.byte('', 1)`, ``},
		{`string.byte('abc', 0)`, ``},
		{`string.byte('abc', 2, 1)`, ``},
		{`select('#', string.byte(('x'):rep(7000), 1, -1))`, `7000`},
		{`string.byte(('x'):rep(100000), 1, -1)`, `error: stack overflow (string slice too long)`},
		{
			`string.char(72, 105), string.char(), string.char(0, 255), string.char('65'), string.char(65.9)`,
			`"Hi" "" "\x00\xff" "A" "A"`,
		},
		{`string.char(256)`, `error: bad argument #1 to 'char' (invalid value)`},
		{`string.char(-1)`, `error: bad argument #1 to 'char' (invalid value)`},
		{`string.char('x')`, `error: bad argument #1 to 'char' (number expected, got string)`},
		{`string.char(nil)`, `error: bad argument #1 to 'char' (number expected, got nil)`},
		{
			`string.rep('ab', 3), string.rep('x', 0), string.rep('x', -1), string.rep('x', 2.9), string.rep('x', ` +
				`'2')`,
			`"ababab" "" "" "xx" "xx"`,
		},
		{`string.rep()`, `error: bad argument #1 to 'rep' (string expected, got no value)`},
		{`string.rep('x')`, `error: bad argument #2 to 'rep' (number expected, got no value)`},
		{`string.rep('x', {})`, `error: bad argument #2 to 'rep' (number expected, got table)`},
		{
			`string.reverse('abc'), string.reverse(''), string.reverse('a\0b'), string.upper('aZ5\195\169'), stri` +
				`ng.lower('ABZ_\195\137')`,
			`"cba" "" "b\x00a" "AZ5\xc3\xa9" "abz_\xc3\x89"`,
		},
		{`string.len(''), string.len('a\0b'), string.len(12), ('x'):len(), #'abc'`, `0 3 2 1 3`},
		{`string.len()`, `error: bad argument #1 to 'len' (string expected, got no value)`},
		{`string.len(nil)`, `error: bad argument #1 to 'len' (string expected, got nil)`},
		{`string.len({})`, `error: bad argument #1 to 'len' (string expected, got table)`},
		{`string.upper()`, `error: bad argument #1 to 'upper' (string expected, got no value)`},
		{`('x'):rep(3), ('%d'):format(3.7), ('abc'):upper():lower():reverse()`, `"xxx" "3" "cba"`},
		{`('x').y, ('x').len == string.len`, `nil true`},
		// string.format.
		{
			`string.format('%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%.3d|%5.3d', 1, 2, 3, 4, 5, 255, 255, 255, 8, ` +
				`8, 7, 7)`,
			`"    1|2    |00003|+4| 5|ff|FF|0xff|10|010|007|  007"`,
		},
		{
			`string.format('%d %i %u', -1, -1, 7), string.format('%u', -1), string.format('%x', -1), string.forma` +
				`t('%o', -1)`,
			`"-1 -1 7" "18446744073709551615" "ffffffffffffffff" "1777777777777777777777"`,
		},
		{
			`string.format('%d', 3.99), string.format('%d', -3.99), string.format('%d', '12'), string.format('%d'` +
				`, 2^53), string.format('%d', 1e19), string.format('%d', 1/0)`,
			`"3" "-3" "12" "9007199254740992" "-9223372036854775808" "-9223372036854775808"`,
		},
		{
			`string.format('%c%c%c', 72, 105, 0), string.format('%5c|%-5c|', 65, 66), string.format('%c', 256 + 65)`,
			`"Hi" "    A|B    |" "A"`,
		},
		{
			`string.format('%s|%5s|%-5s|%.2s|%.0s|%5.1s|%s', 'a', 'b', 'c', 'def', 'ghi', 'jkl', 5)`,
			`"a|    b|c    |de||    j|5"`,
		},
		{
			`string.format('%s', 'a\0b'), string.format('%.20s', 'a\0b'):len(), string.format('%s', ('x'):rep(200` +
				`)):len()`,
			`"a" 1 200`,
		},
		{`string.format('%q', 'q"\n\r\0\\\t\1')`, `"\"q\\\"\\\n\\r\\000\\\\\t\x01\""`},
		{`string.format('%10q', 'a')`, `"\"a\""`},
		{
			`string.format('%.3f|%10.2f|%-10.1f|%+.0f|%#.0f|%010.2f', 1.5, 2.25, 3.5, 4.5, 5, -6.5)`,
			`"1.500|      2.25|3.5       |+4|5.|-000006.50"`,
		},
		{
			`string.format('%f', 1/3), string.format('%f', 1e15), string.format('%.14g', 0.1), string.format('%5.` +
				`1f', -0.05), string.format('%.20f', 0.1)`,
			`"0.333333" "1000000000000000.000000" "0.1" " -0.1" "0.10000000000000000555"`,
		},
		{
			`string.format('%e|%.0e|%E|%.3E', 12345.678, 12345.678, 0.00012, 1e100)`,
			`"1.234568e+04|1e+04|1.200000E-04|1.000E+100"`,
		},
		{
			`string.format('%g|%g|%g|%G|%g|%#g|%.3g|%g', 0.00001, 100000, 1e6, 1e20, 1e15, 1.5, 1234.5, 0)`,
			`"1e-05|100000|1e+06|1E+20|1e+15|1.50000|1.23e+03|0"`,
		},
		{
			`string.format('%f %e %g %G', 1/0, -1/0, 1/0, 1/0), string.format('%5.1f|%-6f|%+f', 1/0, 1/0, 1/0), s` +
				`tring.format('%F', 1)`,
			`error: invalid option '%F' to 'format'`,
		},
		{
			`string.format('%%'), string.format(''), string.format('%5%'), string.format('a%%b%d', 1)`,
			`error: bad argument #2 to 'format' (no value)`,
		},
		{
			`string.format('%99d', 1):len(), string.format('%.99f', 1):len(), string.format('%-+ #0d', 5)`,
			`99 101 "+5"`,
		},
		{`string.format('%d', 'x')`, `error: bad argument #2 to 'format' (number expected, got string)`},
		{`string.format('%d')`, `error: bad argument #2 to 'format' (no value)`},
		{`string.format('%d', nil)`, `error: bad argument #2 to 'format' (number expected, got nil)`},
		{`string.format('%d', {})`, `error: bad argument #2 to 'format' (number expected, got table)`},
		{`string.format('%s')`, `error: bad argument #2 to 'format' (no value)`},
		{`string.format('%s', nil)`, `error: bad argument #2 to 'format' (string expected, got nil)`},
		{`string.format('%s', true)`, `error: bad argument #2 to 'format' (string expected, got boolean)`},
		{`string.format('%s', {})`, `error: bad argument #2 to 'format' (string expected, got table)`},
		{`string.format('%y', 1)`, `error: invalid option '%y' to 'format'`},
		{`string.format('%')`, `error: bad argument #2 to 'format' (no value)`},
		{`string.format('%5')`, `error: bad argument #2 to 'format' (no value)`},
		{`string.format('%123d', 1)`, `error: invalid format (width or precision too long)`},
		{`string.format('%.123d', 1)`, `error: invalid format (width or precision too long)`},
		{`string.format('%1.2.3f', 1)`, `error: invalid option '%.' to 'format'`},
		{`string.format('%------d', 1)`, `error: invalid format (repeated flags)`},
		{`string.format('%hd', 1)`, `error: invalid option '%h' to 'format'`},
		{`string.format('%a', 1)`, `error: invalid option '%a' to 'format'`},
		{`string.format('%n', 1)`, `error: invalid option '%n' to 'format'`},
		{`string.format('%p', 1)`, `error: invalid option '%p' to 'format'`},
		{`string.format()`, `error: bad argument #1 to 'format' (string expected, got no value)`},
		// Conversions.
		{
			`tostring(1e15), tostring(0.1), tostring(1/3), tostring(100), tostring(1/0), tostring(-1/0), tostring` +
				`(1e14), tostring(123456789012345)`,
			`"1e+15" "0.1" "0.33333333333333" "100" "inf" "-inf" "1e+14" "1.2345678901234e+14"`,
		},
		{
			`tostring(2^53), tostring(1e100), tostring(3.0), tostring(-1.5e-7), tostring(99999999999999), tostrin` +
				`g(1e15 + 0.5), tostring(0.1 + 0.2)`,
			`"9.007199254741e+15" "1e+100" "3" "-1.5e-07" "99999999999999" "1e+15" "0.3"`,
		},
		{`tostring(nil), tostring(true), tostring('x'), tostring(cjson.null)`, `"nil" "true" "x" "userdata: (nil)"`},
		{`tostring()`, `error: bad argument #1 to 'tostring' (value expected)`},
		{
			`tonumber('10'), tonumber('0x1F'), tonumber('z', 36), tonumber('x'), tonumber('  5  '), tonumber('1e2` +
				`'), tonumber('10', 2), tonumber('')`,
			`10 31 35 nil 5 100 2 nil`,
		},
		{
			`tonumber('0x'), tonumber('1e'), tonumber('1 2'), tonumber('.5'), tonumber('5.'), tonumber('-5'), ton` +
				`umber('+5'), tonumber('- 5'), tonumber('1e+5')`,
			`nil nil nil 0.5 5 -5 5 nil 100000`,
		},
		{
			`tonumber('inf'), tonumber('infinity'), tonumber('-inf'), tonumber('0x1.8p1'), tonumber('1\0'), tonum` +
				`ber('0x-1'), tonumber('-0x10')`,
			`inf inf -inf 3 1 nil -16`,
		},
		{
			`tonumber('ff', 16), tonumber('0xff', 16), tonumber('FF', 16), tonumber('8', 8), tonumber('7', 8), to` +
				`number('-1', 16), tonumber('1.5', 16), tonumber('', 16)`,
			`255 255 255 nil 7 1.8446744073709552e+19 nil nil`,
		},
		{
			`tonumber(nil), tonumber(true), tonumber({}), tonumber(12), tonumber('12', 10), tonumber(12, 16), ton` +
				`umber('zz', 36)`,
			`nil nil nil 12 12 18 1295`,
		},
		{`tonumber()`, `error: bad argument #1 to 'tonumber' (value expected)`},
		{`tonumber('1', 1)`, `error: bad argument #2 to 'tonumber' (base out of range)`},
		{`tonumber('1', 37)`, `error: bad argument #2 to 'tonumber' (base out of range)`},
		{`tonumber({}, 16)`, `error: bad argument #1 to 'tonumber' (string expected, got table)`},
		{
			`1/3 ..'', 1e15 ..'', 2^31 ..'', 10 .. 20, 'a'..1 ..2`,
			`"0.33333333333333" "1e+15" "2147483648" "1020" "a12"`,
		},
		{
			`'10' + 5, '0x10' + 0, '3' * '4', -'2', 2^10, 7 % 3, -7 % 3, 7 % -3, 5.5 % 2, 1e300 * 1e10`,
			`15 16 12 -2 1024 1 2 -2 1.5 inf`,
		},
		{`'abc' + 5`, `error: attempt to perform arithmetic on a string value`},
		{`'a' .. nil`, `error: attempt to concatenate a nil value`},
		{`{} .. 'x'`, `error: attempt to concatenate a table value`},
		{
			`'a' < 'b', 'a' < 'B', 'a' < 'a\0', '' < 'a', 'Z' < 'a', '10' < '9', 'a' <= 'a', '\255' > 'a'`,
			`true false true true true true true true`,
		},
		{`1 < 'x'`, `error: attempt to compare number with string`},
		{`'a' == 'a', 1 == '1', 0/0 == 0/0`, `true false false`},
	})
}
