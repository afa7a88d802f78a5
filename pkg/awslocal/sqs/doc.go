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
// machine (queue.go): delayed → visible → in flight → visible … → gone. Visible messages lie
// on the queue's shelf, which decides what is handed out next: oldest first (standard.go), or
// oldest group first and one group at a time (fifo.go). A receive (receive.go) takes from the
// shelf and may wait (wait.go); a message that was received maxReceiveCount times moves to the
// dead-letter queue on the next receive that meets it (redrive.go) and can be moved back
// (movetask.go). No goroutine runs a queue: whatever is due (expired visibility, elapsed
// delay, retention) happens when somebody next looks.
//
// Where LocalStack and AWS's documentation disagree, the documentation is followed:
//
//   - a receipt handle that is not the message's latest deletes nothing (LocalStack deletes);
//   - changing the visibility of a message that is not in flight is MessageNotInflight
//     (LocalStack ignores it);
//   - attribute values are validated, and a redrive policy needs an existing dead-letter queue
//     of the same type that allows it (LocalStack accepts anything);
//   - a message moved back by a move task is a new message with a new id.
//
// Left out: encryption and IAM policies are stored, not enforced; KMS errors, request throttling
// and FIFO throughput quotas do not occur; a queue may be created or purged again within 60
// seconds, as on LocalStack; standard queues neither reorder nor duplicate on their own.
package sqs
