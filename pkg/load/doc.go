// Package load is the open-loop workload: operations set out when the schedule says, whether or
// not earlier ones have come back, and each one's latency counts from the instant at which it was
// due. A generator that waits for answers (closed loop) slows down with the system it measures and
// so hides the very queueing it is there to show: Gil Tene's coordinated omission.
package load
