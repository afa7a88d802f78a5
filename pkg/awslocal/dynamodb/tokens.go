package dynamodb

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"
)

// tokenLife is how long a client token makes a transaction idempotent.
const tokenLife = 10 * time.Minute

// tokens remembers the successful transactions with a client token. SDKs send a new token with every
// transaction, so it keeps little of each.
type tokens struct {
	mu      sync.Mutex
	uses    map[tokenID]*tokenUse
	expires []tokenID // in the order in which they do
}

type tokenID struct {
	home
	token string
}

type tokenUse struct {
	fingerprint [sha256.Size]byte
	output      *transactWriteOutput // nil while the transaction is in progress
	expiry      time.Time
}

// fingerprint is what must be the same in two requests with one token. JSON is canonical here: maps encode in
// the order of their keys.
func (in *transactWriteInput) fingerprint() [sha256.Size]byte {
	raw, _ := json.Marshal(in.TransactItems) // strings, numbers and the like always marshal
	return sha256.Sum256(raw)
}

// once runs a transaction, or returns the answer of the earlier one with the same token. A failed transaction
// leaves its token free.
func (k *tokens) once(at home, in *transactWriteInput, now func() time.Time,
	run func() (*transactWriteOutput, error)) (*transactWriteOutput, error) {
	id := tokenID{at, in.ClientRequestToken}
	use := &tokenUse{fingerprint: in.fingerprint()}
	if before := k.begin(id, use, now()); before != nil {
		switch {
		case before.fingerprint != use.fingerprint:
			return nil, serviceError("IdempotentParameterMismatchException",
				"DynamoDB rejected the request because you retried a request with a different "+
					"payload but with an idempotent token that was already used.")
		case before.output == nil:
			return nil, serviceError("TransactionInProgressException",
				"The transaction with the given request token is already in progress.")
		}
		return before.output, nil
	}
	output, err := run()
	k.end(id, output, now())
	return output, err
}

// begin claims a token, or returns its existing use.
func (k *tokens) begin(id tokenID, use *tokenUse, now time.Time) (before *tokenUse) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.expires) > 0 && !now.Before(k.uses[k.expires[0]].expiry) {
		delete(k.uses, k.expires[0])
		k.expires = k.expires[1:]
	}
	if before := k.uses[id]; before != nil {
		copied := *before
		return &copied
	}
	if k.uses == nil {
		k.uses = map[tokenID]*tokenUse{}
	}
	k.uses[id] = use
	return nil
}

// end keeps the token of a successful transaction, and frees that of a failed one.
func (k *tokens) end(id tokenID, output *transactWriteOutput, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if output == nil {
		delete(k.uses, id)
		return
	}
	k.uses[id].output, k.uses[id].expiry = output, now.Add(tokenLife)
	k.expires = append(k.expires, id)
}
