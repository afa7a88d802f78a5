package dlq

import "github.com/crashlab/crashlab/pkg/lab"

// withDLQ parks a message after three receives. It can't know why they failed: while Redis is down
// it parks healthy orders by the hundred, none lost and none processed.
var withDLQ = lab.Design{
	Name:    "dlq",
	Summary: "a message is parked after 3 receives",
	Cost:    cost,
	Start:   options{keys: true, deadLetters: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":        {progress: holds, latency: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"worker-crash":  {progress: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"lost-response": {progress: holds, conservation: holds, exactlyOnce: holds},
		"kafka-cut":     {progress: holds, conservation: holds, exactlyOnce: holds},
		"redis-down":    {progress: violated, receives: holds, conservation: holds, exactlyOnce: holds},
		"duplicate":     {progress: holds, conservation: holds, exactlyOnce: holds},
	},
}
