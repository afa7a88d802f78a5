// Package part contains the building blocks of designs: a table, a queue, a topic, a bus, a log, a stream, a bucket,
// a door and its clients. A part creates itself when the design starts, counts what is left in it, and lists
// its content. It contains no lesson: that is in the lab, which can always use the SDK's client.
package part
