// Package meter counts what a design's instances request of their dependencies. It sits under their clients:
// a round tripper under the AWS SDK and under HTTP clients, a hook in the Redis client, and an observer of
// the bytes on Kafka's connections.
//
// Requests, bytes and items are exact for answered requests; a request without an answer is not counted.
// Bytes are those of the bodies on the wire, without headers: Kinesis data and DynamoDB binaries are a third
// longer in base64 than stored. Billing units are exact except for what a request does not show. DynamoDB's
// updates and deletes count the size in the request, which may be less than the item's. Writes to secondary
// indexes, and reads of items that a filter drops, are only counted if the design itself asks for the
// consumed capacity. What SNS and EventBridge deliver to a queue is counted when it is received: messages
// that no instance had sent. A Redis script is one command.
//
// Between StartTiming and StopTiming it also times the answers, except those that take long by request: polls
// of queues, fetches, blocking commands.
package meter
