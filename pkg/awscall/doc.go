// Package awscall tells what a request to AWS is: which service and operation it calls, and what it is
// about. Faults choose calls by it, the meter counts by it, and the embedded AWS routes by it. It changes
// nothing in a request, and checks neither its signature nor its input.
package awscall
