package engine

import "strconv"

// Scan is what SCAN, HSCAN, SSCAN and ZSCAN take: a cursor, MATCH and COUNT.
type Scan struct {
	Cursor uint64
	Count  int // elements to look at, 1 to MaxReply

	pattern  string
	patterns bool // there is one
}

// ScanOptions reads the cursor at the i-th argument and the options after it. More gets those that are not
// common to all of these commands, and reports whether it knows one; it may be nil.
func (c *Call) ScanOptions(i int, more func(word string, o *Options) (bool, error)) (Scan, error) {
	s := Scan{Count: 10}
	var err error
	if s.Cursor, err = strconv.ParseUint(c.Args[i], 10, 64); err != nil {
		return s, Error("ERR invalid cursor")
	}
	for o := c.Options(i + 1); o.More(); {
		switch word := o.Word(); word {
		case "MATCH":
			if s.pattern, err = o.Next(); err != nil {
				return s, err
			}
			s.patterns = s.pattern != "*"
		case "COUNT":
			n, err := o.Int()
			if err != nil {
				return s, err
			}
			if n < 1 {
				return s, ErrSyntax
			}
			s.Count = int(min(n, MaxReply))
		default:
			if more == nil {
				return s, ErrSyntax
			}
			known, err := more(word, o)
			if err != nil {
				return s, err
			}
			if !known {
				return s, ErrSyntax
			}
		}
	}
	return s, nil
}

// Matches reports whether an element is asked for.
func (s Scan) Matches(element string) bool { return !s.patterns || Match(s.pattern, element) }
