package hunt

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/link"
)

// mostWindows is the maximum number of faults in a composed schedule. Bugs that need more are rare, and a
// system under that many faults does nothing any more.
const mostWindows = 4

// Compose returns a random schedule for a design, composed of what its surface offers, within a load of that
// length. The same seed gives the same schedule. None of its faults makes a dependency lose data: no design
// claims anything about that. It is empty if the surface offers nothing.
func Compose(s Surface, design string, load time.Duration, seed uint64) fault.Schedule {
	name := fnv.New64a()
	_, _ = name.Write([]byte(design)) // a hash takes everything
	c := &composer{Surface: s, dice: rand.New(rand.NewPCG(seed, name.Sum64())), taken: map[string]bool{}}
	var schedule fault.Schedule
	windows := 1 + c.dice.IntN(mostWindows)
	around := c.dice.IntN(2) == 0 // the lab's own fault, which may bring a design to a state in which it can break
	for range 10 * windows {      // a drawn fault may not be had, or not beside another
		if len(schedule) == windows {
			break
		}
		draw := draws[c.dice.IntN(len(draws))]
		if around && len(schedule) == 0 && len(s.Own) > 0 {
			draw = (*composer).own
		}
		if f := c.fault(draw); f != nil {
			from, to := c.span(load)
			schedule = append(schedule, fault.Window{Fault: f, From: from, To: to})
		}
	}
	return fault.Join(schedule)
}

// Text returns a schedule on one line.
func Text(s fault.Schedule) string { return strings.ReplaceAll(s.String(), "\n", "; ") }

// spelled reports whether schedules can express a fault.
func spelled(f fault.Fault) bool {
	_, err := catalog.ParseSchedule(fault.Schedule{{Fault: f, To: time.Second}}.String(), 0)
	return err == nil
}

// composer draws faults.
type composer struct {
	Surface
	dice  *rand.Rand
	taken map[string]bool // see exclusive
}

// draws are the groups of faults; more frequent ones are listed more often.
var draws = []func(*composer) fault.Fault{
	(*composer).link, (*composer).link, (*composer).link, (*composer).link,
	(*composer).call, (*composer).call, (*composer).call,
	(*composer).instance, (*composer).instance,
	(*composer).crash, (*composer).crash,
	(*composer).own, (*composer).own,
	(*composer).dependency,
	(*composer).clock,
}

// fault draws a fault of a group; nil if there is none, or if it conflicts with the others.
func (c *composer) fault(draw func(*composer) fault.Fault) fault.Fault {
	f := draw(c)
	if f == nil {
		return nil
	}
	if key := exclusive(f); key != "" {
		if c.taken[key] {
			return nil
		}
		c.taken[key] = true
	}
	return f
}

// exclusive returns a key that at most one fault of a schedule may have: a dead process can't be frozen, two
// switches interfere, and an operation has one taint.
func exclusive(f fault.Fault) string {
	switch f := f.(type) {
	case fault.OnProcess:
		return "process " + f.OnProcess()
	case process.CrashAt:
		return "process " + f.Instance
	case process.ClockSkew:
		return "clock"
	case fault.Switch:
		return "switch"
	case fault.OnData:
		return "data"
	}
	return ""
}

// span draws when a fault is active: short spans are as likely as long ones.
func (c *composer) span(load time.Duration) (from, to time.Duration) {
	length := c.between(10*time.Millisecond, load/2)
	from = time.Duration(c.dice.Int64N(int64((load-length)/time.Millisecond)+1)) * time.Millisecond
	return from, from + length
}

// between draws a duration, to the millisecond; each order of magnitude is equally likely.
func (c *composer) between(low, high time.Duration) time.Duration {
	ratio := float64(high) / float64(low)
	return time.Duration(float64(low) * math.Pow(ratio, c.dice.Float64())).Truncate(time.Millisecond)
}

// share draws a share: all, as 0, half of the time.
func (c *composer) share() float64 {
	if c.dice.IntN(2) == 0 {
		return 0
	}
	return float64(1+c.dice.IntN(9)) / 10
}

// first draws how many calls are hit: no limit, as 0, more than half of the time.
func (c *composer) first() int {
	if c.dice.IntN(3) > 0 {
		return 0
	}
	return 1 + c.dice.IntN(3)
}

func pick[T any](c *composer, of []T) (one T, ok bool) {
	if len(of) == 0 {
		return one, false
	}
	return of[c.dice.IntN(len(of))], true
}

