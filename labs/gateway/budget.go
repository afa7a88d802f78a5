package gateway

import "sync"

// budget is a retry budget (SRE book, ch. 21; Finagle's RetryBudget): each call deposits share of a retry, and a retry
// withdraws one, so that retries are at most that share of the calls, however many of these fail. A fixed number of
// tries bounds the retries of one call; this bounds their sum. A nil budget never runs out.
type budget struct {
	share float64 // retries per call
	most  float64 // that can be saved up, at least 1

	mu      sync.Mutex
	balance float64
}

func (b *budget) deposit() {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.balance = min(b.most, b.balance+b.share)
}

// withdraw says whether there may be a retry.
func (b *budget) withdraw() bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.balance < 1 {
		return false
	}
	b.balance--
	return true
}
