package embedded

import "time"

// poll returns when cond holds. It is for conditions that are certain to come about shortly.
func poll(cond func() bool) {
	for !cond() {
		time.Sleep(50 * time.Microsecond)
	}
}
