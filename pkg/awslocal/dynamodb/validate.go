package dynamodb

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// constraints collects the violations of the API's model by a request's members. AWS checks all of them
// before anything else and reports up to ten in one message.
type constraints struct{ broken []string }

// violate notes that the member at path, with that value, breaks a constraint.
func (c *constraints) violate(path, value, constraint string) {
	c.broken = append(c.broken, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, path, constraint))
}

func (c *constraints) err() error {
	switch n := len(c.broken); {
	case n == 0:
		return nil
	case n == 1:
		return validationError("1 validation error detected: %s", c.broken[0])
	default:
		c.broken = c.broken[:min(n, 10)]
		return validationError("%d validation errors detected: %s", len(c.broken), strings.Join(c.broken, "; "))
	}
}

func quoted(value any) string { return fmt.Sprintf("'%v'", value) }

// enum checks an optional member against its values, in the order of AWS's message.
func (c *constraints) enum(path, value string, values ...string) {
	if value != "" && !slices.Contains(values, value) {
		c.violate(path, quoted(value), "Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
	}
}

// length checks the length of a list, which must not be empty. AWS's message has the list itself; ours has its
// length.
func (c *constraints) length(path string, n, most int) {
	switch {
	case n < 1:
		c.violate(path, "'[]'", "Member must have length greater than or equal to 1")
	case n > most:
		c.violate(path, listText(n), fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

// text checks the length of an optional text, in characters.
func (c *constraints) text(path string, value *string, least, most int) {
	if value == nil {
		return
	}
	switch n := utf8.RuneCountInString(*value); {
	case n < least:
		c.violate(path, quoted(*value), fmt.Sprintf("Member must have length greater than or equal to %d", least))
	case n > most:
		c.violate(path, quoted(*value), fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

func listText(n int) string { return fmt.Sprintf("'[%d elements]'", n) }

func (c *constraints) notNull(path string, present bool) {
	if !present {
		c.violate(path, "null", "Member must not be null")
	}
}

func (c *constraints) atLeast(path string, value *int64, least int64) {
	if value != nil && *value < least {
		c.violate(path, quoted(*value), fmt.Sprintf("Member must have value greater than or equal to %d", least))
	}
}

func (c *constraints) atMost(path string, value *int64, most int64) {
	if value != nil && *value > most {
		c.violate(path, quoted(*value), fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// name checks the name of a table or index.
func (c *constraints) name(path, name string, shortest int) {
	switch {
	case len(name) < shortest:
		c.violate(path, quoted(name), fmt.Sprintf("Member must have length greater than or equal to %d", shortest))
	case len(name) > 255:
		c.violate(path, quoted(name), "Member must have length less than or equal to 255")
	case strings.ContainsFunc(name, func(r rune) bool { return !strings.ContainsRune(nameRunes, r) }):
		c.violate(path, quoted(name), "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	}
}

const nameRunes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

// checkTableName comes before every other check: AWS reports a bad name alone.
func checkTableName(name *string) error {
	var c constraints
	if c.notNull("tableName", name != nil); name != nil {
		c.name("tableName", nameOf(*name), 1)
	}
	return c.err()
}

// consumedCapacity checks the member that nearly every operation has.
func (c *constraints) consumedCapacity(value string) {
	c.enum("returnConsumedCapacity", value, "INDEXES", "TOTAL", "NONE")
}
