// Package str is Redis's strings, and the bitmaps that are kept in them.
package str
