package usage

import "slices"

// Assumptions are the inputs that no run can measure.
type Assumptions struct {
	PerUserDay Quantity `json:"actions_per_user_day"`
	PeakFactor Quantity `json:"peak_factor"` // peak ÷ average

	RedisPerUser int64 `json:"redis_bytes_per_user"` // stored in Redis for each user

	CPU         Quantity `json:"cpu_ms_per_request"`  // processor time of an instance for a request answered or made
	Utilization Quantity `json:"utilization_percent"` // of the instances' processors at the peak
}

// What every estimate also assumes.
const (
	MonthDays     = 30 // of 24 hours
	KafkaReplicas = 3
	KafkaDays     = 7 // that a topic keeps its messages: Kafka's default
	RedisCopies   = 2 // a primary and a replica of each shard
	Zones         = 3 // over which everything is spread evenly
)

// Scales are the numbers of users that estimates are made for.
var Scales = []int64{1_000_000, 100_000_000, 1_000_000_000}

// Measured describes a design's run.
type Measured struct {
	Design     string
	Summary    string
	Operations int64 // of the workload
	Instances  []Role
	Counts     Counts
	Footprint  Footprint
}

// Role is a kind of instance and how many of it ran.
type Role struct {
	Name string `json:"name"`
	Ran  int64  `json:"ran"`
	// Requests is how many all of them handled: answered or made.
	Requests int64    `json:"requests"`
	Each     Quantity `json:"per_action"` // Requests for an action, with three decimal places
}

// Ask is what one user action requests of one kind. Numbers have three decimal places, bytes none; everything
// else is computed from these.
type Ask struct {
	Service   string   `json:"service"`
	Operation string   `json:"operation"`
	Requests  Quantity `json:"requests"`
	Items     Quantity `json:"items"`
	Out       Quantity `json:"bytes_out"`
	In        Quantity `json:"bytes_in"`
	Units     Quantity `json:"units"`
	Price     string   `json:"price,omitempty"`
}

// Estimate is a design's capacity and cost.
type Estimate struct {
	Design     string    `json:"design"`
	Summary    string    `json:"summary"`
	Operations int64     `json:"operations"` // measured
	Instances  []Role    `json:"instances"`  // that carried the lab's rate
	Asks       []Ask     `json:"per_action"`
	Footprint  Footprint `json:"footprint,omitzero"`
	Idle       int64     `json:"idle_polls"` // of the run, which grow with time; not in the other numbers
	Scales     []Scale   `json:"scales"`
}

// Scale is an estimate for a number of users.
type Scale struct {
	Users   int64    `json:"users"`
	Day     Quantity `json:"actions_per_day"`
	Average Quantity `json:"actions_per_second"`
	Peak    Quantity `json:"actions_per_second_at_peak"`
	Rates   []Rate   `json:"rates"`
	Needs   []Need   `json:"needs"`
	Month   Quantity `json:"actions_per_month"`
	Bills   []Bill   `json:"cost"`
	Dollars Quantity `json:"dollars_per_month"` // the sum of Bills

	Exceeded []Exceeded `json:"quotas_exceeded"` // default quotas below what the peak takes

	asked map[string]Quantity // of each quota, by its ID
}

// Rate is the load of a service per second.
type Rate struct {
	Name    string   `json:"name"`
	Unit    string   `json:"unit"`
	Each    Quantity `json:"per_action"`
	Average Quantity `json:"average"`
	Peak    Quantity `json:"peak"`
}

// BilledByRequest reports whether any request is billed: an AWS service other than nodes by the hour.
func (e *Estimate) BilledByRequest() bool {
	return slices.ContainsFunc(e.Asks, func(a Ask) bool { return a.Price != "" })
}

