// Package fault is the changes for the worse that a run can make, one file a fault: on links, on
// the AWS API, on processes, on data. A fault says what it asks for, makes the change on a
// [Surface], measures what came of it and takes it back. When to do so, whether all was well
// before and after, and what a missing effect means is the runner's (package run).
package fault
