package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// refs says what deleting an entry means for the groups in which it is pending.
type refs string

const (
	keepRefs refs = "KEEPREF" // they keep it as pending
	dropRefs refs = "DELREF"  // it is not pending anymore
	ackedRef refs = "ACKED"   // it is deleted only if all groups have read and acknowledged it
)

// option takes the name of an option; it fails at a second one.
func (r *refs) option(word string) (bool, error) {
	switch refs(word) {
	case keepRefs, dropRefs, ackedRef:
		if *r != "" {
			return true, engine.ErrSyntax
		}
		*r = refs(word)
		return true, nil
	}
	return false, nil
}

// allows reports whether an entry may be deleted, and takes it from the pending ones if that is asked for.
func (r refs) allows(s *Stream, id ID) bool {
	switch r {
	case dropRefs:
		s.groups.Scan(func(_ string, g *group) bool {
			s.drop(g, id)
			return true
		})
	case ackedRef:
		free := true
		s.groups.Scan(func(_ string, g *group) bool {
			free = !g.last.less(id) && g.find(id) == nil
			return free
		})
		return free
	}
	return true
}
