package sandbox

import "testing"

func TestStruct(t *testing.T) {
	checkAll(t, []row{
		// Integers.
		{
			`struct.pack('bB', -1, 255), struct.pack('b', 300), struct.pack('<h', -2), struct.pack('>h', -2), str` +
				`uct.pack('>H', 65534)`,
			`"\xff\xff" "," "\xfe\xff" "\xff\xfe" "\xff\xfe"`,
		},
		{
			`struct.pack('<l', 1), struct.pack('>L', 2^53), struct.pack('>i', -1), struct.pack('>I3', 66051), str` +
				`uct.pack('<I3', 66051)`,
			`"\x01\x00\x00\x00\x00\x00\x00\x00" "\x00 \x00\x00\x00\x00\x00\x00" "\xff\xff\xff\xff" "\x01\x02\x03"` +
				` "\x03\x02\x01"`,
		},
		{
			`struct.pack('>T', 7), struct.pack('>i16', 1), struct.pack('>i16', -1), struct.pack('<i9', -2)`,
			`"\x00\x00\x00\x00\x00\x00\x00\a" "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" ` +
				`"\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff" "\xfe\xff\xff\xff\xff\xff\xff\xff` +
				`\x00"`,
		},
		{
			`struct.pack('>I', -1), struct.pack('>I', 2^32), struct.pack('>I8', 2^63), struct.pack('>i8', -2^63),` +
				` struct.pack('>i8', 2^64)`,
			`"\xff\xff\xff\xff" "\x00\x00\x00\x00" "\x80\x00\x00\x00\x00\x00\x00\x00" "\x80\x00\x00\x00\x00\x00\x` +
				`00\x00" "\x00\x00\x00\x00\x00\x00\x00\x00"`,
		},
		{
			`struct.pack('i', 1.9), struct.pack('i', -1.9), struct.pack('i', '7')`,
			`"\x01\x00\x00\x00" "\xff\xff\xff\xff" "\a\x00\x00\x00"`,
		},
		{`struct.pack('>i0', 1)`, `""`},
		{`struct.pack('i32', 1):len()`, `32`},
		{`struct.pack('i33', 1)`, `error: integral size 33 is larger than limit of 32`},
		{`struct.pack('i99999999999', 1)`, `error: integral size overflow`},
		{`struct.unpack('bB', '\255\255')`, `-1 255 3`},
		{`struct.unpack('<h>h<H>H', '\254\255\255\254\254\255\255\254')`, `-2 -2 65534 65534 9`},
		{`struct.unpack('>l', '\255\255\255\255\255\255\255\254')`, `-2 9`},
		{`struct.unpack('>L', '\255\255\255\255\255\255\255\254')`, `1.8446744073709552e+19 9`},
		{`struct.unpack('>I3<I3>i3', '\1\2\3\1\2\3\255\255\254')`, `66051 197121 -2 10`},
		{`struct.unpack('>i16', ('\0'):rep(15)..'\5')`, `5 17`},
		{`struct.unpack('>i16', ('\255'):rep(16))`, `-1 17`},
		{`struct.unpack('>i0', 'a')`, `0 1`},
		// Floats.
		{
			`struct.pack('>f>d<f<d', 1.5, -2.5, 1.5, -2.5)`,
			`"?\xc0\x00\x00\xc0\x04\x00\x00\x00\x00\x00\x00\x00\x00\xc0?\x00\x00\x00\x00\x00\x00\x04\xc0"`,
		},
		{
			`struct.pack('>f', 1e300), struct.pack('>d', 1/0), struct.pack('>f', 0.1)`,
			`"\x7f\x80\x00\x00" "\x7f\xf0\x00\x00\x00\x00\x00\x00" "=\xcc\xcc\xcd"`,
		},
		{`struct.unpack('>f>d', struct.pack('>f>d', 0.1, 0.1))`, `0.10000000149011612 0.10000000000000001 13`},
		{`struct.unpack('>d', '\127\248\0\0\0\0\0\0')`, `nan 9`},
		// Strings.
		{
			`struct.pack('s', 'abc'), struct.pack('s', ''), struct.pack('c2', 'abc'), struct.pack('c0', 'abc'), s` +
				`truct.pack('c', 'abc')`,
			`"abc\x00" "\x00" "ab" "abc" "a"`,
		},
		{`struct.pack('c4', 'abc')`, `error: bad argument #3 to 'pack' (string too short)`},
		{`struct.pack('s', 'a\0b')`, `"a\x00b\x00"`},
		{`struct.pack('s', 5)`, `"5\x00"`},
		{`struct.pack('c', {})`, `error: bad argument #2 to 'pack' (string expected, got table)`},
		{`struct.pack('xbx', 1)`, `"\x00\x01\x00"`},
		{`struct.unpack('s', 'abc\0def')`, `"abc" 5`},
		{`struct.unpack('ss', 'a\0\0')`, `"a" "" 4`},
		{`struct.unpack('s', 'abc')`, `error: unfinished string in data`},
		{`struct.unpack('c3', 'abcdef')`, `"abc" 4`},
		{`struct.unpack('cc', 'ab')`, `"a" "b" 3`},
		{`struct.unpack('bc0', '\3abcdef')`, `"abc" 5`},
		{`struct.unpack('bc0b', '\0\5')`, `"" 5 3`},
		{`struct.unpack('c0', 'abc')`, `error: format 'c0' needs a previous size`},
		{`struct.unpack('bc0', '\5abc')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('bc0', '\255abc')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('sc0', '3\0abc')`, `"abc" 6`},
		{`struct.unpack('xbx', '\0\7\0')`, `7 4`},
		// Alignment and byte order.
		{
			`struct.pack('!4bi', 1, 2), struct.pack('!bi', 1, 2), struct.pack('!2bi', 1, 2), struct.pack('bi', 1, 2)`,
			`"\x01\x00\x00\x00\x02\x00\x00\x00" "\x01\x00\x00\x00\x02\x00\x00\x00" "\x01\x00\x02\x00\x00\x00" "\x` +
				`01\x02\x00\x00\x00"`,
		},
		{
			`struct.pack('!8bd', 1, 1), struct.pack('!4bi3', 1, 2)`,
			`"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0?" "\x01\x00\x00\x02\x00\x00"`,
		},
		{
			`struct.pack('!1bi', 1, 2), struct.pack('!16bi16', 1, 2)`,
			`"\x01\x02\x00\x00\x00" "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00` +
				`\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"`,
		},
		{`struct.pack('!3i', 1)`, `error: alignment 3 is not a power of 2`},
		{`struct.pack('!0i', 1)`, `error: alignment 0 is not a power of 2`},
		{`struct.pack('!32bi', 1, 2)`, `"\x01\x00\x00\x00\x02\x00\x00\x00"`},
		{`struct.unpack('!4bi', '\1\0\0\0\2\0\0\0')`, `1 2 9`},
		{`struct.unpack('!4bi', '\1\0\0\0\2\0\0')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('!4i', '\0\1\0\0\0\2\0\0\0', 2)`, `512 9`},
		{`struct.pack('> h < h', 1, 1)`, `"\x00\x01\x01\x00"`},
		{
			`struct.size('>!4i2i4'), struct.size('bi8'), struct.size('!8bi8'), struct.size(''), struct.size('xc5f` +
				`'), struct.size('>T')`,
			`8 9 16 0 10 8`,
		},
		{`struct.size('s')`, `error: bad argument #1 to 'size' (option 's' has no fixed size)`},
		{`struct.size('c0')`, `error: bad argument #1 to 'size' (option 'c0' has no fixed size)`},
		{`struct.size('!4bxh')`, `4`},
		{`struct.size('i', 'ignored')`, `4`},
		// Offsets.
		{`struct.unpack('b', 'abc', 2)`, `98 3`},
		{`struct.unpack('b', 'abc', 3)`, `99 4`},
		{`struct.unpack('b', 'abc', 4)`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('', 'abc', 2)`, `2`},
		{`struct.unpack('', 'abc', 4)`, `4`},
		{`struct.unpack('', 'abc', 9)`, `9`},
		{`struct.unpack('b', 'abc', 0)`, `error: bad argument #3 to 'unpack' (offset must be 1 or greater)`},
		{`struct.unpack('b', 'abc', -1)`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('i4', 'abcd', 10)`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('i4', 'abcd', 2^40)`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('b', 'abc', 1.9)`, `97 2`},
		{`struct.unpack('i4', 'abc')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('c4', 'abc')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		{`struct.unpack('c2147483647', 'abc')`, `error: bad argument #2 to 'unpack' (data string too short)`},
		// Errors.
		{`struct.pack('q', 1)`, `error: bad argument #1 to 'pack' (invalid format option 'q')`},
		{`struct.unpack('q', 'abc')`, `error: bad argument #1 to 'unpack' (invalid format option 'q')`},
		{`struct.pack('%', 1)`, `error: bad argument #1 to 'pack' (invalid format option '%')`},
		{`struct.pack('i')`, `error: bad argument #2 to 'pack' (number expected, got nil)`},
		{`struct.pack('i', 'x')`, `error: bad argument #2 to 'pack' (number expected, got string)`},
		{`struct.pack('b', {})`, `error: bad argument #2 to 'pack' (number expected, got table)`},
		{`struct.pack()`, `error: bad argument #1 to 'pack' (string expected, got no value)`},
		{`struct.pack('')`, `""`},
		{`struct.pack('i\0q', 1)`, `"\x01\x00\x00\x00"`},
		{`struct.unpack('i')`, `error: bad argument #2 to 'unpack' (string expected, got no value)`},
		{`struct.unpack()`, `error: bad argument #1 to 'unpack' (string expected, got no value)`},
		{`struct.size()`, `error: bad argument #1 to 'size' (string expected, got no value)`},
		{`struct.pack('ii', 1)`, `error: bad argument #3 to 'pack' (number expected, got nil)`},
		{`struct.pack('i', 1, 2)`, `"\x01\x00\x00\x00"`},
		{`select('#', struct.unpack(('b'):rep(7000), ('a'):rep(7000)))`, `7001`},
		{`struct.nope`, `nil`},
		{`struct.pack = 1`, `error: Attempt to modify a readonly table`},
	})
}
