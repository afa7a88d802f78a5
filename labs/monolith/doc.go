// Package monolith is a shop of four modules in one process, in four, and in two with bulkheads: what one module's
// failure takes with it, and what a call costs that leaves the process.
package monolith