// NewEstimate does the arithmetic.
func NewEstimate(m Measured, a Assumptions, users []int64) Estimate {
	e := Estimate{
		Design: m.Design, Summary: m.Summary, Operations: m.Operations, Asks: []Ask{}, Footprint: m.Footprint,
	}
	for _, r := range m.Instances {
		r.Each = Whole(r.Requests).Over(Whole(m.Operations)).Round(3)
		e.Instances = append(e.Instances, r)
	}
	for _, k := range m.Counts.Keys() {
		t := m.Counts[k]
		if k.Idle {
			e.Idle += t.Requests
			continue
		}
		each := func(n Quantity, places int) Quantity { return n.Over(Whole(m.Operations)).Round(places) }
		e.Asks = append(e.Asks, Ask{
			Service: k.Service, Operation: k.Operation, Price: k.Price,
			Requests: each(Whole(t.Requests), 3), Items: each(Whole(t.Items), 3),
			Out: each(Whole(t.Out), 0), In: each(Whole(t.In), 0),
			Units: each(Whole(int64(2*t.Units)).Over(Whole(2)), 3),
		})
	}
	for _, n := range users {
		e.Scales = append(e.Scales, e.at(n, a))
	}
	return e
}

// at returns the estimate for that many users.
func (e *Estimate) at(users int64, a Assumptions) Scale {
	s := Scale{Users: users, Needs: []Need{}, Bills: []Bill{}, asked: map[string]Quantity{}}
	s.Day = Whole(users).Times(a.PerUserDay).Round(0)
	s.Average = s.Day.Over(Whole(24 * 60 * 60)).Round(3)
	s.Peak = s.Average.Times(a.PeakFactor).Round(3)
	s.Month = s.Day.Times(Whole(MonthDays))
	s.Rates = e.rates(s)
	cells := e.Footprint.cells(&s)
	e.billCompute(&s, a, cells)
	e.billTransfer(&s)
	e.billByRequest(&s)
	e.billByTheHour(&s)
	e.billRedis(&s, a, cells)
	s.Exceeded = exceeded(s.asked)
	for _, b := range s.Bills {
		s.Dollars = s.Dollars.Plus(b.Dollars)
	}
	return s
}

// rates returns the load of each service per second, in the order of the asks.
func (e *Estimate) rates(s Scale) []Rate {
	var order []string
	requests := map[string]Quantity{}
	for _, ask := range e.Asks {
		if _, there := requests[ask.Service]; !there {
			order = append(order, ask.Service)
		}
		requests[ask.Service] = requests[ask.Service].Plus(ask.Requests)
	}
	rates := []Rate{}
	for _, service := range order {
		unit := "requests/s"
		if service == "redis" {
			unit = "commands/s"
		}
		rates = append(rates, s.rate(service, unit, requests[service]))
	}
	for _, ask := range e.Asks {
		if ask.Service == "kafka" {
			rates = append(rates, s.rate("kafka "+ask.Operation, "messages/s", ask.Items))
		}
	}
	return rates
}

func (s *Scale) rate(name, unit string, each Quantity) Rate {
	return Rate{
		Name: name, Unit: unit, Each: each, Average: s.Average.Times(each).Round(3), Peak: s.Peak.Times(each).Round(3),
	}
}

// billByRequest adds the bills by request, and what the peak needs of these services.
func (e *Estimate) billByRequest(s *Scale) {
	for _, p := range Prices {
		units := e.units(p.ID)
		if units.Sign() == 0 {
			continue
		}
		s.Bills = append(s.Bills, p.Bill(s.Month.Times(units)))
		s.asked[p.ID] = s.Peak.Times(units).Round(3)
		if l, ok := LimitOf(p.ID); ok {
			s.Needs = append(s.Needs, l.Need(s.Peak.Times(units).Round(3)))
		}
	}
}

// units returns how many units of a price an action is billed.
func (e *Estimate) units(price string) Quantity {
	sum := Quantity{}
	for _, ask := range e.Asks {
		if ask.Price == price {
			sum = sum.Plus(ask.Units)
		}
	}
	return sum
}

// bill adds a bill.
func (s *Scale) bill(id string, units Quantity) {
	if p, ok := PriceOf(id); ok && units.Sign() > 0 {
		s.Bills = append(s.Bills, p.Bill(units))
	}
}

