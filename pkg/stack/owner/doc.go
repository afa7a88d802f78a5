// Package owner tells which run made a thing on a shared stack or engine, and whether that run's process
// still runs. It reads a label if the thing has labels, and otherwise the name itself.
package owner
