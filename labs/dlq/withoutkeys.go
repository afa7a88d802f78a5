package dlq

import "github.com/crashlab/crashlab/pkg/lab"

// withoutKeys is dlq for workers that trust each message to come once. It shows what the other
// designs' keys are for: under poison it does as well as they do, and it charges twice as soon as
// a crash, a lost answer or a client that tries again makes an order come again. Kafka's producer
// retries too, which may or may not double an order when the link is cut: that is not judged.
var withoutKeys = lab.Design{
	Name:    "no-keys",
	Summary: "as dlq; workers don't recognise an order that comes again",
	Cost:    cost,
	Start:   options{deadLetters: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":        {progress: holds, latency: holds, receives: holds, conservation: holds, exactlyOnce: holds},
		"worker-crash":  {progress: holds, receives: holds, conservation: holds, exactlyOnce: violated},
		"lost-response": {progress: holds, conservation: holds, exactlyOnce: violated},
		"kafka-cut":     {progress: holds, conservation: holds},
		"redis-down":    {progress: holds, conservation: holds, exactlyOnce: holds},
		"duplicate":     {progress: holds, conservation: holds, exactlyOnce: violated},
	},
}
