// Package hunt searches seeds, and schedules composed by chance, for runs that contradict what a lab
// declares of its designs, and makes what it finds small. How a trial is carried out is given to it: it
// starts nothing itself.
package hunt
