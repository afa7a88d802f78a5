// Package lambda is Lambda in memory: functions in execution environments, with their concurrency, cold starts,
// retries and destinations.
//
// # Covered
//
//	Functions    CreateFunction GetFunction GetFunctionConfiguration ListFunctions DeleteFunction
//	             UpdateFunctionCode UpdateFunctionConfiguration
//	Concurrency  PutFunctionConcurrency GetFunctionConcurrency DeleteFunctionConcurrency GetAccountSettings
//	Requests     Invoke InvokeAsync
//
// # Code
//
// A function whose S3Bucket is "in-process" is a [Handler] of this process: see [Config].
//
// # Environments
//
// An environment runs one request at a time. A request that finds none idle starts one, if the reserved
// concurrency, the account's and the scaling rate allow that; else it is throttled. Idle environments end after
// [Config].IdleTime. A timeout, a panic or a crash ends an environment at once.
//
// # Different from AWS
//
//   - A function is active at once. Roles and permissions are ignored.
//   - A request that exceeds the scaling rate has the reason ConcurrentInvocationLimitExceeded; AWS does not say which.
//     There is no limit of requests per second.
//   - Max Memory Used in the log is the configured memory: it is not measured.
package lambda
