// Package hunt searches seeds and random schedules for runs that contradict what a lab declares of its
// designs, and shrinks what it finds. The caller provides the function that carries out a trial: the package
// starts nothing itself.
package hunt
