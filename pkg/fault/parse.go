package fault

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/nearest"
)

// ParseError tells what is wrong with a schedule, and where.
type ParseError struct {
	Line   string // the line of the schedule
	Column int    // of the character, counted from 0
	Reason string
}

// Error returns the reason, the line, and a mark under the character.
func (e *ParseError) Error() string {
	return fmt.Sprintf("%s\n  %s\n  %s^", e.Reason, e.Line, strings.Repeat(" ", e.Column))
}

// ParseSchedule reads a schedule: faults, one per line or separated by semicolons, each
//
//	TARGET:FAULT[=VALUE][,KEY=VALUE]…@FROM..TO [every PERIOD for LENGTH | random N for LENGTH]
//
// such as "redis:latency=200ms@2s..5s" or "billing→redis:cut@1s..2s" (-> also works). The target is
// a dialed dependency or instance, or a link FROM→TO; aws/SERVICE/OPERATION/RESOURCE for faults of
// the AWS API; a process; a switch of the design ("add-shard:switch@2s..5s"); or nothing for data
// faults ("poison=20@2s..6s"). Values separated by | are stages of equal length:
// "redis:latency=50ms|100ms|200ms@2s..8s". It knows the fault types in all, which package catalog
// lists. If names are given, a target must be one of them, unless it is a switch. The error is a
// *ParseError.
func ParseSchedule(text string, all []Named, seed uint64, names ...string) (Schedule, error) {
	var read Schedule
	n := 0
	for line := range strings.Lines(text) {
		p := &parser{line: strings.TrimRight(line, "\r\n"), all: all, names: names}
		for {
			p.space()
			if p.take(";") {
				continue
			}
			if p.end() {
				break
			}
			s, err := p.entry(chance.Mix(seed, uint64(n)))
			if err != nil {
				return nil, err
			}
			n++
			read = append(read, s...)
		}
	}
	return Join(read), nil
}

// parser reads one line.
type parser struct {
	line  string
	at    int // bytes
	all   []Named
	names []string
}

// kind is a Kind and the type of its faults.
type kind struct {
	Kind
	of reflect.Type
}

// kindNamed returns the kind of that name.
func (p *parser) kindNamed(name string) (k kind, ok bool) {
	for _, f := range p.all {
		if k = (kind{f.Kind(), reflect.TypeOf(f)}); k.Name == name {
			return k, true
		}
	}
	return kind{}, false
}

func (p *parser) kindNames() []string {
	names := make([]string, len(p.all))
	for i, f := range p.all {
		names[i] = f.Kind().Name
	}
	return names
}

func (p *parser) rest() string { return p.line[p.at:] }
func (p *parser) end() bool    { return p.at == len(p.line) }

func (p *parser) space() {
	p.at += len(p.rest()) - len(strings.TrimLeft(p.rest(), " \t"))
}

func (p *parser) take(word string) bool {
	if !strings.HasPrefix(p.rest(), word) {
		return false
	}
	p.at += len(word)
	return true
}

// until returns the text before the first of the stops.
func (p *parser) until(stops string) string {
	n := strings.IndexAny(p.rest(), stops)
	if n < 0 {
		n = len(p.rest())
	}
	word := p.rest()[:n]
	p.at += n
	return word
}

func (p *parser) fail(at int, format string, args ...any) error {
	return &ParseError{
		Line:   strings.ToValidUTF8(p.line, "?"),
		Column: utf8.RuneCountInString(p.line[:at]),
		Reason: fmt.Sprintf(format, args...),
	}
}

