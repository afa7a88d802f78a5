// Package scheduler is EventBridge Scheduler in memory.
//
// # Covered
//
//	Schedules  CreateSchedule UpdateSchedule GetSchedule ListSchedules DeleteSchedule
//	           at(…), rate(…) and cron(…) in a time zone, flexible windows, start and end dates,
//	           ActionAfterCompletion, retry policies and dead-letter queues
//	Groups     CreateScheduleGroup GetScheduleGroup ListScheduleGroups DeleteScheduleGroup
//	Targets    SQS, SNS, Lambda, Step Functions, EventBridge buses, Kinesis; universal targets
//	           (arn:aws:scheduler:::aws-sdk:sqs:sendMessage) of the services that are here
//	Tags       TagResource UntagResource ListTagsForResource (groups)
//
// # Different from AWS
//
//   - A schedule is due to the second; AWS invokes within the minute.
//   - Where in a flexible window an invocation falls is the same in every run.
//   - Roles are checked for their form and ignored. A group is deleted at once, with its schedules.
//   - An account has at most 1,000,000 schedules in a region; AWS's default quota is ten times that.
//   - A rate without a start date counts from the schedule's creation.
//   - Retries back off from 1 s, doubling up to 8 min; AWS does not say how long it waits.
package scheduler
