package usage

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
)

// Key identifies a kind of request.
type Key struct {
	Service   string // "sqs", "dynamodb", "kafka", "redis", "http"; AWS's as in signatures
	Operation string // "SendMessage", "produce", "set", "POST"
	Price     string // the ID of the [Price] of the request; empty if requests are not billed
	Idle      bool   // a poll that returned nothing, or is made at each round: such polls grow with time, not with load
}

// Tally is the amount of such requests. All its fields add up.
type Tally struct {
	Requests int64   // that were answered, with whatever answer
	Items    int64   // messages, records, items or events in them
	Out, In  int64   // bytes of the request and response bodies
	Units    float64 // of the price: 64 KB chunks, write units …; halves are eventually consistent reads
}

// Plus returns the sum.
func (t Tally) Plus(u Tally) Tally {
	return Tally{t.Requests + u.Requests, t.Items + u.Items, t.Out + u.Out, t.In + u.In, t.Units + u.Units}
}

func (t Tally) minus(u Tally) Tally {
	return Tally{t.Requests - u.Requests, t.Items - u.Items, t.Out - u.Out, t.In - u.In, t.Units - u.Units}
}

// Counts is the amount of requests, by key.
type Counts map[Key]Tally

// Since returns what was added after an earlier reading.
func (c Counts) Since(earlier Counts) Counts {
	since := Counts{}
	for k, t := range c {
		if d := t.minus(earlier[k]); d != (Tally{}) {
			since[k] = d
		}
	}
	return since
}

// Keys returns the keys by service, operation and price, idle ones last.
func (c Counts) Keys() []Key {
	return slices.SortedFunc(maps.Keys(c), func(a, b Key) int {
		idle := 0
		if a.Idle != b.Idle {
			idle = 1
			if b.Idle {
				idle = -1
			}
		}
		return cmp.Or(idle, cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation),
			cmp.Compare(a.Price, b.Price))
	})
}

// Dollars is what the billed requests cost at list prices, exactly.
func (c Counts) Dollars() Quantity {
	sum := Quantity{}
	for k, t := range c {
		if p, ok := PriceOf(k.Price); ok {
			units := Whole(int64(2 * t.Units)).Over(Whole(2 * p.Per))
			sum = sum.Plus(units.Times(p.Dollars))
		}
	}
	return sum
}

// Billed is how many requests cost something.
func (c Counts) Billed() (n int64) {
	for k, t := range c {
		if k.Price != "" {
			n += t.Requests
		}
	}
	return n
}

// Handled is how many requests each instance has answered or made, by its name. A Redis pipeline is one, and an
// idle poll is none.
type Handled map[string]int64

// Since returns what was added after an earlier reading.
func (h Handled) Since(earlier Handled) Handled {
	since := Handled{}
	for name, n := range h {
		since[name] = n - earlier[name]
	}
	return since
}

// Row is an entry of Counts in JSON.
type Row struct {
	Service   string  `json:"service"`
	Operation string  `json:"operation"`
	Requests  int64   `json:"requests"`
	Items     int64   `json:"items,omitempty"`
	Out       int64   `json:"bytes_out,omitempty"`
	In        int64   `json:"bytes_in,omitempty"`
	Price     string  `json:"price,omitempty"`
	Units     float64 `json:"units,omitempty"`
	Idle      bool    `json:"idle,omitempty"`
}

// MarshalJSON writes a list of rows in the order of [Counts.Keys].
func (c Counts) MarshalJSON() ([]byte, error) {
	rows := []Row{}
	for _, k := range c.Keys() {
		t := c[k]
		rows = append(rows, Row{k.Service, k.Operation, t.Requests, t.Items, t.Out, t.In, k.Price, t.Units, k.Idle})
	}
	return json.Marshal(rows)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Counts) UnmarshalJSON(data []byte) error {
	var rows []Row
	if err := json.Unmarshal(data, &rows); err != nil {
		return err
	}
	*c = Counts{}
	for _, r := range rows {
		(*c)[Key{r.Service, r.Operation, r.Price, r.Idle}] = Tally{r.Requests, r.Items, r.Out, r.In, r.Units}
	}
	return nil
}
