// Package autoscale is a tier of request servers under a step of traffic that instances boot too slowly for: what a
// backlog and the clients' retries make of it, and what a warm pool and load shedding do instead.
package autoscale
