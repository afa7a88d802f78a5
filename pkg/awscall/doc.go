// Package awscall describes a request to AWS: its service, operation and resources. Faults match calls by it,
// the meter counts by it, and the embedded AWS routes by it. It does not change the request, and checks
// neither its signature nor its input.
package awscall
