package cloudwatch

import (
	"fmt"
	"slices"
	"strings"
)

const maxDimensions = 30

// dimension is one name and value of a metric's identity.
type dimension struct{ Name, Value string }

// metric identifies a series.
type metric struct {
	Namespace  string
	MetricName string
	Dimensions []dimension
}

// key is the same for the same metric, whatever the order of its dimensions.
func (m metric) key() string {
	parts := []string{m.Namespace, m.MetricName}
	for _, d := range m.sorted() {
		parts = append(parts, d.Name, d.Value)
	}
	return strings.Join(parts, "\x00")
}

func (m metric) sorted() []dimension {
	return slices.SortedFunc(slices.Values(m.Dimensions), func(a, b dimension) int {
		return strings.Compare(a.Name, b.Name)
	})
}

// check validates the metric's name and dimensions; path is where they are in the request.
func (m metric) check(path string) error {
	if m.MetricName == "" {
		return required(path + "MetricName")
	}
	if len(m.MetricName) > 255 {
		return tooLong(path+"MetricName", 255)
	}
	return checkDimensions(path, m.Dimensions)
}

func checkNamespace(name string) error {
	switch {
	case name == "":
		return required("Namespace")
	case len(name) > 255:
		return tooLong("Namespace", 255)
	case name[0] == ':':
		return invalid("The value %s for parameter Namespace is invalid.", name)
	}
	return nil
}

func checkDimensions(path string, dimensions []dimension) error {
	if len(dimensions) > maxDimensions {
		return invalid("The collection %sDimensions must not have a size greater than %d.", path, maxDimensions)
	}
	seen := map[string]bool{}
	for i, d := range dimensions {
		at := fmt.Sprintf("%sDimensions.member.%d.", path, i+1)
		switch {
		case d.Name == "":
			return required(at + "Name")
		case d.Value == "":
			return required(at + "Value")
		case len(d.Name) > 255:
			return tooLong(at+"Name", 255)
		case len(d.Value) > 1024:
			return tooLong(at+"Value", 1024)
		case d.Name[0] == ':':
			return invalid("The value %s for parameter %sName is invalid.", d.Name, at)
		case seen[d.Name]:
			return invalid("No two dimensions may have the same name: %s.", d.Name)
		}
		seen[d.Name] = true
	}
	return nil
}

func tooLong(parameter string, most int) error {
	return invalid("The parameter %s must be shorter than %d characters.", parameter, most+1)
}

// units are the standard units.
var units = func() map[string]bool {
	all := map[string]bool{"Percent": true, "Count": true, "Count/Second": true, "None": true}
	for _, name := range []string{"Seconds", "Microseconds", "Milliseconds"} {
		all[name] = true
	}
	for _, size := range []string{"Bytes", "Bits"} {
		for _, prefix := range []string{"", "Kilo", "Mega", "Giga", "Tera"} {
			name := prefix + strings.ToLower(size)
			if prefix == "" {
				name = size
			}
			all[name], all[name+"/Second"] = true, true
		}
	}
	return all
}()

func checkUnit(parameter, unit string) error {
	if unit != "" && !units[unit] {
		return invalid("The value %s for parameter %s is invalid.", unit, parameter)
	}
	return nil
}
