package dlq

import "github.com/crashlab/crashlab/pkg/lab"

// withRedrive is dlq with an operator: once the fault is over, what was parked is repaired and
// replayed. A dead-letter queue that nobody empties is a slower way to lose messages.
var withRedrive = lab.Design{
	Name:    "dlq-redrive",
	Summary: "as dlq; what was parked is repaired and replayed after the fault",
	Cost:    cost,
	Start:   options{keys: true, deadLetters: true, redrive: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":        {progress: holds, latency: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"worker-crash":  {progress: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"lost-response": {progress: holds, conservation: holds, exactlyOnce: holds},
		"kafka-cut":     {progress: holds, conservation: holds, exactlyOnce: holds},
		"redis-down":    {progress: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"duplicate":     {progress: holds, conservation: holds, exactlyOnce: holds},
	},
}
