// Package virtual is the second clock. Go's runtime has a build tag, faketime, on which the playground
// runs: the clock stands while any goroutine can run, and jumps to the next timer when all wait. Built
// with it (and without cgo), crashlab runs the embedded stack unchanged, real clients on real wire
// protocols: what a run takes is counted and not felt. Its verdicts depend on no machine, the same seed
// gives the same bytes, and a retention or a back-off of hours takes a moment.
//
// A program so built is the variant, crashlab-virtual. The ordinary crashlab starts it as its child.
//
// What the tag changes, and what we do about it:
//
//   - Time begins at 2009-11-10 23:00 UTC, and sleeping costs nothing.
//   - A goroutine that waits in a system call counts as one that runs: there the clock stands. So the
//     variant handles no signals (os/signal waits in one) and its network is in memory (package
//     loopback). Its parent holds a pipe, the lifeline, whose end tells it to end ([Enter]).
//   - Whatever it writes to stdout and stderr comes in frames, each with a header; the parent takes
//     them off ([Unframe]).
//   - On one processor goroutines take turns in an order that depends on the program alone, but for
//     what the runtime draws by chance (which of several ready channels a select takes, where the
//     iteration of a map begins), for the thread that takes the processor from a long system call, and
//     for the instants at which garbage is collected. So the variant is built on a runtime that draws from
//     one generator with a known beginning and has no such thread (patch.go), has one processor, and
//     collects garbage at instants of its own choice (child.go). crypto/rand draws from the same generator.
//
// Without the tag all works as before in real time. The constant [On] is asked where something else than
// the clock would tell: by package loopback, by names that bear the process's id, by tests. A Go whose
// tag or runtime is another is found out by TestCanary, and by
// crashlab virtual, which then says so. The second way would be testing/synctest with the connections of
// package loopback; its trap is that a mutex which is held over a wait stops its clock.
package virtual
