// Package interview turns a lab into the frame of a system-design interview: its steps with their minutes, each filled
// from the lab's README and from what the lab declares. It contains no lesson of its own, and runs nothing.
package interview
