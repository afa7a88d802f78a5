// Package api is the seam between the embedded AWS's one endpoint and the services behind it.
//
// The edge (package awslocal) turns a request of any AWS protocol into a [Request]; a service
// answers with a value or an [Error]; the edge writes either in the caller's protocol. It knows
// no service by name, and no service knows HTTP.
package api
