package stepfunctions

import (
	"maps"
	"slices"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// walk visits the Task states of a machine and of the machines in it, each with its place in the definition.
func walk(m *asl.Machine, place string, visit func(s *asl.State, place string)) {
	for _, name := range slices.Sorted(maps.Keys(m.States)) {
		s, here := m.States[name], place+"/States/"+name
		if s.Type == asl.Task {
			visit(s, here)
		}
		for i, branch := range s.Branches {
			walk(branch, here+"/Branches["+strconv.Itoa(i)+"]", visit)
		}
		if s.Each != nil {
			walk(s.Each, here+"/ItemProcessor", visit)
		}
	}
}
