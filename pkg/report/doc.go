// Package report is how a run is told: to a person at a terminal, to a script as JSON, to a CI
// server as JUnit XML. It says what the result says and judges nothing.
package report
