// Package virtual implements virtual time. Go's runtime has a build tag, faketime, on which the Go
// Playground runs: the clock stands still while any goroutine can run, and jumps to the next timer
// when all wait. Built with it (and without cgo), crashlab runs the embedded stack unchanged, with
// real clients on real wire protocols. A run's time is counted but not spent. Its verdicts depend on
// no machine, the same seed gives the same bytes, and a retention or a back-off of hours takes a
// moment.
//
// A program built this way is the variant, crashlab-virtual. The ordinary crashlab starts it as its
// child.
//
// What the tag changes, and how we deal with it:
//
//   - Time begins at 2009-11-10 23:00 UTC, and sleeping costs nothing.
//   - A goroutine that waits in a system call counts as running, so the clock stands still. The
//     variant therefore handles no signals (os/signal waits in a system call), and its network is in
//     memory (package loopback). Its parent holds a pipe, the lifeline, whose end tells it to end
//     ([Enter]).
//   - Everything it writes to stdout and stderr comes in frames, each with a header; the parent
//     removes them ([Unframe]).
//   - On one processor goroutines take turns in an order that depends only on the program, with three
//     exceptions: the runtime's random choices (which of several ready channels a select takes, where
//     the iteration of a map begins), the thread that takes the processor from a long system call, and
//     the times of garbage collection. So the variant is built on a runtime whose random generator has
//     a fixed start and that has no such thread (patch.go). It has one processor and collects garbage
//     at times of its own choice (child.go). crypto/rand uses the same generator.
//
// Without the tag everything works in real time. The constant [On] is for code that would otherwise
// differ by more than the clock: package loopback, names that contain the process's ID, tests. TestCanary
// and the command crashlab virtual detect a Go with another tag or runtime. The alternative would be
// testing/synctest with the connections of package loopback. Its problem: a mutex that is held over a
// wait stops its clock.
package virtual
