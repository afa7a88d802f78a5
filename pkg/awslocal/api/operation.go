package api

import "context"

// Operation answers one operation of a service S.
type Operation[S any] func(s S, ctx context.Context, r *Request) (any, error)

// Op makes an operation from a method with a decoded input. If the input can't be decoded, the answer is an
// error.
func Op[S, In any](do func(s S, ctx context.Context, r *Request, in *In) (any, error)) Operation[S] {
	return func(s S, ctx context.Context, r *Request) (any, error) {
		in := new(In)
		if err := r.Decode(in); err != nil {
			return nil, err
		}
		return do(s, ctx, r, in)
	}
}

// Operations maps names to the operations of a service.
type Operations[S any] map[string]Operation[S]

// Call answers one operation of s: see [Service].
func (o Operations[S]) Call(ctx context.Context, s S, r *Request) (any, error) {
	operation, ok := o[r.Operation]
	if !ok {
		return nil, Unknown(r.Operation)
	}
	return operation(s, ctx, r)
}
