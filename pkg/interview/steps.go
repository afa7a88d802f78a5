package interview

// step is one step of the interview.
type step struct {
	name    string
	minutes string
	ask     string // what the step has to settle
	from    []source
}

// source is a section of the README that fills a step.
type source struct {
	heading string
	under   string // a heading of its own in the frame; empty for none
}

// The headings that the frame reads.
const (
	failures = "Failure modes"
	redFlags = "Red flags in an interview"
)

var steps = []step{
	{"Requirements", "5", "what it must do, how much, and what it may never do", []source{{heading: "Requirements"}}},
	{"Capacity", "5", "say the arithmetic aloud: it decides the design", []source{{heading: "Capacity"}}},
	{
		"High-level design",
		"10–15",
		"boxes, arrows, and where the truth is stored",
		[]source{{heading: "High-level design"}},
	},
	{"Detailed design", "15–20", "API, schema, and the algorithm that the system rests on",
		[]source{{heading: "Detailed design"}}},
	{"Scale and operation", "10", "what saturates first, what fails, who notices, what it costs", []source{
		{heading: "Scale and bottlenecks"},
		{failures, "Failure scenarios"},
		{"Monitoring", "Monitoring"},
		{"Security, team and rollout", "Security, team and rollout"},
		{"Cost at scale", "Cost"},
	}},
	{"Trade-offs", "5", "what you gave up, and when you would choose otherwise", []source{
		{heading: "Trade-offs and alternatives"},
	}},
	{"Red flags", "", "what an interviewer notes down", []source{{heading: redFlags}}},
}

// checklist is what an interviewer ticks off, with the step that answers it.
var checklist = [][2]string{
	{"functional requirements met", "1"}, {"scale addressed", "2 and 5"}, {"data model", "4"}, {"API contracts", "4"},
	{"failure scenarios", "5"}, {"monitoring and alerting", "5"}, {"security", "5"}, {"cost", "5"},
	{"team structure", "5"}, {"migration and rollout", "5"}, {"trade-offs", "6"},
}
