package usage

import "slices"

// Assumptions are the inputs that no run can measure.
type Assumptions struct {
	PerUserDay Quantity `json:"actions_per_user_day"`
	PeakFactor Quantity `json:"peak_factor"` // peak ÷ average

	RedisPerUser int64 `json:"redis_bytes_per_user"` // stored in Redis for each user
}

// What every estimate also assumes.
const (
	MonthDays     = 30 // of 24 hours
	KafkaReplicas = 3
	KafkaDays     = 7 // that a topic keeps its messages: Kafka's default
	RedisCopies   = 2 // a primary and a replica of each shard
)

// Scales are the numbers of users that estimates are made for.
var Scales = []int64{1_000_000, 100_000_000, 1_000_000_000}

// Measured describes a design's run.
type Measured struct {
	Design     string
	Summary    string
	Operations int64    // of the workload
	Rate       Quantity // operations per second
	Instances  []Role
	Counts     Counts
}

// Role is a kind of instance and how many of it ran.
type Role struct {
	Name string `json:"name"`
	Ran  int64  `json:"ran"`
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
	Design     string  `json:"design"`
	Summary    string  `json:"summary"`
	Operations int64   `json:"operations"` // measured
	Instances  []Role  `json:"instances"`  // that carried the lab's rate
	Asks       []Ask   `json:"per_action"`
	Idle       int64   `json:"idle_polls"` // polls that returned nothing during the run; not in the other numbers
	Scales     []Scale `json:"scales"`
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
	e := Estimate{Design: m.Design, Summary: m.Summary, Operations: m.Operations, Instances: m.Instances, Asks: []Ask{}}
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
		e.Scales = append(e.Scales, e.at(n, m.Rate, a))
	}
	return e
}

// at returns the estimate for that many users.
func (e *Estimate) at(users int64, labRate Quantity, a Assumptions) Scale {
	s := Scale{Users: users, Needs: []Need{}, Bills: []Bill{}}
	s.Day = Whole(users).Times(a.PerUserDay).Round(0)
	s.Average = s.Day.Over(Whole(24 * 60 * 60)).Round(3)
	s.Peak = s.Average.Times(a.PeakFactor).Round(3)
	s.Month = s.Day.Times(Whole(MonthDays))
	s.Rates = e.rates(s)
	for _, role := range e.Instances {
		each := labRate.Over(Whole(role.Ran)).Round(3)
		s.Needs = append(s.Needs,
			Limit{Name: role.Name + " instances loaded as in the lab", Each: each, Unit: "actions/s", Least: 1}.Need(s.Peak))
	}
	e.billByRequest(&s)
	e.billByTheHour(&s, a)
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

// billByTheHour adds the bills by node and by stored byte.
func (e *Estimate) billByTheHour(s *Scale, a Assumptions) {
	hours := Whole(MonthDays * 24)
	bill := func(id string, units Quantity) {
		if p, ok := PriceOf(id); ok && units.Sign() > 0 {
			s.Bills = append(s.Bills, p.Bill(units))
		}
	}
	need := func(id string, peak Quantity) Quantity {
		l, _ := LimitOf(id)
		n := l.Need(peak)
		s.Needs = append(s.Needs, n)
		return n.Number
	}
	if wrote, ok := e.sum("kinesis", "PutRecord", "PutRecords"); ok {
		shards := need("kinesis.records", s.Peak.Times(wrote.Items).Round(3))
		if n := need("kinesis.bytes", megabytes(s.Peak.Times(wrote.Out))); shards.Less(n) {
			shards = n
		}
		bill("kinesis.shard", shards.Times(hours))
	}
	if wrote, ok := e.sum("kafka", "produce"); ok {
		replicas := Whole(KafkaReplicas)
		need("kafka.partition", megabytes(s.Peak.Times(wrote.Out)))
		brokers := need("kafka.broker", megabytes(s.Peak.Times(wrote.Out).Times(replicas)))
		bill("msk.broker", brokers.Times(hours))
		bill("msk.storage", gigabytes(s.Day.Times(wrote.Out)).Times(Whole(KafkaDays)).Times(replicas))
	}
	if asked, ok := e.sum("redis"); ok {
		shards := need("redis.shard", s.Peak.Times(asked.Requests).Round(3))
		if a.RedisPerUser > 0 {
			if n := need("redis.memory", gigabytes(Whole(s.Users).Times(Whole(a.RedisPerUser)))); shards.Less(n) {
				shards = n
			}
		}
		bill("redis.node", shards.Times(Whole(RedisCopies)).Times(hours))
	}
	if wrote, ok := e.sum("s3", "PutObject", "UploadPart"); ok {
		bill("s3.storage", gigabytes(s.Month.Times(wrote.Out)))
	}
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