// entry reads one fault and its time.
func (p *parser) entry(seed uint64) (Schedule, error) {
	if !utf8.ValidString(p.line) {
		return nil, p.fail(0, "the schedule is not text in UTF-8")
	}
	targetAt := p.at
	target := p.until(":=@;,| ")
	name, nameAt := target, targetAt
	hasTarget := p.take(":")
	if hasTarget {
		nameAt = p.at
		name = p.until(":=@;,| ")
	}
	k, there := p.kindNamed(name)
	if k.Name == "latency" && hasTarget && isCall(target) {
		k, there = p.kindNamed("api-latency") // the target is unambiguous
	}
	switch {
	case name == "":
		return nil, p.fail(nameAt, "a fault is missing; %s", nearest.Suggest("", p.kindNames()))
	case !there:
		return nil, p.fail(nameAt, "unknown fault %q; %s", name, nearest.Suggest(name, p.kindNames()))
	}
	first := reflect.New(k.of).Elem()
	switch {
	case k.Target != "" && !hasTarget:
		return nil, p.fail(nameAt, "%s needs a target: %s", name, k.Example)
	case k.Target == "" && hasTarget:
		return nil, p.fail(targetAt, "%s has no target: %s", name, k.Example)
	case hasTarget:
		if target == "" {
			return nil, p.fail(targetAt, "the target is empty; * means any")
		}
		field := first.FieldByName(k.Target)
		if err := setTarget(field, target); err != nil {
			return nil, p.fail(targetAt, "%s: %v", name, err)
		}
		if err := p.known(k, field.Interface(), targetAt, target); err != nil {
			return nil, err
		}
	}
	stages, err := p.values(k, first)
	if err != nil {
		return nil, err
	}
	for _, stage := range stages {
		if err := check(k, stage.Interface().(Fault)); err != nil {
			return nil, p.fail(nameAt, "%v", err)
		}
	}
	return p.when(stages, seed)
}

// check validates a fault's settings by injecting it into an empty surface. That has no processes and
// switches, so faults on those validate their settings themselves.
func check(k kind, f Fault) error {
	if v, ok := f.(interface{ Validate() error }); ok {
		return v.Validate()
	}
	if k.Needs == "process" || k.Needs == "instance" || k.Needs == "design" {
		return nil
	}
	nowhere := &Surface{
		Links: link.NewTable(nil), AWS: awsrules.New(0), Data: NewData(0), Clocks: NewClocks(clockwork.NewRealClock()),
	}
	defer nowhere.Links.Close()
	injection, err := f.Inject(context.Background(), nowhere)
	if err != nil {
		return err
	}
	return injection.Revert(context.Background())
}

// isCall reports whether a target names calls of the AWS API.
func isCall(target string) bool {
	if _, to, ok := cutArrow(target); ok {
		target = to
	}
	return strings.HasPrefix(target, "aws/")
}

// known checks a target against the known names. Only the injection knows a design's switches.
func (p *parser) known(k kind, target any, at int, text string) error {
	if len(p.names) == 0 || k.Needs == "design" {
		return nil
	}
	globs := []string{}
	switch t := target.(type) {
	case link.Pattern:
		globs = append(globs, t.From, t.To)
	case awsrules.Call:
		globs = append(globs, t.From)
	case string:
		globs = append(globs, t)
	}
	for _, glob := range globs {
		if !slices.ContainsFunc(p.names, func(name string) bool { return link.MatchName(glob, name) }) {
			return p.fail(at+strings.Index(text, glob), "there is no %s here; %s", glob, nearest.Suggest(glob, p.names))
		}
	}
	return nil
}

// values reads =VALUE|VALUE,KEY=VALUE… into the fault, and returns one fault per stage.
func (p *parser) values(k kind, first reflect.Value) ([]reflect.Value, error) {
	stages := []reflect.Value{first}
	valueAt := p.at
	if p.take("=") {
		if k.Value == "" {
			return nil, p.fail(valueAt, "%s takes no value: %s", k.Name, k.Example)
		}
		for i := 0; ; i++ {
			if i > 0 {
				next := reflect.New(first.Type()).Elem()
				next.Set(stages[0])
				stages = append(stages, next)
			}
			if err := p.value(stages[i].FieldByName(k.Value), k.Name); err != nil {
				return nil, err
			}
			if !p.take("|") {
				break
			}
		}
	}
	keys, fields := keysOf(k.Kind, k.of)
	for p.take(",") {
		at := p.at
		key := p.until("=@,; ")
		i := slices.Index(keys, key)
		switch {
		case i < 0 && len(keys) == 0:
			return nil, p.fail(at, "%s takes no settings: %s", k.Name, k.Example)
		case i < 0:
			return nil, p.fail(at, "%s has no setting %q; %s", k.Name, key, nearest.Suggest(key, keys))
		case !p.take("="):
			return nil, p.fail(p.at, "%s wants a value: %s=…", key, key)
		}
		at = p.at
		for _, stage := range stages {
			p.at = at
			field := stage.FieldByName(fields[i])
			if !field.IsValid() {
				field = stage.FieldByName(k.Target).FieldByName(fields[i])
			}
			if err := p.value(field, key); err != nil {
				return nil, err
			}
		}
	}
	return stages, nil
}

