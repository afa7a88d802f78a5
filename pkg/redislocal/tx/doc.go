// Package tx is Redis's transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH. The engine does the work.
package tx
