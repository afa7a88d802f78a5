package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// expiry is an option EX, PX, EXAT or PXAT. Its argument is looked at when all options are known.
type expiry struct {
	unit string // "" without one
	arg  *engine.Options
}

// take takes the option if the word is one and fits what came before.
func (e *expiry) take(c *engine.Call, o *engine.Options, word string) bool {
	switch word {
	case "EX", "PX", "EXAT", "PXAT":
	default:
		return false
	}
	if e.unit != "" && e.unit != word || !o.More() {
		return false
	}
	e.unit, e.arg = word, c.Options(len(c.Args)-o.Left())
	_, err := o.Next()
	return err == nil
}

// at is the deadline in Unix ms, or 0 without the option.
func (e *expiry) at(c *engine.Call) (int64, error) {
	if e.unit == "" {
		return 0, nil
	}
	return c.Deadline(e.arg, e.unit)
}
