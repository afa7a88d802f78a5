package eventbridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
)

// event is one event on a bus. It does not change once it is there.
type event struct {
	Version    string          `json:"version"`
	ID         string          `json:"id"`
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Time       string          `json:"time"`
	Region     string          `json:"region"`
	ReplayName string          `json:"replay-name,omitempty"`
	Resources  []string        `json:"resources"`
	Detail     json.RawMessage `json:"detail"`

	occurred time.Time
	ingested time.Time
	hops     int            // event buses that it passed through
	text     string         // the event as JSON
	object   map[string]any // the event for patterns and paths
}

// seal computes the two forms of the event for targets and patterns.
func (e *event) seal() error {
	text, err := encode(e)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	root, err := eventpattern.JSON(text)
	if err != nil {
		return fmt.Errorf("decode event: %w", err)
	}
	e.text, e.object = text, root.(map[string]any)
	return nil
}

// replayed returns a copy of the event marked with the replay's name.
func (e *event) replayed(name string) (*event, error) {
	c := *e
	c.ReplayName = name
	return &c, c.seal()
}

// encode writes JSON as AWS does: compact, with <, > and & as they are.
func encode(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// path is a compiled JSONPath of the kind that EventBridge supports: names and indexes, no filters, no
// slices, no recursion.
type path []any // string: a member; int: an element

// parsePath reads $, $.detail.state, $.detail['some key'], $.resources[0].
func parsePath(text string) (path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, fmt.Errorf("a path begins with $")
	}
	var p path
	for rest != "" {
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			name := rest[1:end]
			if name == "" || strings.ContainsAny(name, "*]") {
				return nil, fmt.Errorf("a name is missing in %q", rest)
			}
			p, rest = append(p, name), rest[end:]
		case strings.HasPrefix(rest, "['"):
			name, after, ok := strings.Cut(rest[2:], "']")
			if !ok {
				return nil, fmt.Errorf("a bracket is not closed in %q", rest)
			}
			p, rest = append(p, name), after
		case rest[0] == '[':
			number, after, ok := strings.Cut(rest[1:], "]")
			var index int
			if _, err := fmt.Sscanf(number, "%d", &index); err != nil || !ok || index < 0 || fmt.Sprint(index) != number {
				return nil, fmt.Errorf("no index in %q", rest)
			}
			p, rest = append(p, index), after
		default:
			return nil, fmt.Errorf("unexpected %q", rest)
		}
	}
	return p, nil
}

// find follows the path from v; false if it leads nowhere.
func (p path) find(v any) (any, bool) {
	for _, step := range p {
		switch key := step.(type) {
		case string:
			object, ok := v.(map[string]any)
			if !ok {
				return nil, false
			}
			if v, ok = object[key]; !ok {
				return nil, false
			}
		case int:
			list, ok := v.([]any)
			if !ok || key >= len(list) {
				return nil, false
			}
			v = list[key]
		}
	}
	return v, true
}
