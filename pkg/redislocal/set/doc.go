// Package set is Redis's sets. Members come in the order in which they were added, also where Redis, whose
// order is arbitrary, sorts a small set of integers.
package set