// link draws a network fault, on one link, on those of a service, or on all to one end.
func (c *composer) link() fault.Fault {
	on, ok := pick(c, c.Links)
	if !ok {
		return nil
	}
	switch c.dice.IntN(4) {
	case 0:
		on.From = serviceOf(on.From)
	case 1:
		on.From = ""
	}
	way := []link.Direction{link.Answers, link.Requests, link.Both}[c.dice.IntN(3)]
	switch c.dice.IntN(8) {
	case 0:
		return network.Latency{Link: on, Delay: c.between(time.Millisecond, time.Second), Direction: way, Share: c.share()}
	case 1:
		return network.Bandwidth{Link: on, BytesPerSecond: int64(1+c.dice.IntN(50)) * 1000, Direction: way}
	case 2:
		return network.Reset{
			Link: on, After: c.between(time.Millisecond, 100*time.Millisecond), Direction: way, Share: c.share(),
		}
	case 3:
		return network.Blackhole{Link: on, Timeout: c.between(10*time.Millisecond, time.Second), Share: c.share()}
	case 4:
		return network.Flap{
			Link: on, Down: c.between(5*time.Millisecond, 200*time.Millisecond),
			Up: c.between(5*time.Millisecond, 200*time.Millisecond),
		}
	case 5:
		return network.SlowClose{Link: on, Delay: c.between(10*time.Millisecond, time.Second), Direction: way}
	case 6:
		return network.LimitData{Link: on, Bytes: int64(1 + c.dice.IntN(20_000)), Direction: way}
	default:
		return network.Cut{
			Link: on, OneWay: []network.OneWay{network.BothWays, network.AnswersOnly, network.RequestsOnly}[c.dice.IntN(3)],
			Share: c.share(),
		}
	}
}

// call draws a fault of the AWS API, on an operation that the design calls, or on all of a service.
func (c *composer) call() fault.Fault {
	call, ok := pick(c, c.Calls)
	if !ok {
		return nil
	}
	if strings.Contains(call.Operation, "Batch") && c.dice.IntN(2) == 0 {
		return awsapi.PartialBatch{Call: call, Share: float64(1+c.dice.IntN(9)) / 10, First: c.first()}
	}
	if c.dice.IntN(4) == 0 {
		call.Operation = ""
	}
	switch c.dice.IntN(4) {
	case 0:
		return awsapi.Error{Call: call, Probability: c.share(), First: c.first()}
	case 1:
		return awsapi.Throttle{Call: call, Probability: c.share(), First: c.first()}
	case 2:
		return awsapi.Latency{
			Call: call, Delay: c.between(time.Millisecond, time.Second), Probability: c.share(), First: c.first(),
		}
	default:
		return awsapi.LostResponse{Call: call, Probability: c.share(), First: c.first()}
	}
}

// instance draws a fault on an instance.
func (c *composer) instance() fault.Fault {
	name, ok := pick(c, c.Instances)
	if !ok {
		return nil
	}
	return c.onProcess(name, true)
}

// dependency draws a fault on a dependency's process. Only Kafka's nodes keep their data when they are
// killed.
func (c *composer) dependency() fault.Fault {
	name, ok := pick(c, c.dependencies())
	if !ok {
		return nil
	}
	return c.onProcess(name, slices.Contains(c.kafkaNodes(), name))
}

func (c *composer) onProcess(name string, remembers bool) fault.Fault {
	n := 2
	if remembers {
		n = 4
	}
	switch c.dice.IntN(n) {
	case 0:
		return process.Pause{Process: name}
	case 1:
		return process.Slow{Process: name, Share: float64(1+c.dice.IntN(9)) / 10}
	case 2:
		return process.Kill{Process: name}
	default:
		return process.Restart{Process: name, Down: c.between(time.Millisecond, 500*time.Millisecond)}
	}
}

func (c *composer) crash() fault.Fault {
	f, ok := pick(c, c.Crashes)
	if !ok {
		return nil
	}
	return f
}

func (c *composer) own() fault.Fault {
	f, ok := pick(c, c.Own)
	if !ok {
		return nil
	}
	return f
}

// clock draws a clock that is wrong.
func (c *composer) clock() fault.Fault {
	name, ok := pick(c, c.Instances)
	if !ok {
		return nil
	}
	offset := c.between(10*time.Millisecond, time.Minute)
	if c.dice.IntN(2) == 0 {
		offset = -offset
	}
	return process.ClockSkew{Instance: name, Offset: offset}
}
