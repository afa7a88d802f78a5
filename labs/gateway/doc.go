// Package gateway is microservices behind an API gateway, one of which becomes slow: how retries at every layer
// multiply the load on it, how that takes down routes that don't need it and keeps all down when its cause is gone, and
// what a retry budget, a circuit breaker, bulkheads and deadlines that travel with the request do about it.
package gateway
