package stream

import "github.com/crashlab/crashlab/pkg/lab"

// bisecting narrows a failing batch down to the record that fails, and parks that.
var bisecting = lab.Design{
	Name:    "bisect-and-park",
	Summary: "a batch that fails is halved; a record that fails alone 3 times is parked",
	Cost:    kinesisCost,
	Start:   options{log: newKinesis, policy: bisectAndPark, once: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: holds, catchUp: holds, bisected: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds, window: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
	},
}

// atLeastOnce is bisect-and-park for a table that adds whatever it is handed. It needs no crash to
// count twice: bisecting a batch repeats the part of it that had succeeded.
var atLeastOnce = lab.Design{
	Name:    "at-least-once",
	Summary: "as bisect-and-park; an account does not know what it has",
	Broken:  true,
	Cost:    kinesisCost,
	Start:   options{log: newKinesis, policy: bisectAndPark}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: holds, catchUp: holds, bisected: holds, conservation: holds, exactlyOnce: violated, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: violated, order: holds, window: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: violated, order: holds},
	},
}
