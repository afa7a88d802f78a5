package fault

// Kind is an entry of the catalogue of faults.
type Kind struct {
	Name    string // in schedules
	Needs   string // what it acts on: "link", "aws", "process", "instance", "data", "clock", "design"
	Says    string // what it does, in one sentence
	Example string // a schedule

	zero  Fault  // its type
	value string // the field that stands right behind the name
}

// Kinds returns the catalogue of faults that can be written in a schedule, those of a kind
// together.
func Kinds() []Kind { return kinds }

var kinds = []Kind{
	{"latency", "link", "what travels on the links arrives later", "redis:latency=200ms,jitter=20ms@2s..5s", Latency{}, "Delay"},
	{"bandwidth", "link", "each connection carries at most so many bytes a second", "orders→kafka:bandwidth=50kB@2s..5s", Bandwidth{}, "BytesPerSecond"},
	{"cut", "link", "a partition: open connections are reset, new ones refused; one way, requests or answers vanish", "billing→redis:cut=answers@1s..2s", Cut{}, "OneWay"},
	{"reset", "link", "each connection is reset when it carries something, which is lost", "redis:reset=10ms,share=0.3@2s..5s", Reset{}, "After"},
	{"slow-close", "link", "the other end hears late that a connection was closed", "redis:slow-close=500ms@2s..5s", SlowClose{}, "Delay"},
	{"blackhole", "link", "connections are open and nothing comes through", "kafka-2:blackhole@2s..5s", Blackhole{}, "Timeout"},
	{"limit-data", "link", "each connection is closed when it has carried so many bytes", "aws:limit-data=4kB@2s..5s", LimitData{}, "Bytes"},
	{"flap", "link", "cut and whole by turns", "redis:flap=200ms,up=300ms@2s..5s", Flap{}, "Down"},

	{"error", "aws", "calls are answered with an error and have no effect", "aws/dynamodb/PutItem:error=InternalServerError,probability=0.2@2s..5s", APIError{}, "Code"},
	{"throttle", "aws", "calls are answered with the service's own throttling error", "aws/sqs/SendMessage:throttle=0.3@2s..5s", Throttle{}, "Probability"},
	{"api-latency", "aws", "calls are held back before they are sent", "aws/s3:api-latency=300ms@2s..5s", APILatency{}, "Delay"},
	{"lost-response", "aws", "calls take effect and the answers are lost", "dispatcher→aws/sns/Publish:lost-response=0.3@2s..5s", LostResponse{}, "Probability"},
	{"partial-batch", "aws", "a share of a batch's entries fail and have no effect", "aws/sqs/SendMessageBatch:partial-batch=0.2@2s..5s", PartialBatch{}, "Share"},

	{"kill", "process", "stopped as by SIGKILL, started again at the end", "kafka-2:kill@2s..6s", Kill{}, ""},
	{"pause", "process", "frozen, thawed at the end", "redis:pause@2s..4s", Pause{}, ""},
	{"restart", "process", "killed and started again", "kafka-1:restart=500ms@2s..6s", Restart{}, "Down"},
	{"slow", "process", "left a share of a CPU, as by a CFS quota or a noisy neighbour", "billing-1:slow=0.1@2s..5s", Slow{}, "Share"},
	{"memory", "process", "kept to so many bytes of memory, or to so many less than it has, and killed where it needs more; containers only", "kafka:memory,bytes-less=1MB@2s..5s", Memory{}, "Bytes"},
	{"crash", "instance", "dies exactly when it next passes a crash point of its code", `billing-1:crash="before ack"@2s..4s`, CrashAt{}, "Point"},

	{"poison", "data", "one operation in so many can't be parsed", "poison=20@2s..6s", Poison{}, "OneIn"},
	{"duplicate", "data", "one operation in so many is sent twice", "duplicate=20@2s..6s", Duplicates{}, "OneIn"},
	{"reorder", "data", "one operation in so many is sent after the one that follows it", "reorder=20@2s..6s", Reorder{}, "OneIn"},
	{"oversize", "data", "one operation in so many bears more than the system takes", "oversize=50,bytes=2MB@2s..6s", Oversize{}, "OneIn"},
	{"corrupt", "data", "one operation in so many has a bit flipped", "corrupt=20@2s..6s", Corruption{}, "OneIn"},

	{"clock-skew", "clock", "instances' clocks are wrong", "billing-1:clock-skew=-5s,drift=0.01@2s..6s", ClockSkew{}, "Offset"},

	{"switch", "design", "what the design itself lets go wrong: a bad deploy, a shard that is added", "add-shard:switch@2s..5s", Switch{}, ""},
}

// kindNamed returns the kind of that name, nil if there is none.
func kindNamed(name string) *Kind {
	for i := range kinds {
		if kinds[i].Name == name {
			return &kinds[i]
		}
	}
	return nil
}

func kindNames() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}
