// Package bench compares crashlab's components with alternatives. Each comparison alternates between
// them in one run (A, B, A, B, …), so that a noisy neighbor affects both. It has benchmarks only;
// those of a single package are in that package. scripts/bench runs all and prints them by part:
//
//	scripts/bench                 everything, about eight minutes
//	scripts/bench aws load        these parts: aws, redis, load, link, checkers
//
// # How to read it
//
// A ratio is the median, over the rounds, of one side's result divided by the other side's result in
// the same round. Judge by ratios; operations per second and nanoseconds depend on the computer and
// its other work.
//
// BenchmarkAWS has one client of the AWS SDK v2 that makes one call at a time. It calls the embedded
// AWS, LocalStack, and a server that replays recorded answers. That third column is the floor: the
// cost of the SDK's client, the sockets and net/http. No server can do better, so floor/LocalStack is
// the highest possible ratio, and floor/embedded shows the embedded AWS's own share of a call. ns/op
// and B/op are for a whole call, client and server together, since they share the process. Without
// Docker or the image, LocalStack's column stays empty and a line says why.
//
// BenchmarkStart is the time from nothing to the first answer, next to an HTTP server that serves
// nothing. BenchmarkMemory is the memory of a stored message, item, record or object, including its
// payload.
//
// BenchmarkRedis runs redis-benchmark's default set, pipelined (-P 16) and not, against redis-server and the
// embedded Redis, and compares the processor time of the two servers. It needs both programs; without
// them it is skipped and says so.
//
// BenchmarkLoad runs pkg/load and vegeta, the library, against the same target in its own process,
// with the same transport. "From due" counts a latency from the time at which the operation should
// have been sent; "from sent", as in vegeta's own report, from when it was: that hides a late
// generator. CPU is that of the generator's process, in cores.
//
// BenchmarkStall has both send 20,000 operations per second to a target that has stopped answering,
// and measures the process's memory. Without a limit on workers, vegeta's default, memory grows for as
// long as the target stalls (github.com/tsenart/vegeta/issues/344). With a limit it stops sending and
// has no record of what it did not send. pkg/load goes on, sheds what exceeds the limit, and records
// it.
package bench
