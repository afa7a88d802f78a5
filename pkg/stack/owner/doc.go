// Package owner says whose a thing on a shared stack or engine is, and whether the process that made
// it still runs: by a label where there are labels, by the name itself where there is only a name.
package owner
