// Package load generates open-loop traffic: operations start when the schedule says, whether or not earlier
// ones have returned, and each latency counts from the time at which the operation was due. A generator that
// waits for answers (closed loop) slows down with the system it measures, and so hides the very queueing that
// it should show: Gil Tene's coordinated omission.
package load
