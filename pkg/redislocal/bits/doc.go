// Package bits is Redis's bitmaps: commands that take a string as an array of bits, the first of which is the
// highest of the first byte.
package bits