// value reads one value, which may be in quotation marks.
func (p *parser) value(field reflect.Value, name string) error {
	at := p.at
	var text string
	if strings.HasPrefix(p.rest(), `"`) {
		quoted, err := strconv.QuotedPrefix(p.rest())
		if err != nil {
			return p.fail(at, "%s: the quotation mark is not closed", name)
		}
		p.at += len(quoted)
		if text, err = strconv.Unquote(quoted); err != nil {
			return p.fail(at, "%s: %v", name, err)
		}
	} else {
		text = p.until("@,;| ")
		if text == "" {
			return p.fail(at, "%s: the value is missing", name)
		}
	}
	if err := setValue(field, text); err != nil {
		return p.fail(at, "%s: %v", name, err)
	}
	return nil
}

// when reads @FROM..TO and its repetition.
func (p *parser) when(stages []reflect.Value, seed uint64) (Schedule, error) {
	at := p.at
	if !p.take("@") {
		return nil, p.fail(at, "when is missing: …@2s..5s")
	}
	spanAt := p.at
	from, err := p.duration(".")
	if err != nil {
		return nil, err
	}
	if !p.take("..") {
		return nil, p.fail(p.at, "the end is missing: …@2s..5s")
	}
	to, err := p.duration(" ;")
	if err != nil {
		return nil, err
	}
	faults := make([]Fault, len(stages))
	for i, stage := range stages {
		faults[i] = stage.Interface().(Fault)
	}
	p.space()
	repeatAt := p.at
	s, err := p.repeat(faults, from, to, seed)
	if err != nil {
		if _, placed := errors.AsType[*ParseError](err); placed {
			return nil, err
		}
		if p.at == repeatAt {
			repeatAt = spanAt
		}
		return nil, p.fail(repeatAt, "%v", err)
	}
	p.space()
	if !p.end() && !p.take(";") {
		return nil, p.fail(p.at, "want the end of the line, a semicolon, every PERIOD for LENGTH, or random N for LENGTH")
	}
	return s, nil
}

// repeat reads what follows the span.
func (p *parser) repeat(faults []Fault, from, to time.Duration, seed uint64) (Schedule, error) {
	start := p.at
	switch {
	case p.take("every "):
		p.space()
		period, err := p.duration(" ;")
		if err != nil {
			return nil, err
		}
		length, err := p.length()
		if err != nil {
			return nil, err
		}
		if len(faults) > 1 {
			return nil, p.fail(start, "stages can't be repeated")
		}
		return periodic(faults[0], from, to, period, length)
	case p.take("random "):
		p.space()
		at := p.at
		n, err := strconv.Atoi(p.until(" ;"))
		if err != nil {
			return nil, p.fail(at, "want a number of times")
		}
		length, err := p.length()
		if err != nil {
			return nil, err
		}
		if len(faults) > 1 {
			return nil, p.fail(start, "stages can't be repeated")
		}
		return random(faults[0], from, to, n, length, seed)
	}
	if len(faults) > 1 {
		return staged(from, to, faults...)
	}
	return Once(faults[0], from, to)
}

// length reads "for LENGTH".
func (p *parser) length() (time.Duration, error) {
	p.space()
	if !p.take("for ") {
		return 0, p.fail(p.at, "want for LENGTH")
	}
	p.space()
	return p.duration(" ;")
}

// duration reads a duration that ends at one of the stops; a decimal point is part of it.
func (p *parser) duration(stops string) (time.Duration, error) {
	at := p.at
	var text string
	if stops == "." {
		n := strings.Index(p.rest(), "..")
		if n < 0 {
			text = p.until(" ;")
		} else {
			text = p.rest()[:n]
			p.at += n
		}
	} else {
		text = p.until(stops)
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, p.fail(at, "%q: want a duration such as 2s or 500ms", text)
	}
	return d, nil
}
