package saga

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// Lab is the booking of trips.
var Lab = lab.Spec{
	Name:   "saga",
	Title:  "a trip booked at three agencies, one of which refuses it",
	Lesson: "What no transaction spans is undone step by step: make each step repeatable, each undoing sure.",
	Diagram: `
                  ┌─▶ flight ─▶ dynamodb:flight
client ─▶ trips ──┼─▶ hotel ──▶ dynamodb:hotel     by a state machine's tasks, or
                  ├─▶ car ────▶ dynamodb:car       by each other's events
                  └─▶ dynamodb:outcomes`,
	// LocalStack's Step Functions take most of a core at 2 trips/s, and tasks then time out that nobody has lost.
	Needs:    stack.Needs{Services: []string{"states"}},
	Workload: lab.Workload{Operation: "trip", Rate: 15, ContainerRate: 2, PerUserDay: 0.01},
	Designs:  []lab.Design{noCompensation, choreography, orchestrated},
	Faults: []lab.Fault{
		{Name: "hotel-refuses", Summary: "the hotel has no room for a quarter of the trips",
			Fault: fault.Switch{Name: "hotel-refuses", Asks: "25 % of the trips: sold out"}},
		{Name: "car-refuses", Summary: "there is no car for a quarter of the trips",
			Fault: fault.Switch{Name: "car-refuses", Asks: "25 % of the trips: sold out"}},
		{Name: "worker-crash", Summary: "the hotel dies between a booking and the report of it",
			Fault: process.CrashAt{Instance: "hotel", Point: unreported}, Patience: 6 * time.Second},
		{Name: "lost-response", Summary: "Step Functions hears that a task is done, and its answer gets lost",
			Fault: awsapi.LostResponse{Call: awsrules.Call{Service: "states", Operation: "SendTaskSuccess"}, Probability: 0.5}},
	},
	Invariants: []invariant.Invariant{allOrNothing, bookedOnce, settledAll, halfBooked, compensations, needless},
	Expect: lab.Expectations{
		"hotel-refuses": {"no-compensation": half, "choreography": lab.AllHold, "orchestrated": lab.AllHold},
		"car-refuses":   {"no-compensation": half, "choreography": lab.AllHold, "orchestrated": lab.AllHold},
		"worker-crash":  {"no-compensation": lab.AllHold, "choreography": lab.AllHold, "orchestrated": lab.AllHold},
		"lost-response": {"no-compensation": lab.AllHold, "choreography": lab.Absent("it reports to nobody"),
			"orchestrated": lab.AllHold},
	},
	README: readme,
}

var half = lab.Violated(allOrNothing, compensations)
