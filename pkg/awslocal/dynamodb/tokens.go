package dynamodb

import (
	"sync"
	"time"
)

// tokenLife is how long a client token makes a transaction idempotent.
const tokenLife = 10 * time.Minute

// tokens remembers the transactions that succeeded under a client token. The zero value is ready.
type tokens struct {
	mu    sync.Mutex
	known map[tokenID]*tokenUse
}

type tokenID struct {
	home
	token string
}

type tokenUse struct {
	fingerprint string
	output      *transactWriteOutput // nil while the transaction is under way
	expires     time.Time
}

// once runs a transaction, or answers as it did when it ran under the same token. A transaction
// that fails leaves its token free.
func (k *tokens) once(at home, in *transactWriteInput, now func() time.Time, run func() (*transactWriteOutput, error)) (*transactWriteOutput, error) {
	id := tokenID{at, in.ClientRequestToken}
	use := &tokenUse{fingerprint: in.fingerprint()}
	k.mu.Lock()
	k.forget(now())
	switch before := k.known[id]; {
	case before == nil:
		k.known[id] = use
		k.mu.Unlock()
	case before.fingerprint != use.fingerprint:
		k.mu.Unlock()
		return nil, serviceError("IdempotentParameterMismatchException", "DynamoDB rejected the request because you retried a request with a different "+
			"payload but with an idempotent token that was already used.")
	case before.output == nil:
		k.mu.Unlock()
		return nil, serviceError("TransactionInProgressException", "The transaction with the given request token is already in progress.")
	default:
		k.mu.Unlock()
		return before.output, nil
	}

	output, err := run()
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		delete(k.known, id)
		return nil, err
	}
	use.output, use.expires = output, now().Add(tokenLife)
	return output, nil
}

// forget drops what has expired. The caller holds the lock.
func (k *tokens) forget(now time.Time) {
	if k.known == nil {
		k.known = map[tokenID]*tokenUse{}
	}
	for id, use := range k.known {
		if use.output != nil && !now.Before(use.expires) {
			delete(k.known, id)
		}
	}
}
