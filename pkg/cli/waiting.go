package cli

import (
	"fmt"
	"sync"
	"time"
)

// When what is waited for is told where it can't be drawn: first, and then again if it lasts.
var (
	waitFirst = 5 * time.Second
	waitAgain = 10 * time.Second
)

// waiting tells what is waited for: on a terminal as a line that is drawn over, else in a line now
// and then, of waits that last.
type waiting struct {
	line *progress
	mu   sync.Mutex
	text string
	next *time.Timer // nil on a terminal, and when the wait is over
}

// waiting begins a wait; the caller ends it.
func (a *app) waiting() *waiting {
	w := &waiting{line: a.progress()}
	if !w.line.on {
		w.next = time.AfterFunc(waitFirst, w.tell)
	}
	return w
}

// say sets what is waited for, from any goroutine.
func (w *waiting) say(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = text
	w.line.say(text)
}

func (w *waiting) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.next == nil {
		return
	}
	if w.text != "" {
		fmt.Fprintf(w.line.app.err, "%s …\n", w.text)
	}
	w.next.Reset(waitAgain)
}

func (w *waiting) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line.end()
	if w.next != nil {
		w.next.Stop()
		w.next = nil
	}
}
