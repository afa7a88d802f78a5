//go:build race

package invariant

// raceEnabled shrinks the histories of a million events: pure functions have no races, and the detector
// makes them ten times as slow.
const raceEnabled = true
