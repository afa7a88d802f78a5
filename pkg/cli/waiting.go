package cli

import (
	"fmt"
	"sync"
	"time"
)

// When a wait is printed if a line can't be redrawn: first, and then again if it lasts.
var (
	waitFirst = 5 * time.Second
	waitAgain = 10 * time.Second
)

// waiting shows what the command waits for: on a terminal in a line that is redrawn, elsewhere in a new line
// from time to time if the wait lasts.
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

// say sets the text, from any goroutine.
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
