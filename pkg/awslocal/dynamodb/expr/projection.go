package expr

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

func parsePaths(text string) ([]Path, error) {
	return parse(text, func(p *parser) []Path { return commaSeparated(p, (*parser).path) })
}

// Projection picks the paths of an item to return.
type Projection struct{ Paths []Path }

// Of returns the parts of the item at the paths. List elements keep their order without gaps. An absent
// projection returns the item.
func (p Projection) Of(item attr.Map) attr.Map {
	if p.Paths == nil {
		return item
	}
	picked, _ := pick(item, p.Paths).(attr.Map)
	if picked == nil {
		return attr.Map{}
	}
	return picked
}

// pick returns the part of v at the paths, or nil. An empty path takes all of v.
func pick(v attr.Value, paths []Path) attr.Value {
	switch {
	case len(paths) == 0:
		return nil
	case len(paths[0]) == 0:
		return v
	}
	switch v := v.(type) {
	case attr.Map:
		picked := attr.Map{}
		for _, group := range byFirstStep(paths) {
			if inner, found := v[group.step.Name]; found && !group.step.isIndex() {
				if part := pick(inner, group.rests); part != nil {
					picked[group.step.Name] = part
				}
			}
		}
		if len(picked) > 0 {
			return picked
		}
	case attr.List:
		var picked attr.List
		for _, group := range byFirstStep(paths) {
			if group.step.isIndex() && group.step.Index < len(v) {
				if part := pick(v[group.step.Index], group.rests); part != nil {
					picked = append(picked, part)
				}
			}
		}
		if len(picked) > 0 {
			return picked
		}
	}
	return nil
}

// branch is the paths that start with the same step, without it.
type branch struct {
	step  Step
	rests []Path
}

func byFirstStep(paths []Path) []branch {
	sorted := slices.SortedFunc(slices.Values(paths), Path.compare)
	var branches []branch
	for _, path := range sorted {
		if n := len(branches); n > 0 && branches[n-1].step == path[0] {
			branches[n-1].rests = append(branches[n-1].rests, path[1:])
			continue
		}
		branches = append(branches, branch{path[0], []Path{path[1:]}})
	}
	return branches
}
