package dlq

import "github.com/crashlab/crashlab/pkg/lab"

// noDLQ has nowhere to put a message that fails, so it comes back for ever. Each of two workers
// takes two messages at a time: four that can't be processed are all that a queue's workers do from
// then on, whatever else waits. What saves a message while a dependency is down, trying for ever,
// is the ruin of all when the message itself is at fault.
var noDLQ = lab.Design{
	Name:    "no-dlq",
	Summary: "a failed message goes back into the queue, for ever",
	Broken:  true,
	Cost:    cost,
	Start:   options{keys: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":        {progress: violated, latency: violated, receives: violated, conservation: holds, exactlyOnce: holds},
		"worker-crash":  {progress: holds, conservation: holds, exactlyOnce: holds},
		"lost-response": {progress: holds, conservation: holds, exactlyOnce: holds},
		"kafka-cut":     {progress: holds, conservation: holds, exactlyOnce: holds},
		"redis-down":    {progress: holds, receives: violated, conservation: holds, exactlyOnce: holds},
		"duplicate":     {progress: holds, conservation: holds, exactlyOnce: holds},
	},
}
