package invariant

import (
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// The vocabulary of literal histories; times are in milliseconds.

type line = history.Event

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func invoke(at int, op string) line {
	return line{At: ms(at), Kind: history.Invoke, Op: op, Name: "order"}
}

func with(e line, set func(*line)) line { set(&e); return e }

func poison(at int, op string) line {
	return with(invoke(at, op), func(e *line) { e.Value = "poison" })
}

func ok(at int, op string) line     { return line{At: ms(at), Kind: history.OK, Op: op} }
func failed(at int, op string) line { return line{At: ms(at), Kind: history.Failed, Op: op} }
func lapsed(at int, op string) line { return line{At: ms(at), Kind: history.Unknown, Op: op} }

func effect(at int, name, op, key string) line {
	return line{At: ms(at), Kind: history.Effect, Name: name, Op: op, Key: key}
}

func mark(at int, name string) line { return line{At: ms(at), Kind: history.Mark, Name: name} }

// accepted is an order that was acknowledged.
func accepted(at int, op string) []line { return []line{invoke(at, op), ok(at+1, op)} }

// join makes one history of events and slices of them.
func join(parts ...any) (h history.History) {
	for _, p := range parts {
		switch p := p.(type) {
		case line:
			h = append(h, p)
		case []line:
			h = append(h, p...)
		case history.History:
			h = append(h, p...)
		}
	}
	return h
}

// repeat makes n lines.
func repeat(n int, make func(int) line) (l []line) {
	for i := range n {
		l = append(l, make(i))
	}
	return l
}
