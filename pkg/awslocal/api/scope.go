package api

import "context"

// Scope is the region and account of a call.
type Scope struct {
	Region  string
	Account string // 12 digits
}

type scopeKey struct{}

// WithScope returns a context whose [Caller.Invoke] calls use s. A service that delivers across regions or
// accounts sets it to the target's.
func WithScope(ctx context.Context, s Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

// ScopeOf returns the scope set by WithScope, or an empty one.
func ScopeOf(ctx context.Context) Scope {
	s, _ := ctx.Value(scopeKey{}).(Scope)
	return s
}
