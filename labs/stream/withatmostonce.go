package stream

import "github.com/crashlab/crashlab/pkg/lab"

// atMostOnce checkpoints a batch before it processes it. It never counts twice and never blocks, and
// what it does not finish is gone: nobody comes back to it.
var atMostOnce = lab.Design{
	Name:    "at-most-once",
	Summary: "the checkpoint comes before the effect; what fails is dropped",
	Broken:  true,
	Cost:    kinesisCost,
	Start:   options{log: newKinesis, policy: checkpointFirst}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: holds, catchUp: holds, conservation: violated, exactlyOnce: violated, order: holds},
		"crash":     {progress: violated, catchUp: holds, conservation: violated, exactlyOnce: violated, order: holds, window: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: violated, order: holds},
	},
}
