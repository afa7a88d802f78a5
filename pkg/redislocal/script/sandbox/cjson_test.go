package sandbox

import "testing"

//nolint:misspell // cjson's word
func TestCJSON(t *testing.T) {
	checkAll(t, []row{
		// Encoding.
		{`cjson.encode({1, 2, 3})`, `"[1,2,3]"`},
		{`cjson.encode({a=1})`, `"{\"a\":1}"`},
		{`cjson.encode({})`, `"{}"`},
		{`cjson.encode({{}, {{}}})`, `"[{},[{}]]"`},
		{`cjson.encode('')`, `"\"\""`},
		{`cjson.encode('y/z"\\\n\t\r\b\f\1\31\127')`, `"\"y\\/z\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u001f\\u007f\""`},
		{`cjson.encode('\128\255\0')`, `"\"\x80\xff\\u0000\""`},
		{`cjson.encode({[1]=1, [3]=3})`, `"[1,null,3]"`},
		{`cjson.encode({[2]=2})`, `"[null,2]"`},
		{`cjson.encode({[1]=1, [1.5]=2})`, `"{\"1\":1,\"1.5\":2}"`},
		{`cjson.encode({[1.5]=1})`, `"{\"1.5\":1}"`},
		{`cjson.encode({[0]=1})`, `"{\"0\":1}"`},
		{`cjson.encode({[-1]=1})`, `"{\"-1\":1}"`},
		{`cjson.encode({['1']=1})`, `"{\"1\":1}"`},
		{`cjson.encode({[10]=1})`, `"[null,null,null,null,null,null,null,null,null,1]"`},
		{`cjson.encode({[1]=1, [21]=2})`, `error: Cannot serialise table: excessively sparse array`},
		{`cjson.encode({[1]=1, [100]=2})`, `error: Cannot serialise table: excessively sparse array`},
		{`cjson.encode(cjson.null)`, `"null"`},
		{`cjson.encode({cjson.null, false, true})`, `"[null,false,true]"`},
		{`cjson.encode(nil)`, `"null"`},
		{`cjson.encode(12)`, `"12"`},
		{`cjson.encode(-0.5)`, `"-0.5"`},
		{
			`cjson.encode({0.1, 1e15, 123456789012345678, 1e100, 1e-7, 3.0, 2^53})`,
			`"[0.1,1e+15,1.2345678901235e+17,1e+100,1e-07,3,9.007199254741e+15]"`,
		},
		{`cjson.encode(1/3)`, `"0.33333333333333"`},
		{`cjson.encode(1/0)`, `error: Cannot serialise number: must not be NaN or Inf`},
		{`cjson.encode(0/0)`, `error: Cannot serialise number: must not be NaN or Inf`},
		{`cjson.encode({a=-1/0})`, `error: Cannot serialise number: must not be NaN or Inf`},
		{`cjson.encode(function() end)`, `error: Cannot serialise function: type not supported`},
		{`cjson.encode({x=cjson.encode})`, `error: Cannot serialise function: type not supported`},
		{`cjson.encode({[true]=1})`, `error: Cannot serialise boolean: table key must be a number or string`},
		{`cjson.encode({[{}]=1})`, `error: Cannot serialise table: table key must be a number or string`},
		{`cjson.encode(coroutine.create(function() end))`, `error: Cannot serialise thread: type not supported`},
		{`cjson.encode()`, `error: bad argument #1 to 'encode' (expected 1 argument)`},
		{`cjson.encode(1, 2)`, `error: bad argument #1 to 'encode' (expected 1 argument)`},
		{`cjson.encode(setmetatable({1}, {__index=function() return 9 end}))`, `"[1]"`},
		{
			`local t = {} for i = 1, 1000 do t = {t} end return #cjson.encode(t)`,
			`error: Cannot serialise, excessive nesting (1001)`,
		},
		{
			`local t = {} for i = 1, 1001 do t = {t} end return cjson.encode(t)`,
			`error: Cannot serialise, excessive nesting (1001)`,
		},
		{`local t = {} t.x = t return cjson.encode(t)`, `error: Cannot serialise, excessive nesting (1001)`},
		{`#cjson.encode({('x'):rep(3)}), #cjson.encode(('"'):rep(1000))`, `7 2002`},
		// Decoding.
		{`cjson.decode('[1, "two", true, false, {"a": []}]')`, `{1, "two", true, false, {["a"]={}}}`},
		{`cjson.decode('{"keya": "a", "keyb": "b"}')`, `{["keya"]="a", ["keyb"]="b"}`},
		{
			`cjson.decode('{"a": [1, 2, {"b": null}], "c": "\\u00e9\\ud83d\\ude00x", "d": 1.5e3, "e": true}')`,
			`{["a"]={1, 2, {["b"]=null}}, ["c"]="\xc3\xa9\xf0\x9f\x98\x80x", ["d"]=1500, ["e"]=true}`,
		},
		{`cjson.decode('null') == cjson.null, tostring(cjson.decode('null'))`, `true "userdata: (nil)"`},
		{`cjson.decode('{"a": null}').a == cjson.null`, `true`},
		{`cjson.decode('[null, 1]')`, `{null, 1}`},
		{`cjson.decode('{"a": 1, "a": 2}')`, `{["a"]=2}`},
		{`cjson.decode('{"": 1}')`, `{[""]=1}`},
		{`cjson.decode('{"1": 1}')`, `{["1"]=1}`},
		{`cjson.decode(' \t\r\n[ ] ')`, `{}`},
		{`cjson.decode('\11[]')`, `error: Expected value but found invalid token at character 1`},
		{`cjson.decode('"a\\/b\\"\\\\\\b\\f\\n\\r\\t"')`, `"a/b\"\\\b\f\n\r\t"`},
		{
			`cjson.decode('"\\u0000\\u007f\\u0080\\u07ff\\u0800\\uffff"')`,
			`"\x00\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"`,
		},
		{`cjson.decode('"\\u0041\\u004a\\u004A"')`, `"AJJ"`},
		{`cjson.decode('"\\ud83d"')`, `error: Expected value but found invalid unicode escape code at character 2`},
		{`cjson.decode('"\\ud83dx"')`, `error: Expected value but found invalid unicode escape code at character 2`},
		{
			`cjson.decode('"\\ud83d\\u0041"')`,
			`error: Expected value but found invalid unicode escape code at character 2`,
		},
		{`cjson.decode('"\\ude00"')`, `error: Expected value but found invalid unicode escape code at character 2`},
		{`cjson.decode('"\\ux"')`, `error: Expected value but found invalid unicode escape code at character 2`},
		{`cjson.decode('"\\u12"')`, `error: Expected value but found invalid unicode escape code at character 2`},
		{`cjson.decode('"\\x"')`, `error: Expected value but found invalid escape code at character 2`},
		{`cjson.decode('"\\')`, `error: Expected value but found invalid escape code at character 2`},
		{`cjson.decode('"abc')`, `error: Expected value but found unexpected end of string at character 5`},
		{`cjson.decode('"a\nb\1"')`, `"a\nb\x01"`},
		{`cjson.decode('"a\0b"')`, `error: Expected value but found unexpected end of string at character 3`},
		{`cjson.decode('"\255\128"')`, `"\xff\x80"`},
		{`cjson.decode('\0"a"')`, `error: JSON parser does not support UTF-16 or UTF-32`},
		{`cjson.decode('"\0')`, `error: JSON parser does not support UTF-16 or UTF-32`},
		{`cjson.decode('1\0')`, `error: JSON parser does not support UTF-16 or UTF-32`},
		{`cjson.decode('')`, `error: Expected value but found T_END at character 1`},
		{`cjson.decode('  ')`, `error: Expected value but found T_END at character 3`},
		{`cjson.decode('{')`, `error: Expected object key string but found T_END at character 2`},
		{`cjson.decode('{}}')`, `error: Expected the end but found T_OBJ_END at character 3`},
		{`cjson.decode('[')`, `error: Expected value but found T_END at character 2`},
		{`cjson.decode(']')`, `error: Expected value but found T_ARR_END at character 1`},
		{`cjson.decode('[1,]')`, `error: Expected value but found T_ARR_END at character 4`},
		{`cjson.decode('[,1]')`, `error: Expected value but found T_COMMA at character 2`},
		{`cjson.decode('[1 2]')`, `error: Expected comma or array end but found T_NUMBER at character 4`},
		{`cjson.decode('[1}')`, `error: Expected comma or array end but found T_OBJ_END at character 3`},
		{`cjson.decode('{"a" 1}')`, `error: Expected colon but found T_NUMBER at character 6`},
		{`cjson.decode('{"a":}')`, `error: Expected value but found T_OBJ_END at character 6`},
		{`cjson.decode('{"a":1,}')`, `error: Expected object key string but found T_OBJ_END at character 8`},
		{`cjson.decode('{"a":1 "b":2}')`, `error: Expected comma or object end but found T_STRING at character 8`},
		{`cjson.decode('{1: 2}')`, `error: Expected object key string but found T_NUMBER at character 2`},
		{`cjson.decode('{a: 2}')`, `error: Expected object key string but found invalid token at character 2`},
		{`cjson.decode('1 2')`, `error: Expected the end but found T_NUMBER at character 3`},
		{`cjson.decode('nope')`, `error: Expected value but found invalid token at character 1`},
		{`cjson.decode('nul')`, `error: Expected value but found invalid token at character 1`},
		{`cjson.decode('nullx')`, `error: Expected the end but found invalid token at character 5`},
		{`cjson.decode('truefalse')`, `error: Expected the end but found T_BOOLEAN at character 5`},
		{`cjson.decode('True')`, `error: Expected value but found invalid token at character 1`},
		{`cjson.decode("'a'")`, `error: Expected value but found invalid token at character 1`},
		{
			`cjson.decode('0'), cjson.decode('-0'), cjson.decode('1.5'), cjson.decode('1e3'), cjson.decode('-1E-2` +
				`'), cjson.decode('1.')`,
			`0 -0 1.5 1000 -0.01 1`,
		},
		{
			`cjson.decode('01'), cjson.decode('-01'), cjson.decode('0x10'), cjson.decode('-0x10'), cjson.decode('` +
				`0x1p4'), cjson.decode('0x.8')`,
			`1 -1 16 -16 16 0.5`,
		},
		{`cjson.decode('1e999'), cjson.decode('-1e999'), cjson.decode('1e-999')`, `inf -inf 0`},
		{
			`cjson.decode('inf'), cjson.decode('-inf'), cjson.decode('Infinity'), cjson.decode('-infinity'), cjso` +
				`n.decode('INF')`,
			`inf -inf inf -inf inf`,
		},
		{`cjson.decode('nan'), cjson.decode('NaN')`, `nan nan`},
		{`cjson.decode('-nan')`, `nan`},
		{`cjson.decode('infinit')`, `error: Expected the end but found invalid token at character 4`},
		{`cjson.decode('nanx')`, `error: Expected the end but found invalid token at character 4`},
		{`cjson.decode('.5')`, `error: Expected value but found invalid token at character 1`},
		{`cjson.decode('-.5')`, `-0.5`},
		{`cjson.decode('+1')`, `1`},
		{`cjson.decode('-')`, `error: Expected value but found invalid number at character 1`},
		{`cjson.decode('--1')`, `error: Expected value but found invalid number at character 1`},
		{`cjson.decode('1e')`, `error: Expected the end but found invalid token at character 2`},
		{`cjson.decode('1e+')`, `error: Expected the end but found invalid token at character 2`},
		{`cjson.decode('1.e1')`, `10`},
		{`cjson.decode('0x')`, `error: Expected the end but found invalid token at character 2`},
		{`cjson.decode('[0x]')`, `error: Expected comma or array end but found invalid token at character 3`},
		{`cjson.decode('12345678901234567890')`, `1.2345678901234567e+19`},
		{`cjson.decode('9007199254740993')`, `9007199254740992`},
		{`cjson.decode(12)`, `12`},
		{`cjson.decode(nil)`, `error: bad argument #1 to 'decode' (string expected, got nil)`},
		{`cjson.decode({})`, `error: bad argument #1 to 'decode' (string expected, got table)`},
		{`cjson.decode()`, `error: bad argument #1 to 'decode' (expected 1 argument)`},
		{`cjson.decode('1', 2)`, `error: bad argument #1 to 'decode' (expected 1 argument)`},
		{`#cjson.decode(('['):rep(1000)..(']'):rep(1000))`, `1`},
		{`cjson.decode(('['):rep(1001))`, `error: Found too many nested data structures (1001) at character 1001`},
		{
			`cjson.decode(('{"a":'):rep(1001))`,
			`error: Found too many nested data structures (1001) at character 5001`,
		},
		// Settings, which last until they are set back.
		{`cjson.encode_max_depth(), cjson.decode_max_depth(), cjson.encode_number_precision()`, `1000 1000 14`},
		{
			`cjson.encode_keep_buffer(), cjson.encode_invalid_numbers(), cjson.decode_invalid_numbers()`,
			`true false true`,
		},
		{`cjson.encode_sparse_array()`, `false 2 10`},
		{
			`local was = cjson.encode_max_depth(1) local ok, e = pcall(cjson.encode, {{}}) cjson.encode_max_depth` +
				`(1000) return was, ok, e`,
			`1 false "Cannot serialise, excessive nesting (2)"`,
		},
		{
			`local was = cjson.decode_max_depth(1) local ok, e = pcall(cjson.decode, '{"a": [1]}') cjson.decode_m` +
				`ax_depth(1000) return was, ok, e`,
			`1 false "Found too many nested data structures (2) at character 7"`,
		},
		{
			`cjson.encode_max_depth(0)`,
			`error: bad argument #1 to 'encode_max_depth' (expected integer between 1 and 2147483647)`,
		},
		{`cjson.encode_max_depth('x')`, `error: bad argument #1 to 'encode_max_depth' (number expected, got string)`},
		{`cjson.encode_max_depth(1, 2)`, `error: bad argument #2 to 'encode_max_depth' (found too many arguments)`},
		{
			`local was = cjson.encode_number_precision(3) local s = cjson.encode({1/3, 12345, 100, 0.0001}) cjson` +
				`.encode_number_precision(14) return was, s`,
			`3 "[0.333,1.23e+04,100,0.0001]"`,
		},
		{
			`cjson.encode_number_precision(0)`,
			`error: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14)`,
		},
		{
			`cjson.encode_number_precision(15)`,
			`error: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14)`,
		},
		{
			`cjson.encode_number_precision(16)`,
			`error: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14)`,
		},
		{
			`cjson.encode_number_precision(17)`,
			`error: bad argument #1 to 'encode_number_precision' (expected integer between 1 and 14)`,
		},
		{
			`local a = cjson.encode_invalid_numbers(true) local s = cjson.encode({1/0, -1/0}) cjson.encode_invali` +
				`d_numbers(false) return a, s`,
			`true "[inf,-inf]"`,
		},
		{
			`local a = cjson.encode_invalid_numbers('null') local s = cjson.encode({1/0, -1/0}) local b = cjson.e` +
				`ncode_invalid_numbers('off') return a, s, b`,
			`"null" "[null,null]" false`,
		},
		{
			`cjson.encode_invalid_numbers('maybe')`,
			`error: bad argument #1 to 'encode_invalid_numbers' (invalid option 'maybe')`,
		},
		{
			`local a = cjson.decode_invalid_numbers(false) local ok, e = pcall(cjson.decode, '[0x10]') cjson.deco` +
				`de_invalid_numbers(true) return a, ok, e`,
			`false false "Expected value but found invalid number at character 2"`,
		},
		{
			`cjson.decode_invalid_numbers(false) local ok, e = pcall(cjson.decode, '[01]') cjson.decode_invalid_n` +
				`umbers(true) return ok, e`,
			`false "Expected value but found invalid number at character 2"`,
		},
		{
			`cjson.decode_invalid_numbers(false) local ok, e = pcall(cjson.decode, '[inf]') cjson.decode_invalid_` +
				`numbers(true) return ok, e`,
			`false "Expected value but found invalid token at character 2"`,
		},
		{
			`cjson.decode_invalid_numbers(false) local ok, e = pcall(cjson.decode, '[-nan]') cjson.decode_invalid` +
				`_numbers(true) return ok, e`,
			`false "Expected value but found invalid number at character 2"`,
		},
		{
			`local a, b, c = cjson.encode_sparse_array(true) local s = cjson.encode({[1]=1, [1000]=2}):len() cjso` +
				`n.encode_sparse_array(false) return a, b, c, s`,
			`true 2 10 16`,
		},
		{
			`local a, b, c = cjson.encode_sparse_array(false, 0) local s = #cjson.encode({[1]=1, [100]=2}) cjson.` +
				`encode_sparse_array(false, 2) return a, b, c, s`,
			`false 0 10 495`,
		},
		{
			`cjson.encode_sparse_array(false, -1)`,
			`error: bad argument #1 to 'encode_sparse_array' (expected integer between 0 and 2147483647)`,
		},
		{
			`local a = cjson.encode_keep_buffer(false) local b = cjson.encode_keep_buffer(true) return a, b`,
			`false true`,
		},
		{`cjson.new().encode({1})`, `"[1]"`},
		{`cjson._NAME, cjson._VERSION`, `"cjson" "2.1.0"`},
		{`cjson.nope`, `nil`},
		{`cjson.encode = 1`, `error: Attempt to modify a readonly table`},
	})
}
