package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// MaxDefinition is how many bytes a definition may have.
	MaxDefinition = 1 << 20

	maxDiagnostics = 100
	maxStateName   = 80 // characters
	maxLevels      = 50 // of machines in each other
)

// Parse reads a definition. It returns no machine if a diagnostic is an error (see Failed). At most 100 diagnostics are
// reported.
func Parse(definition string) (*Machine, []Diagnostic) {
	p := &parser{names: map[string]bool{}}
	m := p.definition(definition)
	if Failed(p.found) {
		m = nil
	}
	return m, p.found
}

// ParseState reads the definition of one state, as a machine of that state alone.
func ParseState(name, definition string) (*Machine, []Diagnostic) {
	p := &parser{names: map[string]bool{}}
	m := &Machine{StartAt: name, States: map[string]*State{}}
	if object := p.object(definition); object != nil {
		m.States[name] = p.state(name, &fields{parser: p, object: object})
	}
	if Failed(p.found) {
		m = nil
	}
	return m, p.found
}

type parser struct {
	found []Diagnostic
	names map[string]bool // of all states
	level int             // of the machine that is read
}

func (p *parser) report(d Diagnostic) {
	if len(p.found) < maxDiagnostics {
		p.found = append(p.found, d)
	}
}

// wrong reports what the schema does not allow.
func (p *parser) wrong(location, format string, args ...any) {
	if len(p.found) == maxDiagnostics {
		return
	}
	p.report(Diagnostic{SeverityError, CodeSchemaValidationFailed, fmt.Sprintf(format, args...), location})
}

func (p *parser) definition(text string) *Machine {
	object := p.object(text)
	if object == nil {
		return nil
	}
	f := &fields{parser: p, at: "", object: object}
	f.oneOf("Version", "1.0")
	n := f.integer("TimeoutSeconds", 0, maxSeconds)
	f.queryLanguage()
	m := p.machine(f)
	m.Timeout = time.Duration(n) * time.Second
	return m
}

// object reads JSON that has to be an object, nil if it is not.
func (p *parser) object(text string) map[string]any {
	if len(text) > MaxDefinition {
		p.wrong("", "Definition must not be longer than %d bytes", MaxDefinition)
		return nil
	}
	if nesting(text) > maxNesting {
		p.report(Diagnostic{SeverityError, CodeTooDeeplyNested, "Definition is too deeply nested", ""})
		return nil
	}
	if strings.TrimSpace(text) == "" {
		p.wrong("", "Definition must be a valid JSON object")
		return nil
	}
	value, err := Decode(text)
	if err != nil {
		p.report(syntaxDiagnostic(text, err))
		return nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		p.wrong("", "Definition must be a valid JSON object")
		return nil
	}
	return object
}

// syntaxDiagnostic is a JSON error with the place where it is.
func syntaxDiagnostic(text string, err error) Diagnostic {
	at := len(text)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = min(max(int(syntax.Offset)-1, 0), len(text))
	}
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := at - strings.LastIndexByte(before, '\n')
	source := `"` + text + `"`
	if len(text) > 500 {
		source = fmt.Sprintf("\"%s\"[truncated %d chars]", strings.ToValidUTF8(text[:500], ""), len(text)-500)
	}
	location := fmt.Sprintf("[Source: (String)%s; line: %d, column: %d]", source, line, column)
	return Diagnostic{SeverityError, CodeInvalidJSON, err.Error() + "\n at " + location, location}
}

// machine reads what state machines, branches and processors have in common.
func (p *parser) machine(f *fields) *Machine {
	p.level++
	defer func() { p.level-- }()
	if p.level > maxLevels {
		p.report(Diagnostic{SeverityError, CodeTooDeeplyNested, "The states are too deeply nested", f.here()})
		return &Machine{}
	}
	f.require("States", "StartAt")
	m := &Machine{Comment: f.text("Comment"), StartAt: f.text("StartAt"), States: map[string]*State{}}
	states := f.sub("States")
	f.rest()
	if states == nil {
		return m
	}
	if len(states.object) == 0 {
		p.wrong(states.at, "Value cannot be empty")
		return m
	}
	for _, name := range slices.Sorted(maps.Keys(states.object)) {
		if !p.name(name, states.at) {
			continue
		}
		if state := states.sub(name); state != nil {
			m.States[name] = p.state(name, state)
		}
	}
	if f.object["StartAt"] != nil {
		p.transitions(m, f.at)
	}
	return m
}

// name checks a state's name; a state whose name is wrong is not read further.
func (p *parser) name(name, at string) bool {
	wrong := func(code, format string, args ...any) {
		p.report(Diagnostic{SeverityError, code, fmt.Sprintf(format, args...), at + "/" + name})
	}
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		wrong(CodeInvalidStateName, "The state name is empty")
		return false
	case n > maxStateName:
		wrong(CodeInvalidStateName, "The state name '%s' exceeds the %d-character limit allowed by the service", name,
			maxStateName)
		return false
	case p.names[name]:
		wrong(CodeDuplicateStateName, "Duplicate State name: %s", name)
	}
	p.names[name] = true
	return true
}
