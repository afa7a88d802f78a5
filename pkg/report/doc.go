// Package report presents a run: to a person at a terminal, to a script as JSON, to a CI server as JUnit XML.
// It shows the result and judges nothing.
package report
