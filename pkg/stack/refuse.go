package stack

// Refuser is a [Process] of AWS that can be told to take no messages into a queue. No fault of the network reaches the
// calls between AWS's own services: this is how a target of EventBridge or SNS fails.
type Refuser interface {
	// Refuse has SQS answer 503 to whoever sends to the queue. refused counts the refused calls. lift ends it and is
	// idempotent.
	Refuse(queueURL string) (refused func() int, lift func(), err error)
}
