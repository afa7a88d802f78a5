package api

import (
	"context"
	"iter"
	"maps"
	"sync"
)

// Accounts are what a service keeps of each account in each region. The service's lock guards them.
type Accounts[A any] struct {
	mu   sync.Locker
	make func(Scope) *A
	all  map[Scope]*A
}

// NewAccounts returns no accounts yet. mu is the service's lock. make makes an account when it is first used, with the
// lock held.
func NewAccounts[A any](mu sync.Locker, make func(Scope) *A) *Accounts[A] {
	return &Accounts[A]{mu, make, map[Scope]*A{}}
}

// Of returns a scope's account. The lock is held.
func (a *Accounts[A]) Of(scope Scope) *A {
	one := a.all[scope]
	if one == nil {
		one = a.make(scope)
		a.all[scope] = one
	}
	return one
}

// All are the accounts that were used. The lock is held.
func (a *Accounts[A]) All() iter.Seq[*A] { return maps.Values(a.all) }

// OnAccount makes an operation from a method on the request's account. It holds the service's lock for the whole
// operation. The output must not change later: it is written to the client without the lock.
func OnAccount[S, A, In any](of func(S) *Accounts[A], do func(S, *A, *In) (any, error)) Operation[S] {
	return Op(func(s S, _ context.Context, r *Request, in *In) (any, error) {
		accounts := of(s)
		accounts.mu.Lock()
		defer accounts.mu.Unlock()
		return do(s, accounts.Of(r.Scope()), in)
	})
}
