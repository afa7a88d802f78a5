package api

import "encoding/json"

// Answer is an answer with a status of its own in the REST-JSON protocol, where others have 200, or 204 if they are
// nil. In all other protocols it is its value.
type Answer struct {
	Status int
	Value  any
}

// MarshalJSON writes the value.
func (a Answer) MarshalJSON() ([]byte, error) { return json.Marshal(a.Value) }
