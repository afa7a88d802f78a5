// Package sns is the embedded AWS's Simple Notification Service: topics that fan out to
// queues and HTTP endpoints.
//
// Covered, by the query protocol:
//
//	topics         CreateTopic DeleteTopic ListTopics GetTopicAttributes SetTopicAttributes
//	subscriptions  Subscribe ConfirmSubscription Unsubscribe ListSubscriptions
//	               ListSubscriptionsByTopic GetSubscriptionAttributes SetSubscriptionAttributes
//	messages       Publish PublishBatch
//	tags           TagResource UntagResource ListTagsForResource
//
// A published message (publish.go) goes to every confirmed subscription whose filter policy
// (filter.go) matches, raw or in the JSON envelope (envelope.go). Delivery to SQS (deliver.go)
// happens within Publish: when it returns, the message is in the queues, and a FIFO topic's
// order is kept. Filter policies compare numbers to five digits after the point. Deliveries
// to HTTP endpoints (endpoint.go), and retries of failed ones, happen in the background. An
// undeliverable message goes to the subscription's dead-letter queue: at once if the subscriber
// is at fault (its queue is gone), after the retries if the service is.
//
// Left out: the protocols email, sms, lambda, application and firehose are refused;
// signatures are a fixed text; there are no delivery policies, permissions, archive and replay, or
// data protection. Deleting a topic deletes its subscriptions at once.
package sns
