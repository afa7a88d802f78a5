// Package ratelimit is a rate limiter in front of an API of several instances: which algorithm lets
// how much through in any stretch of time, whose clock it goes by, and what it does when the Redis
// that the instances share does not answer.
package ratelimit
