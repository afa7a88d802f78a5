// Package str is Redis's strings: what GET, SET, APPEND, INCR and their like do. Bitmaps and HyperLogLogs are
// strings too, with packages of their own. It has none of the conditions that came after Redis 8.2 (SET … IFEQ,
// DELEX, DIGEST, MSETEX).
package str
