// Package ratelimit is a rate limiter in front of an API of several instances: how much each algorithm lets
// through in any stretch of time, whose clock it goes by, and what it does when Redis does not answer.
package ratelimit
