package sandbox

import "testing"

func TestBit(t *testing.T) {
	checkAll(t, []row{
		{
			`bit.tobit(0xffffffff), bit.tobit(0x7fffffff), bit.tobit(0x80000000), bit.tobit(2^40 + 1), bit.tobit(` +
				`-2^31 - 1), bit.tobit(2^53 - 1)`,
			`-1 2147483647 -2147483648 1 2147483647 0`,
		},
		{
			`bit.tobit(0.5), bit.tobit(1.5), bit.tobit(2.5), bit.tobit(-0.5), bit.tobit(-1.5), bit.tobit('12')`,
			`0 2 2 0 -2 12`,
		},
		{
			`bit.tobit(1e15), bit.tobit(-1e15), bit.tobit(2^51), bit.tobit(2^51 + 2^31)`,
			`-1530494976 1530494976 0 1073741824`,
		},
		{`bit.bnot(0), bit.bnot(-1), bit.bnot(0x12345678)`, `-1 0 -305419897`},
		{`bit.band(0xff, 0x0f, 3), bit.band(1), bit.band(-1, 0x80000000)`, `3 1 -2147483648`},
		{
			`bit.bor(1, 2, 4, 8, 16, 32, 64, 128), bit.bor(0x80000000, 1), bit.bxor(5, 1), bit.bxor(1, 2), bit.bx` +
				`or(-1, -1)`,
			`255 -2147483647 4 3 0`,
		},
		{
			`bit.lshift(1, 0), bit.lshift(1, 31), bit.lshift(1, 32), bit.lshift(1, 33), bit.lshift(1, -1), bit.ls` +
				`hift(0x87654321, 12)`,
			`1 -2147483648 1 2 -2147483648 1412567040`,
		},
		{`bit.rshift(-1, 28), bit.rshift(256, 8), bit.rshift(-256, 8), bit.rshift(-1, 32)`, `15 1 16777215 -1`},
		{
			`bit.arshift(-256, 4), bit.arshift(256, 8), bit.arshift(-1, 31), bit.arshift(0x87654321, 12)`,
			`-16 1 -1 -493996`,
		},
		{
			`bit.rol(0x12345678, 12), bit.ror(0x12345678, 12), bit.rol(1, 32), bit.ror(1, 1), bit.rol(-2, 1)`,
			`1164411171 1736516421 1 -2147483648 -3`,
		},
		{`bit.bswap(0x12345678), bit.bswap(0x78563412), bit.bswap(-1)`, `2018915346 305419896 -1`},
		{
			`bit.tohex(1), bit.tohex(-1), bit.tohex(0xffffffff), bit.tohex(-1, -8), bit.tohex(0x21, 4), bit.tohex` +
				`(0x87654321, 4), bit.tohex(255)`,
			`"00000001" "ffffffff" "ffffffff" "FFFFFFFF" "0021" "4321" "000000ff"`,
		},
		{
			`bit.tohex(65535, -2147483648), bit.tohex(1, 0), bit.tohex(1, 100), bit.tohex(0xabcdef, -6), bit.tohe` +
				`x(1, 2.5)`,
			`"0000FFFF" "" "00000001" "ABCDEF" "01"`,
		},
		{`bit.band()`, `error: bad argument #1 to 'band' (number expected, got no value)`},
		{`bit.tobit()`, `error: bad argument #1 to 'tobit' (number expected, got no value)`},
		{`bit.tobit('x')`, `error: bad argument #1 to 'tobit' (number expected, got string)`},
		{`bit.tobit({})`, `error: bad argument #1 to 'tobit' (number expected, got table)`},
		{`bit.lshift(1)`, `error: bad argument #2 to 'lshift' (number expected, got no value)`},
		{`bit.bor(1, nil)`, `error: bad argument #2 to 'bor' (number expected, got nil)`},
		{`bit.bor(1, true)`, `error: bad argument #2 to 'bor' (number expected, got boolean)`},
		{`bit.bnot('x')`, `error: bad argument #1 to 'bnot' (number expected, got string)`},
		{`bit.tohex(1, 'x')`, `error: bad argument #2 to 'tohex' (number expected, got string)`},
		{`bit.nope`, `nil`},
		{`bit.band = 1`, `error: Attempt to modify a readonly table`},
	})
}
