package saga

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	compensation = lab.Guard{
		Name: "compensation", Claim: "what was booked before a refusal is released, in reverse",
		Falls: lab.Falls{"hotel-refuses": half, "car-refuses": half},
	}
	tripKey = lab.Guard{
		Name: "trip-key", Claim: "a booking has its trip's key, so that a task that comes again books nothing more",
		Falls: lab.Falls{"worker-crash": lab.Violated(bookedOnce)},
	}
	taskTimeout = lab.Guard{
		Name: "task-timeout", Claim: "a task that nobody reports ends after some time",
		Falls: lab.Falls{"worker-crash": stuck},
	}
	taskRetry = lab.Guard{
		Name: "task-retry", Claim: "a task that failed for no good reason is tried again before all is undone",
		Falls: lab.Falls{"worker-crash": lab.Violated(needless, compensations)},
	}
	unknownStays = lab.Guard{
		Name: "unknown-is-no-failure", Claim: "a worker whose report got no answer undoes nothing: it may have been heard",
		Falls: lab.Falls{"lost-response": lab.Violated(allOrNothing, halfBooked, compensations)},
	}
	deletedLast = lab.Guard{
		Name: "delete-last", Claim: "a message is deleted only once the next event is on the bus",
		Falls: lab.Falls{"worker-crash": stuck},
	}
	toldAgain = lab.Guard{
		Name: "tell-again", Claim: "a booking that is there already is told again",
		Falls: lab.Falls{"worker-crash": stuck},
	}
)

// stuck is a trip that nobody works at any more.
var stuck = lab.Violated(allOrNothing, settledAll, halfBooked)
