// Package eventbridge is EventBridge in memory, as far as the labs teach it: rules that match
// by content, fan-out to other services, retries and dead-letter queues, archive and replay.
//
// # Covered
//
//	Buses     CreateEventBus DeleteEventBus DescribeEventBus ListEventBuses
//	Rules     PutRule DeleteRule DescribeRule ListRules EnableRule DisableRule
//	Targets   PutTargets RemoveTargets ListTargetsByRule ListRuleNamesByTarget
//	          SQS (also FIFO), SNS, Kinesis, another event bus; Input, InputPath,
//	          InputTransformer; RetryPolicy, DeadLetterConfig
//	Events    PutEvents TestEventPattern
//	Patterns  plain values, prefix, suffix, equals-ignore-case, wildcard, anything-but
//	          (with values, prefix, suffix, wildcard, equals-ignore-case), numeric, exists,
//	          cidr, $or
//	Archives  CreateArchive UpdateArchive DeleteArchive DescribeArchive ListArchives
//	Replays   StartReplay CancelReplay DescribeReplay ListReplays
//	Tags      TagResource UntagResource ListTagsForResource (buses and rules)
//
// # Left out
//
// Scheduled rules and other kinds of targets are refused with a ValidationException. Bus
// policies, connections, API destinations, global endpoints, partner sources and schemas are
// answered as UnknownOperationException.
//
// # Different from AWS
//
//   - Roles and permissions are not looked at.
//   - Retries back off from 1 s, doubling up to 1 min, without jitter: a run can be repeated.
//   - Archives hold an event at once; AWS takes minutes and updates their counts daily.
//   - A replay sends events one after another as fast as their targets take them.
//   - A pattern's key is one name: AWS also takes "a.b" for b inside a.
//   - AWS refuses wildcard patterns that are too complex for its matcher; ours has no such limit.
//   - Messages about bad patterns give AWS's reason, without the position in the text.
//
// # Delivery
//
// PutEvents matches before it answers and delivers after. Workers take deliveries from one
// queue, so targets see events in no promised order. A target that is throttled, fails with a
// 5xx or can't be reached is tried again; one that is not there, or refuses the request, is
// not. What is given up goes to the target's dead-letter queue with RULE_ARN, TARGET_ARN,
// ERROR_CODE, ERROR_MESSAGE, RETRY_ATTEMPTS and, if a limit ended the retries,
// EXHAUSTED_RETRY_CONDITION.
package eventbridge
