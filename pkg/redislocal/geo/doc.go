// Package geo is Redis's commands for positions. They are kept in sorted sets: a member's score is its geohash of
// 52 bits, so near members have near scores.
package geo
