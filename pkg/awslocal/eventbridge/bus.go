package eventbridge

import (
	"regexp"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const maxBuses = 100

var name256 = regexp.MustCompile(`^[/.\-_A-Za-z0-9]{1,256}$`)

// bus is an event bus and its rules.
type bus struct {
	name, arn, description string
	created                time.Time
	rules                  map[string]*rule
	tags                   map[string]string
}

func (a *account) addBus(name, description string, now time.Time) *bus {
	b := &bus{
		name: name, arn: a.arn("event-bus/" + name), description: description, created: now,
		rules: map[string]*rule{}, tags: map[string]string{},
	}
	a.buses[name] = b
	return b
}

// bus finds a bus by name or ARN; empty means the default one.
func (a *account) bus(nameOrARN string) (*bus, error) {
	name := busName(nameOrARN)
	if b := a.buses[name]; b != nil {
		return b, nil
	}
	return nil, notFound("Event bus %s does not exist.", name)
}

func busName(nameOrARN string) string {
	if nameOrARN == "" {
		return "default"
	}
	if _, name, ok := strings.Cut(nameOrARN, ":event-bus/"); ok {
		return name
	}
	return nameOrARN
}

func (s *Service) createEventBus(a *account, in *struct {
	Name, Description, EventSourceName string
	Tags                               []tag
}) (any, error) {
	switch {
	case in.EventSourceName != "":
		return nil, validation("Partner event sources are not supported by the embedded AWS.")
	case !name256.MatchString(in.Name):
		return nil, member(in.Name, "name", `satisfy regular expression pattern: [/\.\-_A-Za-z0-9]+`)
	case a.buses[in.Name] != nil:
		return nil, api.Errorf("ResourceAlreadyExistsException", "Event bus %s already exists.", in.Name)
	case strings.Contains(in.Name, "/"):
		return nil, validation("Event bus name must not contain '/'.")
	case len(a.buses) >= maxBuses:
		return nil, exceeded()
	}
	b := a.addBus(in.Name, in.Description, s.now())
	for _, t := range in.Tags {
		b.tags[t.Key] = t.Value
	}
	return struct {
		EventBusArn string
		Description string `json:",omitempty"`
	}{b.arn, b.description}, nil
}

func (s *Service) deleteEventBus(a *account, in *struct{ Name string }) (any, error) {
	name := busName(in.Name)
	if name == "default" {
		return nil, validation("Cannot delete event bus default.")
	}
	// Deleting a missing bus succeeds.
	if b := a.buses[name]; b != nil {
		if len(b.rules) > 0 {
			return nil, validation("Cannot delete event bus %s, it has rules.", name)
		}
		delete(a.buses, name)
	}
	return nil, nil
}

type busShape struct {
	Name, Arn        string
	Description      string `json:",omitempty"`
	CreationTime     float64
	LastModifiedTime float64
}

func (b *bus) shape() busShape {
	return busShape{b.name, b.arn, b.description, seconds(b.created), seconds(b.created)}
}

func (s *Service) describeEventBus(a *account, in *struct{ Name string }) (any, error) {
	b, err := a.bus(in.Name)
	if err != nil {
		return nil, err
	}
	return b.shape(), nil
}

func (s *Service) listEventBuses(a *account, in *struct {
	NamePrefix string
	page
}) (any, error) {
	names, next, err := list(a.buses, in.page, func(name string, _ *bus) bool {
		return strings.HasPrefix(name, in.NamePrefix)
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		EventBuses []busShape
		NextToken  string `json:",omitempty"`
	}{[]busShape{}, next}
	for _, name := range names {
		out.EventBuses = append(out.EventBuses, a.buses[name].shape())
	}
	return out, nil
}
