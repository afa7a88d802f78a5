package asl

import (
	"errors"
	"maps"
	"slices"
)

// Reference is a ResultPath. The zero value is $: the result takes the input's place.
type Reference struct {
	text    string
	discard bool // ResultPath is null: the input stays as it is
	steps   []step
}

// ParseReference reads a ResultPath: names and plain indices under $.
func ParseReference(text string) (Reference, error) {
	p, err := ParsePath(text)
	switch {
	case err != nil:
		return Reference{}, err
	case p.context:
		return Reference{}, errors.New("the context object can't be changed")
	case !p.isReference():
		return Reference{}, errors.New("path must lead to one place")
	}
	return Reference{text: text, steps: p.steps}, nil
}

// Place returns input with result at the path; objects on the way are made if they are missing. It fails with
// States.ResultPathMatchFailure if something else than an object is in the way. Input does not change.
func (r Reference) Place(input, result any) (any, error) {
	if r.discard {
		return input, nil
	}
	output, ok := place(input, r.steps, result)
	if !ok {
		return nil, fail(ErrResultPathMatchFailure, "Unable to apply ReferencePath %s to input %s", r.text, Encode(input))
	}
	return output, nil
}

func place(input any, steps []step, result any) (output any, ok bool) {
	if len(steps) == 0 {
		return result, true
	}
	if indices := steps[0].indices; indices != nil {
		array, _ := input.([]any)
		i := indices[0]
		if i < 0 || i >= len(array) {
			return nil, false
		}
		array = slices.Clone(array)
		array[i], ok = place(array[i], steps[1:], result)
		return array, ok
	}
	object, ok := input.(map[string]any)
	if !ok {
		return nil, false
	}
	name := steps[0].names[0]
	below, ok := object[name]
	if !ok {
		below = map[string]any{}
	}
	if below, ok = place(below, steps[1:], result); !ok {
		return nil, false
	}
	object = maps.Clone(object)
	if object == nil {
		object = map[string]any{}
	}
	object[name] = below
	return object, true
}
