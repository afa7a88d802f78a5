package api

import "context"

// Request is one call of an AWS operation, independent of its protocol.
type Request struct {
	Operation string // as in the service's API reference: "SendMessage"
	Region    string // from the signature's scope
	Account   string // 12 digits
	Endpoint  string // base URL as the client dialed it, without a trailing slash
	ID        string // of the request, as its answer has it

	// Decode fills v, a pointer to a struct with json tags in the API's own member names. It returns an
	// *Error (SerializationException) if the input does not have that shape.
	Decode func(v any) error
}

// Scope is the region and account of the request.
func (r *Request) Scope() Scope { return Scope{r.Region, r.Account} }

// Service answers the operations of one AWS service. Call is safe for concurrent use. It returns a value
// whose json tags are the API's member names, nil for an empty answer, or an error. An error that is not an
// *Error reaches the client as InternalFailure. The error of an unsupported operation is [Unknown].
type Service interface {
	Call(ctx context.Context, r *Request) (any, error)
}

// Caller lets one service call another inside the process: SNS and EventBridge deliver to SQS through it.
// service is the endpoint prefix ("sqs"); in and out are structs with json tags, out may be nil. It returns
// the callee's *Error.
type Caller interface {
	Invoke(ctx context.Context, service, operation string, in, out any) error
}
