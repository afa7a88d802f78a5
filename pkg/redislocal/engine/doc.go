// Package engine is the part of a Redis that all commands share: the keyspace with its expiry, the dispatch
// of a command to its handler, transactions, blocking, notifications, and the state of clients. It knows no
// data type: those are packages of their own, each with a list of commands.
//
// As in Redis, one command runs at a time, under the engine's lock, and sees the time at which it began.
// A handler gets a [Call]: its arguments, its database, and the reply to write to.
//
//	func get(c *engine.Call) error {
//		s, ok, err := engine.Get[*String](c, c.Args[1])
//		if err != nil {
//			return err
//		}
//		if !ok {
//			c.Null()
//			return nil
//		}
//		c.Bytes(s.bytes)
//		return nil
//	}
//
// A handler that returns an error has written nothing: the error is the reply. One that changes a value calls
// [Call.Changed], and [Call.Notify] with the event that Redis names for it. Arguments share the memory of
// their request: what is kept is copied with strings.Clone, but for new keys of a dict, which copies them.
package engine
