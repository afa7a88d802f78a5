// Package eventbridge is EventBridge in memory, as far as the labs need it: rules that match
// by content, fan-out to other services, retries and dead-letter queues, archive and replay.
//
// # Covered
//
//	Buses     CreateEventBus DeleteEventBus DescribeEventBus ListEventBuses
//	Rules     with patterns or schedules, rate(…) and cron(…)
//	          PutRule DeleteRule DescribeRule ListRules EnableRule DisableRule
//	Targets   PutTargets RemoveTargets ListTargetsByRule ListRuleNamesByTarget
//	          SQS (also FIFO), SNS, Kinesis, another event bus, Lambda, Step Functions; Input,
//	          InputPath, InputTransformer; RetryPolicy, DeadLetterConfig
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
// Other kinds of targets are refused with a ValidationException. Bus
// policies, connections, API destinations, global endpoints, partner sources and schemas are
// answered with UnknownOperationException.
//
// # Different from AWS
//
//   - Roles and permissions are ignored.
//   - AWS does not say how long it waits between retries. Ours back off from 1 s, doubling up to 8 min, each
//     with jitter of half of that, so that 185 retries take about 24 hours. The jitter is the same in every run.
//   - Archives hold an event at once; AWS takes minutes and updates their counts daily.
//   - A replay sends events one after another as fast as their targets accept them.
//   - A pattern's key is one name: AWS also accepts "a.b" for b inside a.
//   - AWS refuses wildcard patterns that are too complex for its matcher; ours has no such limit.
//   - Messages about bad patterns give AWS's reason, without the position in the text.
//
// # Delivery
//
// PutEvents matches before it answers and delivers after. Workers take deliveries from one
// queue, so targets see events in no particular order. A delivery is retried if the target
// throttles, fails with a 5xx or can't be reached. It is not retried if the target does not exist
// or refuses the request. An event that is given up goes to the target's dead-letter queue with
// RULE_ARN, TARGET_ARN, ERROR_CODE, ERROR_MESSAGE, RETRY_ATTEMPTS and, if a limit ended the
// retries, EXHAUSTED_RETRY_CONDITION.
package eventbridge
