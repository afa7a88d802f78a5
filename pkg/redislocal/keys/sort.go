package keys

import (
	"cmp"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
)

// sortOptions are what SORT takes beside the key.
type sortOptions struct {
	descending, alpha bool
	start, count      int64 // of LIMIT; a negative count is all
	by                string
	byOther           bool // BY a pattern, and not the elements themselves
	unsorted          bool // BY a pattern without a *
	gets              []string
	to                string // of STORE
	store             bool
}

func sortOptionsOf(c *engine.Call, readOnly bool) (opt sortOptions, err error) {
	opt.count = -1
	for o := c.Options(2); o.More(); {
		switch word := o.Word(); {
		case word == "ASC":
			opt.descending = false
		case word == "DESC":
			opt.descending = true
		case word == "ALPHA":
			opt.alpha = true
		case word == "LIMIT" && o.Left() >= 2:
			if opt.start, err = o.Int(); err == nil {
				opt.count, err = o.Int()
			}
			if err != nil {
				return opt, err
			}
		case word == "STORE" && o.More() && !readOnly:
			opt.to, _ = o.Next()
			opt.store = true
		case word == "BY" && o.More():
			opt.by, _ = o.Next()
			opt.unsorted = !strings.Contains(opt.by, "*")
			if opt.byOther = !opt.unsorted; opt.byOther && !c.ReadsAllKeys() {
				return opt, engine.Error("ERR BY option of SORT denied due to insufficient ACL permissions.")
			}
		case word == "GET" && o.More():
			if !c.ReadsAllKeys() {
				return opt, engine.Error("ERR GET option of SORT denied due to insufficient ACL permissions.")
			}
			get, _ := o.Next()
			opt.gets = append(opt.gets, get)
		default:
			return opt, engine.ErrSyntax
		}
	}
	return opt, nil
}

// sortKeys is where SORT's keys are among its arguments.
func sortKeys(args []string) []int {
	found := []int{1}
	for i := 2; i < len(args); i++ {
		switch strings.ToUpper(args[i]) {
		case "LIMIT":
			i += 2
		case "BY", "GET":
			i++
		case "STORE":
			if i++; i < len(args) {
				found = append(found[:1], i)
			}
		}
	}
	return found
}

func sorted(readOnly bool) func(*engine.Call) error {
	return func(c *engine.Call) error {
		opt, err := sortOptionsOf(c, readOnly)
		if err != nil {
			return err
		}
		elements, isSet, err := elementsOf(c, c.Args[1])
		if err != nil {
			return err
		}
		if opt.unsorted && isSet && (opt.store || c.Nested()) {
			// What is stored, or seen by a script, must not depend on the order of a set.
			opt.unsorted, opt.alpha = false, true
		}
		if !opt.unsorted {
			if err := opt.sort(c, elements); err != nil {
				return err
			}
		} else if opt.descending && !isSet {
			slices.Reverse(elements)
		}
		elements = opt.limit(elements)
		if n := len(opt.gets); n > 1 && len(elements) > engine.MaxReply/n {
			return engine.ErrTooMany
		}
		if opt.store {
			opt.put(c, elements)
		} else {
			opt.reply(c, elements)
		}
		return nil
	}
}

// limit cuts out what LIMIT asks for.
func (opt *sortOptions) limit(elements []string) []string {
	elements = elements[min(max(opt.start, 0), int64(len(elements))):]
	if opt.count >= 0 {
		elements = elements[:min(opt.count, int64(len(elements)))]
	}
	return elements
}

// weighed is an element with what it is sorted by.
type weighed struct {
	element string
	number  float64
	text    string
	none    bool // there is nothing at the place to which BY leads: less than all, or 0
}

func (opt *sortOptions) sort(c *engine.Call, elements []string) error {
	all := make([]weighed, len(elements))
	for i, element := range elements {
		w := weighed{element: element, text: element}
		if opt.byOther {
			var ok bool
			w.text, ok = follow(c, opt.by, element)
			w.none = !ok
		}
		if !opt.alpha && w.text != "" {
			var ok bool
			if w.number, ok = engine.ParseFloat(w.text); !ok {
				return engine.Error("ERR One or more scores can't be converted into double")
			}
		}
		all[i] = w
	}
	slices.SortStableFunc(all, func(a, b weighed) int {
		order := opt.compare(a, b)
		if opt.descending {
			return -order
		}
		return order
	})
	for i, w := range all {
		elements[i] = w.element
	}
	return nil
}

func (opt *sortOptions) compare(a, b weighed) int {
	switch {
	case !opt.alpha:
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.element, b.element))
	case a.none && !b.none:
		return -1
	case b.none && !a.none:
		return 1
	}
	return cmp.Compare(a.text, b.text)
}

func (opt *sortOptions) put(c *engine.Call, elements []string) {
	l := list.New()
	for _, element := range elements {
		if len(opt.gets) == 0 {
			l.Push(element)
		}
		for _, get := range opt.gets {
			text, _ := follow(c, get, element) // "" without one
			l.Push(text)
		}
	}
	switch {
	case l.Len() > 0:
		c.Replace(opt.to, l)
		c.Notify(engine.ClassList, "sortstore", opt.to)
	case c.Delete(opt.to):
		c.Notify(engine.ClassGeneric, "del", opt.to)
	}
	c.Len(l.Len())
}

func (opt *sortOptions) reply(c *engine.Call, elements []string) {
	if len(opt.gets) == 0 {
		c.Bulks(elements)
		return
	}
	c.Array(len(elements) * len(opt.gets))
	for _, element := range elements {
		for _, get := range opt.gets {
			if text, ok := follow(c, get, element); ok {
				c.Bulk(text)
			} else {
				c.Null()
			}
		}
	}
}
