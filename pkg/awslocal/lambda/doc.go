// Package lambda is Lambda in memory: functions in execution environments, with their concurrency, cold starts,
// retries and destinations.
//
// # Covered
//
//	Functions    CreateFunction GetFunction GetFunctionConfiguration ListFunctions DeleteFunction
//	             UpdateFunctionCode UpdateFunctionConfiguration
//	Versions     PublishVersion ListVersionsByFunction CreateAlias UpdateAlias GetAlias ListAliases DeleteAlias
//	Concurrency  PutFunctionConcurrency GetFunctionConcurrency DeleteFunctionConcurrency GetAccountSettings
//	             PutProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig
//	             DeleteProvisionedConcurrencyConfig ListProvisionedConcurrencyConfigs
//	Requests     Invoke InvokeAsync
//	Events       PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig
//	             DeleteFunctionEventInvokeConfig ListFunctionEventInvokeConfigs; dead-letter queues and topics;
//	             destinations: SQS, SNS, Lambda, EventBridge
//	Mappings     CreateEventSourceMapping GetEventSourceMapping ListEventSourceMappings
//	             UpdateEventSourceMapping DeleteEventSourceMapping; SQS queues, streams of Kinesis and of DynamoDB's
//	             tables, with batching window, partial batch response, filters; for queues maximum concurrency; for
//	             streams bisected batches, limits of retries and age, parallelization, destinations SQS and SNS
//	Others       AddPermission RemovePermission GetPolicy TagResource UntagResource ListTags
//
// # Code
//
// The code of a function is given in one of four ways:
//
//	ZipFile                                   an archive, unpacked into a folder for temporary files
//	S3Bucket "hot-reload", S3Key "/a/folder"  a folder of this machine, as in LocalStack
//	S3Bucket "served", S3Key "http://…"       an HTTP server that runs the environments: see [Served]
//	S3Bucket "in-process", S3Key "name"       a [Handler] of this process: see [Config]
//
// The first two run as OS processes that speak the Runtime API, if [Config].Processes allows it: python3.x and
// nodejs by the programs of that name on the path, provided by the folder's bootstrap file.
//
// # Environments
//
// An environment runs one request at a time. A request that finds none idle starts one, if the reserved
// concurrency, the account's and the scaling rate allow that; else it is throttled. Idle environments end after
// [Config].IdleTime. A timeout, a panic or a crash ends an environment at once.
//
// # Left out
//
// Mappings of enhanced fan-out consumers, layers, images, VPCs, file systems, SnapStart, code from S3, tumbling
// windows, provisioned pollers and destinations in S3 are refused by name. Function URLs, response streaming, code
// signing and durable functions are answered with UnknownOperationException.
//
// # Different from AWS
//
//   - A function is active at once. Roles and permissions are ignored.
//   - A request that exceeds the scaling rate has the reason ConcurrentInvocationLimitExceeded; AWS does not say which.
//     There is no limit of requests per second.
//   - Max Memory Used in the log is the configured memory: it is not measured, and not limited.
//   - A batch that is throttled is tried again after 1 s, doubling up to 5 min, until its messages are visible again.
//     AWS says that it backs off, not how fast. A batch of a stream that fails or is throttled waits likewise.
//   - Asynchronous events that wait for their functions are held in memory, 256 MB of them at most (see
//     [Config].EventBytes). Further ones are refused as throttled. AWS names no such limit.
//   - LATEST is the end of the stream at the creation of the mapping. On AWS it may be some minutes later.
//   - A shard is read once a second while it has nothing new, DynamoDB's too, which AWS reads four times a second. The
//     parallel batches of a shard are all done before the next are read.
//   - Provisioned environments start all at once.
package lambda
