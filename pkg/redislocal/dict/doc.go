// Package dict is a hash table with the three things that Redis's has and Go's map lacks: a random element in
// constant time, an order that does not change from run to run, and a cursor that misses no element that is
// there throughout, whatever is added or removed meanwhile.
package dict
