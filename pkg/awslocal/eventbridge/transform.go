package eventbridge

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// inputTransformer is a target's InputTransformer: values picked from the event by path, put into a template.
type inputTransformer struct {
	InputPathsMap map[string]string `json:",omitempty"`
	InputTemplate string
}

var placeholder = regexp.MustCompile(`<[a-zA-Z0-9_.-]+>`)

// predefined are the variables that every template has.
var predefined = map[string]bool{
	"aws.events.rule-arn": true, "aws.events.rule-name": true, "aws.events.event.ingestion-time": true,
	"aws.events.event": true, "aws.events.event.json": true,
}

// check refuses a transformer that could never work; target is the id to name in the error.
func (t *inputTransformer) check(target string) error {
	for name, p := range t.InputPathsMap {
		if predefined[name] || strings.HasPrefix(strings.ToLower(name), "aws.") {
			return validation("InputPathsMap of target %s has the reserved name %s.", target, name)
		}
		if _, err := parsePath(p); err != nil {
			return validation("Invalid path %s in InputPathsMap of target %s: %v.", p, target, err)
		}
	}
	if t.InputTemplate == "" {
		return validation("InputTemplate of target %s must not be empty.", target)
	}
	for _, m := range placeholder.FindAllString(t.InputTemplate, -1) {
		name := m[1 : len(m)-1]
		if _, ok := t.InputPathsMap[name]; !ok && !predefined[name] {
			return validation("InputTemplate for target %s contains invalid placeholder %s.", target, name)
		}
	}
	return nil
}

// apply fills the template. Inside quotes a placeholder is replaced by the value's text, in which an object
// or a list loses its quotes; outside by its JSON. A value that the event does not have is empty text.
func (t *inputTransformer) apply(r *rule, e *event) string {
	var out strings.Builder
	quoted := false
	rest := t.InputTemplate
	for rest != "" {
		loc := placeholder.FindStringIndex(rest)
		if loc == nil {
			out.WriteString(rest)
			break
		}
		before := rest[:loc[0]]
		out.WriteString(before)
		quoted = quotedAfter(before, quoted)
		name := rest[loc[0]+1 : loc[1]-1]
		out.WriteString(render(t.value(name, r, e), quoted))
		rest = rest[loc[1]:]
	}
	return out.String()
}

// quotedAfter reports whether the template is inside a JSON string after more of its text.
func quotedAfter(text string, quoted bool) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		}
	}
	return quoted
}

// value is a variable's value; an absent one is the empty string.
func (t *inputTransformer) value(name string, r *rule, e *event) any {
	switch name {
	case "aws.events.rule-arn":
		return r.arn
	case "aws.events.rule-name":
		return r.name
	case "aws.events.event.ingestion-time":
		return e.ingested.Format(time.RFC3339)
	case "aws.events.event.json":
		return e.object
	case "aws.events.event":
		head := map[string]any{}
		for k, v := range e.object {
			if k != "detail" {
				head[k] = v
			}
		}
		// AWS renames this member, and only here.
		head["detailType"] = head["detail-type"]
		delete(head, "detail-type")
		return head
	}
	p, err := parsePath(t.InputPathsMap[name])
	if err != nil {
		return "" // check refuses such a path
	}
	if v, ok := p.find(e.object); ok && v != nil {
		return v
	}
	return ""
}

func render(v any, quoted bool) string {
	if s, ok := v.(string); ok && quoted {
		text, _ := encode(s) // a string always encodes
		return text[1 : len(text)-1]
	}
	text, _ := encode(v) // v was decoded from JSON
	if quoted {
		return unquoter.Replace(text)
	}
	return text
}

// unquoter removes the quotes from JSON, so that it fits into a string; other escapes stay.
var unquoter = strings.NewReplacer(`\\`, `\\`, `\"`, "", `"`, "")

// input is what a target receives for an event.
func (t *target) input(r *rule, e *event) string {
	switch {
	case t.Input != "":
		return t.Input
	case t.InputTransformer != nil:
		return t.InputTransformer.apply(r, e)
	case t.InputPath != "":
		p, err := parsePath(t.InputPath)
		if err != nil {
			return "{}" // check refuses such a path
		}
		v, ok := p.find(e.object)
		if !ok {
			return "{}"
		}
		text, _ := encode(v)
		return text
	}
	return e.text
}

// checkInput validates the ways in which a target may change its input.
func (t *target) checkInput() error {
	ways := 0
	for _, used := range []bool{t.Input != "", t.InputPath != "", t.InputTransformer != nil} {
		if used {
			ways++
		}
	}
	switch {
	case ways > 1:
		return validation("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.Id)
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return validation("JSON syntax error in input for target %s.", t.Id)
	case t.InputPath != "":
		if _, err := parsePath(t.InputPath); err != nil {
			return validation("Invalid InputPath for target %s: %v.", t.Id, err)
		}
	case t.InputTransformer != nil:
		return t.InputTransformer.check(t.Id)
	}
	return nil
}

func validation(format string, args ...any) *api.Error {
	return api.Errorf("ValidationException", format, args...)
}

// member is a validation error in the wording that AWS shares between services.
func member(value any, name, constraint string) *api.Error {
	return validation("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: Member must %s",
		fmt.Sprint(value), name, constraint)
}
