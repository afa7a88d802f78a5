// Package data is the faults on what is sent, one file a fault: a share of the operations have a taint.
// Who makes them asks [fault.Data] what to make of each, and says so once it is sent.
package data
