// Package bench sets what crashlab is made of beside what else there is, each time in one run and by
// turns (A, B, A, B, …), so that a noisy neighbor meets both. It has benchmarks only; those of a
// single package are in that package. scripts/bench runs all and prints them by part:
//
//	scripts/bench                 everything, about five minutes
//	scripts/bench aws load        these parts: aws, load, link, checkers
//
// # How to read it
//
// A ratio is the median over the rounds of what one side did divided by what the other side did in
// the same round. Ratios are what to judge by; operations a second and nanoseconds depend on the
// computer and on what else it does.
//
// BenchmarkAWS has one client of the AWS SDK v2, one operation at a time, ask the embedded AWS,
// LocalStack, and a server that knows nothing and replays recorded answers. That third column is the
// floor: what the SDK's client, the sockets and net/http take by themselves. No server can do better,
// so floor/LocalStack is the highest ratio there is to be had, and floor/embedded says how much of an
// operation is the embedded AWS's own. ns/op and B/op are for a whole operation, client and server
// together, since they share the process. Where Docker or the image is absent, LocalStack's column
// stays empty and a line says why.
//
// BenchmarkStart is the time from nothing to the first answer, beside an HTTP server that serves
// nothing; BenchmarkMemory what a stored message, item, record or object takes, payload included.
//
// BenchmarkLoad drives pkg/load and vegeta, the library, at the same target, a process of its own,
// with the same transport. "From due" counts a latency from the instant at which the operation
// should have been sent; "from sent", as vegeta's own report has it, from when it was: a generator
// that is late hides in the latter. CPU is that of the generator's process, in cores.
//
// BenchmarkStall asks both for 20,000 operations a second from a target that has stopped answering,
// and weighs the process. Without a limit on workers, vegeta's default, memory grows for as long as
// the target stalls (github.com/tsenart/vegeta/issues/344). With a limit it stops sending and has no
// record of what it did not send. pkg/load goes on, sheds what exceeds the limit, and has it on record.
package bench
