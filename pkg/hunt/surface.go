package hunt

import (
	"maps"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Surface lists what random schedules can target in a design, by the names in schedules. Its lists are
// sorted.
type Surface struct {
	Instances []string
	Links     []link.Pattern    // from instances to dependencies, nodes and instances
	Calls     []awsrules.Call   // of the AWS API that the design made
	Crashes   []process.CrashAt // at the crash points that faults of the lab name
	Own       []fault.Fault     // the lab's other faults that schedules can spell
}

// SurfaceOf returns the surface of a design, from a case of it.
func SurfaceOf(l lab.Spec, c run.Case) Surface {
	s := Surface{Instances: slices.Sorted(slices.Values(c.Instances))}
	for _, name := range c.Links {
		from, to, _ := strings.Cut(name, "→")
		if s.has(from) && (s.has(to) || isDependency(to)) {
			s.Links = append(s.Links, link.Pattern{From: from, To: to})
		}
	}
	calls := map[awsrules.Call]bool{}
	for k := range c.Usage {
		if !notAWS[k.Service] && !strings.Contains(k.Operation, " ") { // "SendMessage by others" are AWS's own
			calls[awsrules.Call{Service: k.Service, Operation: k.Operation}] = true
		}
	}
	s.Calls = slices.SortedFunc(maps.Keys(calls), func(a, b awsrules.Call) int {
		return strings.Compare(a.String(), b.String())
	})
	for _, f := range l.Faults {
		switch f := f.Fault.(type) {
		case process.CrashAt:
			s.Crashes = append(s.Crashes, s.crashesLike(f)...)
		case fault.Switch:
			s.Own = append(s.Own, fault.Switch{Name: f.Name})
		default:
			if spelled(f) {
				s.Own = append(s.Own, f)
			}
		}
	}
	return s
}

// notAWS are the services whose calls are not of the AWS API.
var notAWS = map[string]bool{stack.Kafka: true, stack.Redis: true, "http": true}

func (s Surface) has(instance string) bool { return slices.Contains(s.Instances, instance) }

// crashesLike returns a crash at the point for every instance of the same service.
func (s Surface) crashesLike(f process.CrashAt) (crashes []process.CrashAt) {
	for _, i := range s.Instances {
		if link.MatchName(serviceOf(f.Instance), i) {
			crashes = append(crashes, process.CrashAt{Instance: i, Point: f.Point})
		}
	}
	return crashes
}

// serviceOf returns "billing" for "billing-1".
func serviceOf(instance string) string {
	service := strings.TrimRight(instance, "0123456789")
	return strings.TrimSuffix(service, "-")
}

func isDependency(name string) bool {
	return slices.ContainsFunc([]string{stack.AWS, stack.Kafka, stack.Redis}, func(d string) bool {
		return link.MatchName(d, name)
	})
}

// kafkaNodes returns the nodes of Kafka that the design talks to.
func (s Surface) kafkaNodes() (nodes []string) {
	for _, l := range s.Links {
		if link.MatchName(stack.Kafka, l.To) {
			nodes = append(nodes, l.To)
		}
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// dependencies returns the link ends of the design that are not instances.
func (s Surface) dependencies() (names []string) {
	for _, l := range s.Links {
		if isDependency(l.To) {
			names = append(names, l.To)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
