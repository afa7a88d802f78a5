package sandbox

import "testing"

func TestCMsgpack(t *testing.T) {
	checkAll(t, []row{
		// Packing.
		{
			`cmsgpack.pack(0, 1, 127, 128, 255, 256, 65535, 65536, 2^32 - 1, 2^32, 2^53)`,
			`"\x00\x01\x7f\xcc\x80\xcc\xff\xcd\x01\x00\xcd\xff\xff\xce\x00\x01\x00\x00\xce\xff\xff\xff\xff\xcf\x0` +
				`0\x00\x00\x01\x00\x00\x00\x00\xcf\x00 \x00\x00\x00\x00\x00\x00"`,
		},
		{
			`cmsgpack.pack(-1, -32, -33, -128, -129, -32768, -32769, -2^31, -2^31 - 1, -2^53)`,
			`"\xff\xe0\xd0\xdf\xd0\x80\xd1\xff\x7f\xd1\x80\x00\xd2\xff\xff\x7f\xff\xd2\x80\x00\x00\x00\xd3\xff\xf` +
				`f\xff\xff\x7f\xff\xff\xff\xd3\xff\xe0\x00\x00\x00\x00\x00\x00"`,
		},
		{
			`cmsgpack.pack(2^62, 2^63, -2^63, 2^64, 1e300)`,
			`"\xcf@\x00\x00\x00\x00\x00\x00\x00\xca_\x00\x00\x00\xd3\x80\x00\x00\x00\x00\x00\x00\x00\xca_\x80\x00` +
				`\x00\xcb~7\xe4<\x88\x00u\x9c"`,
		},
		{
			`cmsgpack.pack(0.1), cmsgpack.pack(1.5), cmsgpack.pack(-0.25), cmsgpack.pack(-0)`,
			`"\xcb?\xb9\x99\x99\x99\x99\x99\x9a" "\xca?\xc0\x00\x00" "\xca\xbe\x80\x00\x00" "\x00"`,
		},
		{`cmsgpack.pack(1/0), cmsgpack.pack(-1/0)`, `"\xca\x7f\x80\x00\x00" "\xca\xff\x80\x00\x00"`},
		{`cmsgpack.pack(true, false, nil)`, `"\xc3\xc2\xc0"`},
		{`cmsgpack.pack('', 'abc', ('x'):rep(31))`, `"\xa0\xa3abc\xbfxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"`},
		{`cmsgpack.pack(('x'):rep(32)):sub(1, 4), cmsgpack.pack(('x'):rep(255)):sub(1, 4)`, `"\xd9 xx" "\xd9\xffxx"`},
		{
			`cmsgpack.pack(('x'):rep(256)):sub(1, 5), cmsgpack.pack(('x'):rep(65535)):sub(1, 5)`,
			`"\xda\x01\x00xx" "\xda\xff\xffxx"`,
		},
		{`cmsgpack.pack(('x'):rep(65536)):sub(1, 7)`, `"\xdb\x00\x01\x00\x00xx"`},
		{
			`cmsgpack.pack({}), cmsgpack.pack({1, 2}), cmsgpack.pack({a=1}), cmsgpack.pack({[1.5]=2})`,
			`"\x90" "\x92\x01\x02" "\x81\xa1a\x01" "\x81\xca?\xc0\x00\x00\x02"`,
		},
		{`cmsgpack.pack({1, 2, nil, 4}):byte(1)`, `131`},
		{
			`cmsgpack.pack({[2]=1}), cmsgpack.pack({[0]=1}), cmsgpack.pack({[true]=false})`,
			`"\x81\x02\x01" "\x81\x00\x01" "\x81\xc3\xc2"`,
		},
		{
			`local t = {} for i = 1, 15 do t[i] = 0 end return cmsgpack.pack(t):sub(1, 3), #cmsgpack.pack(t)`,
			`"\x9f\x00\x00" 16`,
		},
		{
			`local t = {} for i = 1, 16 do t[i] = 0 end return cmsgpack.pack(t):sub(1, 4), #cmsgpack.pack(t)`,
			`"\xdc\x00\x10\x00" 19`,
		},
		{
			`local t = {} for i = 1, 65536 do t[i] = 0 end return cmsgpack.pack(t):sub(1, 6), #cmsgpack.pack(t)`,
			`"\xdd\x00\x01\x00\x00\x00" 65541`,
		},
		{`local t = {} for i = 1, 16 do t['k'..i] = 0 end return cmsgpack.pack(t):sub(1, 3)`, `"\xde\x00\x10"`},
		{`cmsgpack.pack(function() end)`, `"\xc0"`},
		{`cmsgpack.pack(cjson.null)`, `"\xc0"`},
		{
			`local a = {} a.x = a return cmsgpack.pack(a)`,
			`"\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x` +
				`\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\x81\xa1x\xc0"`,
		},
		{
			`local t = {} for i = 1, 20 do t = {t} end return cmsgpack.pack(t)`,
			`"\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\x91\xc0"`,
		},
		{`cmsgpack.pack()`, `error: bad argument #0 to 'pack' (MessagePack pack needs input.)`},
		{`#cmsgpack.pack(1, 'a', {b=1})`, `7`},
		// Unpacking.
		{
			`cmsgpack.unpack(cmsgpack.pack({1, 2, 3, 'abc', {a=1}, true, false, 1.5, 0.1, -1, -33, 200, 300, 7000` +
				`0, 5e9, -200, -4e4, -3e9}))`,
			`{1, 2, 3, "abc", {["a"]=1}, true, false, 1.5, 0.10000000000000001, -1, -33, 200, 300, 70000, 5000000` +
				`000, -200, -40000, -3000000000}`,
		},
		{`cmsgpack.unpack(cmsgpack.pack(1, nil, 'x', {a={b={c=1}}}))`, `1 nil "x" {["a"]={["b"]={["c"]=1}}}`},
		{
			`cmsgpack.unpack('\204\255\205\255\254\206\255\255\255\255\207\0\0\1\0\0\0\0\0')`,
			`255 65534 4294967295 1099511627776`,
		},
		{
			`cmsgpack.unpack('\208\255\209\255\254\210\255\255\255\255\211\255\255\255\255\255\255\255\255')`,
			`-1 -2 -1 -1`,
		},
		{`cmsgpack.unpack('\207\255\255\255\255\255\255\255\255')`, `-1`},
		{`cmsgpack.unpack('\202\63\192\0\0\203\63\248\0\0\0\0\0\0')`, `1.5 1.5`},
		{`cmsgpack.unpack('\202\127\192\0\0')`, `nan`},
		{`cmsgpack.unpack('\217\3abc\218\0\2de\219\0\0\0\1f')`, `"abc" "de" "f"`},
		{`cmsgpack.unpack('\220\0\2\1\2\221\0\0\0\1\3')`, `{1, 2} {3}`},
		{`cmsgpack.unpack('\222\0\1\161a\1\223\0\0\0\1\1\2')`, `{["a"]=1} {2}`},
		{`cmsgpack.unpack('\147\192\1\192')`, `{[2]=1}`},
		{`cmsgpack.unpack('\129\161a\192')`, `{}`},
		{`cmsgpack.unpack('\130\161a\1\161a\2')`, `{["a"]=2}`},
		{`cmsgpack.unpack('\224\255')`, `-32 -1`},
		{`cmsgpack.unpack('')`, ``},
		{`cmsgpack.unpack('\193')`, `error: Bad data format in input.`},
		{`cmsgpack.unpack('\196\1a')`, `error: Bad data format in input.`},
		{`cmsgpack.unpack('\199\1\1a')`, `error: Bad data format in input.`},
		{`cmsgpack.unpack('\212\1a')`, `error: Bad data format in input.`},
		{`cmsgpack.unpack('\1\193')`, `error: Bad data format in input.`},
		{`cmsgpack.unpack('\161')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\204')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\203\1\2\3')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\217')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\217\5abc')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\145')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\220\1')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\221\255\255\255\255')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\223\255\255\255\255')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\129\1')`, `error: Missing bytes in input.`},
		{`cmsgpack.unpack('\129\192\1')`, `error: table index is nil`},
		{`cmsgpack.unpack('\129\203\127\248\0\0\0\0\0\0\1')`, `error: table index is NaN`},
		{`cmsgpack.unpack(12)`, `49 50`},
		{`cmsgpack.unpack({})`, `error: bad argument #1 to 'unpack' (string expected, got table)`},
		{`cmsgpack.unpack()`, `error: bad argument #1 to 'unpack' (string expected, got no value)`},
		{`select('#', cmsgpack.unpack(('\1'):rep(7000)))`, `7000`},
		{
			`cmsgpack.unpack(('\1'):rep(10000))`,
			`error: stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)`,
		},
		// In parts: the next offset, or -1 at the end, comes first.
		{`cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3))`, `1 1`},
		{`cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 1)`, `2 2`},
		{`cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 2)`, `-1 3`},
		{`cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 3)`, `-1`},
		{`cmsgpack.unpack_one(cmsgpack.pack(1, 2, 3), 4)`, `error: Start offset 4 greater than input length 3.`},
		{
			`cmsgpack.unpack_one(cmsgpack.pack(1), -1)`,
			`error: Invalid request to unpack with offset of -1 and limit of 1.`,
		},
		{`cmsgpack.unpack_one('')`, `-1`},
		{`cmsgpack.unpack_one('\1', 'x')`, `error: bad argument #2 to 'unpack_one' (number expected, got string)`},
		{`cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 2)`, `2 1 2`},
		{`cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 2, 1)`, `-1 2 3`},
		{`cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 9, 1)`, `-1 2 3`},
		{`cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 0)`, `1 2 3`},
		{`cmsgpack.unpack_limit(cmsgpack.pack(1, 2, 3), 0, 1)`, `1`},
		{`cmsgpack.unpack_limit('a', -1)`, `error: Invalid request to unpack with offset of 0 and limit of 1.`},
		{`cmsgpack.unpack_limit('a', 1, -5)`, `error: Invalid request to unpack with offset of -5 and limit of 1.`},
		{`cmsgpack.unpack_limit('a')`, `error: bad argument #2 to 'unpack_limit' (number expected, got no value)`},
		{`cmsgpack.unpack_limit('\1', 1.9)`, `-1 1`},
		{
			`cmsgpack._NAME, cmsgpack._VERSION, cmsgpack._COPYRIGHT, cmsgpack._DESCRIPTION`,
			`"cmsgpack" "lua-cmsgpack 0.4.0" "Copyright (C) 2012, Salvatore Sanfilippo" "MessagePack C implementa` +
				`tion for Lua"`,
		},
		{`cmsgpack.pack = 1`, `error: Attempt to modify a readonly table`},
	})
}
