// Package dynamodb is an embedded DynamoDB: tables, items, indexes, expressions, transactions,
// TTL and streams, answered as AWS answers them, including error messages. It is for learning how
// systems on DynamoDB fail. So everything that a lab can observe is exact, and effects that take days
// or heavy load on AWS (expiry, throttling) occur within seconds.
//
// # Operations
//
//	Tables        CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables
//	Items         PutItem, GetItem, UpdateItem, DeleteItem
//	Reads         Query, Scan (also parallel)
//	Batches       BatchGetItem, BatchWriteItem
//	Transactions  TransactGetItems, TransactWriteItems
//	PartiQL       ExecuteStatement, BatchExecuteStatement, ExecuteTransaction: see package partiql
//	Expiry        UpdateTimeToLive, DescribeTimeToLive
//	Tags          TagResource, UntagResource, ListTagsOfResource
//	Backups       DescribeContinuousBackups: enabled, as every table begins, without recovery
//	Account       DescribeLimits, DescribeEndpoints
//	Streams       ListStreams, DescribeStream, GetShardIterator, GetRecords
//
// Every other operation is answered with UnknownOperationException: making backups, point-in-time
// recovery, global tables, export and import, resource policies, Contributor Insights, Kinesis
// streaming destinations. The parameters from before expressions work too (Expected,
// AttributeUpdates, AttributesToGet, KeyConditions, QueryFilter, ScanFilter, ConditionalOperator):
// see legacy.go.
//
// # What differs from AWS
//
//	Reads          All are strongly consistent, and indexes never lag. A consistent read of a
//	               global index is still refused, and capacity is counted as requested.
//	Conflicts      Transactions wait for each other and for single writes; there is no
//	               TransactionConflict and no TransactionConflictException.
//	Tables         Created and deleted at once, or ready after Config.ActiveAfter. Accounts' quotas
//	               are reported, not enforced.
//	Partitions     Exist only with Config.Throttling: as many as the provisioned throughput
//	               needs, or four on demand. They don't split for heat or growth, and a table on
//	               demand does not scale. Adaptive capacity takes no time: a partition gets what the
//	               table has left, up to its own limit.
//	TTL            Expired items are deleted at the next sweep (Config.TTLSweep, 1 s), not within
//	               days, and the setting can be changed at any time.
//	Streams        One shard each, which never splits: a ShardFilter finds no children.
//	Capacity       A Scan uses what it reads, rounded up once; AWS rounds up in each of a table's
//	               partitions.
//	Sizes          ItemCount and TableSizeBytes are exact, not six hours old. UpdateItem limits the
//	               item to 400 KB, as a third of the regions do; the others measure the request.
//	Not checked    10 GB in an item collection, the 32 levels of nesting if an update builds them step by
//	               step.
//	Left out       Warm throughput, encryption (SSESpecification is accepted), table classes' prices.
//	Messages       Are those of most regions in May 2026. Since then AWS puts some of them
//	               behind "1 validation error detected: ", region by region. Messages that
//	               repeat a list of the request have its length instead. What AWS says is not known
//	               of a key condition that lacks a hash key attribute of several, of a transaction of
//	               more than 4 MB, of a name that is no stream's ARN, of a sequence number where none
//	               belongs and of too long headers: they say it in our words.
//
// # How it is built
//
// An item is an immutable map of values (package attr). A [Service] has tables. A table and each of its indexes
// is an ordered map of rows (collection, index.go). Its keys are strings that sort in the order of scans and
// queries: hash, hash key, sort key (key.go), where those of a global index have up to four attributes each. A
// write passes the same stages for every operation: it is checked alone, checked against the table, planned
// under the table's lock, and committed (write.go). Transactions plan all their writes under the locks of all
// their tables, taken in the order of their names. Expressions are parsed, bound and evaluated by package expr.
package dynamodb
