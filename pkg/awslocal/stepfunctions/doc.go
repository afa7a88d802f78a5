// Package stepfunctions is Step Functions in memory: state machines in the Amazon States Language (package asl), their
// executions, activities and callbacks.
//
// # Covered
//
//	Machines    CreateStateMachine UpdateStateMachine DeleteStateMachine DescribeStateMachine
//	            ListStateMachines ValidateStateMachineDefinition TestState; STANDARD and EXPRESS
//	Executions  StartExecution StartSyncExecution StopExecution RedriveExecution DescribeExecution
//	            ListExecutions GetExecutionHistory DescribeStateMachineForExecution
//	Activities  CreateActivity DeleteActivity DescribeActivity ListActivities GetActivityTask
//	Tasks       SendTaskSuccess SendTaskFailure SendTaskHeartbeat
//	Tags        TagResource UntagResource ListTagsForResource (machines and activities)
//	States      all, with Retry, Catch, time-outs and heartbeats
//	Resources   activities, functions, lambda:invoke, sqs:sendMessage, sns:publish,
//	            dynamodb:getItem, putItem, updateItem and deleteItem, events:putEvents,
//	            states:startExecution; .sync, .sync:2 and .waitForTaskToken where AWS has them;
//	            aws-sdk with every operation of the services in awssdk.go
//
// # Left out
//
// Versions and aliases, distributed maps, JSONata and logs are refused, and in TestState mocks and what AWS needs them
// for: Parallel and Map states, activities, .sync and .waitForTaskToken. Other resources are refused when a state
// machine is created.
//
// # Different from AWS
//
//   - Roles, tracing and encryption are ignored; logging and tracing configurations are kept and given back.
//   - Steps take no time of their own: an execution takes as long as its waits and its tasks.
//   - Objects have their names in alphabetical order.
//   - An optimized integration's result has little of the HTTP answer's headers.
//   - An express execution that loops without end fails after 100,000 events, since a loop takes no time.
//   - No event about an execution's status goes to EventBridge.
//   - A deleted machine's executions can't be described any more once the last has ended.
//
// # How it runs
//
// Each branch of an execution has one step queued, or waits. Steps of all executions are taken from one queue by one
// goroutine, which exists while there is work. A wait, a back-off and a task's time-out are a timer each on the
// service's clock. A call to another service has a goroutine of its own, since a function may take minutes; when a task
// times out, the call goes on, and its answer is dropped.
package stepfunctions
