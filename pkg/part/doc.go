// Package part is what designs are made of: a table, a queue, a topic, a log, a stream, a bucket, a door and its
// clients. A part creates itself when the design comes up, counts what is left in it, and lists what it holds.
// It has no lesson in it: what a lab is about stands in the lab, with the SDK's client in reach.
package part
