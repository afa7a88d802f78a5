// Package api is the interface between the embedded AWS's one endpoint and its services.
//
// The endpoint (package awslocal) turns a request of any AWS protocol into a [Request]. A service answers
// with a value or an [Error]. The endpoint writes either in the caller's protocol. It knows no service by
// name, and no service knows HTTP.
package api
