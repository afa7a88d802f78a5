package engine

import (
	"strconv"
	"strings"
)

// Class is a class of keyspace events, and a set of them.
type Class int

// The classes, as notify-keyspace-events names them.
const (
	ClassKeyspace Class = 1 << iota // K: to __keyspace@0__:key
	ClassKeyevent                   // E: to __keyevent@0__:event
	ClassGeneric                    // g
	ClassString                     // $
	ClassList                       // l
	ClassSet                        // s
	ClassHash                       // h
	ClassZSet                       // z
	ClassExpired                    // x
	ClassEvicted                    // e
	ClassStream                     // t
	ClassMiss                       // m
	ClassNew                        // n
)

const (
	classLetters = "KEg$lshzxetmn"
	classAll     = ClassGeneric | ClassString | ClassList | ClassSet | ClassHash | ClassZSet | ClassExpired |
		ClassEvicted | ClassStream // A
)

// parseClasses reads a value of notify-keyspace-events.
func parseClasses(s string) (Class, bool) {
	var set Class
	for _, letter := range s {
		i := strings.IndexRune(classLetters, letter)
		switch {
		case letter == 'A':
			set |= classAll
		case letter == 'd': // events of modules: there are none
		case i < 0:
			return 0, false
		default:
			set |= 1 << i
		}
	}
	return set, true
}

// String writes the classes in Redis's order: what has happened, where it is told, and misses.
func (set Class) String() string {
	var b strings.Builder
	if set&classAll == classAll {
		b.WriteByte('A')
	}
	for _, letter := range "g$lshzxetnKEm" {
		bit := Class(1) << strings.IndexRune(classLetters, letter)
		told := bit == ClassKeyspace || bit == ClassKeyevent || bit == ClassMiss
		if set&bit != 0 && (told || set&classAll != classAll) {
			b.WriteRune(letter)
		}
	}
	return b.String()
}

func (e *Engine) notify(db *DB, class Class, event, key string) {
	if e.notified&class == 0 {
		return
	}
	at := "@" + strconv.Itoa(db.Index) + "__:"
	if e.notified&ClassKeyspace != 0 {
		e.Publish("__keyspace"+at+key, event)
	}
	if e.notified&ClassKeyevent != 0 {
		e.Publish("__keyevent"+at+event, key)
	}
}
