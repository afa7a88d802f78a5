// Package data contains the faults on messages, one file per fault: a share of the operations has a taint.
// The maker of an operation asks [fault.Data] for its taint, and reports when it is sent.
package data
