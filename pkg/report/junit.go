package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/crashlab/crashlab/pkg/run"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     float64      `xml:"time,attr"` // seconds
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     float64     `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    float64      `xml:"time,attr"`
	Failure *junitDetail `xml:"failure,omitempty"`
	Error   *junitDetail `xml:"error,omitempty"`
	Output  string       `xml:"system-out,omitempty"`
}

type junitDetail struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the results as JUnit XML: a suite per lab, a test case per case. A failed case is a failure,
// an unknown one an error, so that neither can pass for a success.
func JUnit(w io.Writer, results []*run.Result) error {
	var all junitSuites
	for _, r := range results {
		s := junitSuite{Name: r.Lab, Time: r.Timings.Total / 1000}
		for _, c := range r.Cases {
			jc := junitCase{Class: r.Lab, Name: c.Label() + "/" + c.Fault.Name, Time: c.Timeline.End, Output: evidence(r, c)}
			s.Tests++
			switch c.Verdict {
			case run.Pass:
			case run.Fail:
				s.Failures++
				jc.Failure = &junitDetail{Message: c.Reason.Text, Text: jc.Output}
			default:
				s.Errors++
				jc.Error = &junitDetail{Message: c.Reason.Text, Text: jc.Output}
			}
			s.Cases = append(s.Cases, jc)
		}
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Time += s.Time
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func evidence(r *run.Result, c run.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d; fault %s %s: asked %s, measured %s\n", r.Seed, c.Fault.Name, c.Fault.State,
		c.Fault.Requested, c.Fault.Measured)
	for _, j := range c.Invariants {
		fmt.Fprintf(&b, "%s: expected %s, got %s: %s\n", j.Name, j.Expected, j.Got, j.Evidence)
	}
	return b.String()
}
