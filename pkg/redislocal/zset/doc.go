// Package zset is Redis's sorted sets: a dict of the members and a skip list of them by score, whose links count
// what they pass over. A member's score takes constant time, and its rank, the member at a rank, and the first
// member of a range of scores logarithmic time.
package zset
