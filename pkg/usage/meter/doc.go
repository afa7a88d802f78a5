// Package meter counts what the instances of a design ask of their dependencies. It sits under
// their clients: a round tripper under the AWS SDK and one under HTTP clients, a hook in the Redis
// client, and an eye on the bytes of Kafka's connections.
//
// Requests, bytes and items are exact for what was answered; a request without an answer is not
// counted. Bytes are those of bodies as they are sent, without headers: Kinesis data and DynamoDB
// binaries are a third longer in base64 than stored. Billing units are exact but for what a request
// does not say. DynamoDB's updates and deletes count the size that the request shows, which is less
// than the item's where the item is larger; writes to secondary indexes and reads of items that a
// filter dropped are not seen, unless the design itself asks for the consumed capacity; then that
// counts. What SNS and EventBridge deliver to a queue is known when it is received: messages that
// nobody of the design had sent. A Redis script is one command, whatever it does.
//
// Between StartTiming and StopTiming it also times the answers, but for those that take their time
// because they were asked to: polls of queues, fetches, commands that block.
package meter
