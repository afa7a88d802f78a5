package lambda

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"
)

// Report is what a function's log says at the end of a request, or that there was no environment for it.
type Report struct {
	Function    string
	Version     string
	Environment string // that ran it
	RequestID   string
	At          time.Time     // when it was given to its environment
	Cold        bool          // the environment was started for it
	Init        time.Duration // that start, which the caller waits for
	Duration    time.Duration // of the request itself
	Billed      time.Duration // in whole milliseconds, with the start
	Memory      int           // configured, MB
	Error       string        // the error's type; "" for success
	Throttled   string        // the reason why it was refused; then only Function, Version and At are set

	logs []byte
}

// finish fills in what follows from an outcome, and writes the log.
func (r *Report) finish(out outcome) {
	r.Billed = roundUp(r.Init) + roundUp(r.Duration)
	if out.failed != nil {
		r.Error = out.failed.Type
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "START RequestId: %s Version: %s\n", r.RequestID, r.Version)
	b.Write(out.logs)
	if n := len(out.logs); n > 0 && out.logs[n-1] != '\n' {
		b.WriteByte('\n')
	}
	if r.Error == timedOut {
		fmt.Fprintf(&b, "%s\n", out.failed.Message)
	}
	fmt.Fprintf(
		&b,
		"END RequestId: %s\nREPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %d ms\tMemory Size: %d MB\t"+
			"Max Memory Used: %d MB\t",
		r.RequestID,
		r.RequestID,
		millis(r.Duration),
		r.Billed.Milliseconds(),
		r.Memory,
		r.Memory,
	)
	if r.Cold {
		fmt.Fprintf(&b, "Init Duration: %s ms\t", millis(r.Init))
	}
	switch r.Error {
	case "":
	case timedOut:
		b.WriteString("Status: timeout\t")
	default:
		fmt.Fprintf(&b, "Status: error\tError Type: %s\t", r.Error)
	}
	b.WriteByte('\n')
	r.logs = b.Bytes()
}

// tail is the end of the log, as a caller may ask for it: at most 4 KB.
func (r *Report) tail() string {
	return base64.StdEncoding.EncodeToString(r.logs[max(0, len(r.logs)-maxTail):])
}

const maxTail = 4096

func roundUp(d time.Duration) time.Duration {
	return (d + time.Millisecond - 1).Truncate(time.Millisecond)
}

func millis(d time.Duration) string { return strconv.FormatFloat(d.Seconds()*1000, 'f', 2, 64) }

// seconds is a timeout in an error's message: "3.00".
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) }
