// Package eventbus is a shop that tells three services of its orders over an EventBridge bus: what is lost when one of
// them does not take its events for longer than the bus tries, and how a dead-letter queue or an archive keeps it.
package eventbus
