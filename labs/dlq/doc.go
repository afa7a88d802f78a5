// Package dlq is an order pipeline that meets messages it cannot process: what a dead-letter
// queue is for, what it does to healthy messages when a dependency is down, and why a consumer
// that gets a message twice must not charge twice.
package dlq
