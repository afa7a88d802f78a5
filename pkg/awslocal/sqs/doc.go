// Package sqs is the embedded AWS's Simple Queue Service: standard and FIFO queues in memory.
//
// Covered, by the JSON and the query protocol:
//
//	queues      CreateQueue DeleteQueue GetQueueUrl ListQueues PurgeQueue
//	            GetQueueAttributes SetQueueAttributes
//	            TagQueue UntagQueue ListQueueTags AddPermission RemovePermission
//	messages    SendMessage SendMessageBatch ReceiveMessage DeleteMessage DeleteMessageBatch
//	            ChangeMessageVisibility ChangeMessageVisibilityBatch
//	dead letter ListDeadLetterSourceQueues StartMessageMoveTask ListMessageMoveTasks
//	            CancelMessageMoveTask
//
// How it works, in the order to read it: a message is sent (send.go) into a queue's state
// machine (queue.go): delayed → visible → in flight → visible … → gone. The set of visible
// messages decides which one is received next: oldest first (standard.go), or oldest group first
// and one group at a time (fifo.go). A receive (receive.go) takes from that set and may wait
// (wait.go). A message that was received maxReceiveCount times moves to the dead-letter queue when
// it would be received again (redrive.go), and can be moved back (movetask.go). No goroutine runs
// a queue: expired visibility, elapsed delay and retention take effect at the next access.
//
// Where LocalStack and AWS's documentation disagree, this package follows the documentation:
//
//   - a receipt handle that is not the message's latest deletes nothing (LocalStack deletes);
//   - changing the visibility of a message that is not in flight is MessageNotInflight
//     (LocalStack ignores it);
//   - attribute values are validated, and a redrive policy needs an existing dead-letter queue
//     of the same type that allows it (LocalStack accepts anything);
//   - a message moved back by a move task is a new message with a new ID.
//
// Left out: encryption and IAM policies are stored, not enforced; KMS errors, request throttling
// and FIFO throughput quotas do not occur; a queue may be created or purged again within 60
// seconds, as on LocalStack; standard queues neither reorder nor duplicate on their own.
package sqs