// need adds a need and returns its number.
func (s *Scale) need(id string, peak Quantity) Quantity {
	l, _ := LimitOf(id)
	n := l.Need(peak)
	s.Needs = append(s.Needs, n)
	return n.Number
}

// billByTheHour adds the bills by shard, by broker and by stored byte, and what SQS has in flight.
func (e *Estimate) billByTheHour(s *Scale) {
	hours := Whole(MonthDays * 24)
	if got, ok := e.sum("sqs", "ReceiveMessage"); ok {
		s.asked["sqs.inflight"] = s.Peak.Times(got.Items).Times(Whole(Stalled)).Round(3)
	}
	if wrote, ok := e.sum("kinesis", "PutRecord", "PutRecords"); ok {
		shards := s.need("kinesis.records", s.Peak.Times(wrote.Items).Round(3))
		if n := s.need("kinesis.bytes", megabytes(s.Peak.Times(wrote.Out))); shards.Less(n) {
			shards = n
		}
		s.asked["kinesis.shards"] = shards
		s.bill("kinesis.shard", shards.Times(hours))
	}
	if wrote, ok := e.sum("kafka", "produce"); ok {
		replicas := Whole(KafkaReplicas)
		s.need("kafka.partition", megabytes(s.Peak.Times(wrote.Out)))
		brokers := s.need("kafka.broker", megabytes(s.Peak.Times(wrote.Out).Times(replicas)))
		s.asked["msk.brokers"] = brokers
		s.bill("msk.broker", brokers.Times(hours))
		s.bill("msk.storage", gigabytes(s.Day.Times(wrote.Out)).Times(Whole(KafkaDays)).Times(replicas))
	}
	if wrote, ok := e.sum("s3", "PutObject", "UploadPart"); ok {
		s.bill("s3.storage", gigabytes(s.Month.Times(wrote.Out)))
	}
}

// billRedis adds Redis's nodes. Commands or memory, whichever needs more shards, decides. A cell has whole
// shards of its own.
func (e *Estimate) billRedis(s *Scale, a Assumptions, cells Quantity) {
	asked, ok := e.sum("redis")
	if !ok {
		return
	}
	copies, replicas := Whole(max(1, e.Footprint.Copies)), Whole(RedisCopies)
	if e.Footprint.Copies > 0 {
		replicas = Whole(1)
	}
	shards := s.needOfCells("redis.shard", s.Peak.Times(asked.Requests).Round(3), cells)
	if a.RedisPerUser > 0 {
		stored := gigabytes(Whole(s.Users).Times(Whole(a.RedisPerUser)).Times(copies))
		if n := s.needOfCells("redis.memory", stored, cells); shards.Less(n) {
			shards = n
		}
	}
	s.asked["redis.nodes"] = shards.Times(replicas)
	s.bill("redis.node", s.asked["redis.nodes"].Times(Whole(MonthDays*24)))
}

// needOfCells is need where each cell takes whole ones.
func (s *Scale) needOfCells(id string, peak, cells Quantity) Quantity {
	s.need(id, peak)
	n := &s.Needs[len(s.Needs)-1]
	if parts := inEach(cells, peak, n.Each); n.Number.Less(parts) {
		n.Number = parts
	}
	return n.Number
}

// sum adds up the asks of a service, for some operations or for all, and reports whether there were any.
func (e *Estimate) sum(service string, operations ...string) (sum Ask, found bool) {
	for _, ask := range e.Asks {
		wanted := len(operations) == 0
		for _, o := range operations {
			wanted = wanted || o == ask.Operation
		}
		if ask.Service != service || !wanted {
			continue
		}
		found = true
		sum.Requests = sum.Requests.Plus(ask.Requests)
		sum.Items = sum.Items.Plus(ask.Items)
		sum.Out = sum.Out.Plus(ask.Out)
		sum.In = sum.In.Plus(ask.In)
	}
	return sum, found
}

// Decimal megabytes and gigabytes, as in prices.
func megabytes(bytes Quantity) Quantity { return bytes.Over(Whole(1_000_000)).Round(3) }
func gigabytes(bytes Quantity) Quantity { return bytes.Over(Whole(1_000_000_000)).Round(3) }
