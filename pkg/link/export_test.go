package link

import "net"

// HandOn is how long a revert waits.
const HandOn = handOn

// Direct reports whether a connection of a table has no pipe.
func Direct(c net.Conn) bool {
	for way := range c.(*conn).flows {
		if c.(*conn).flows[way].pipe.Load() != nil {
			return false
		}
	}
	return true
}

// Full reports whether the answers of a connection have to wait for its reader.
func Full(c net.Conn) bool {
	q := c.(*conn).flows[Answers].queue
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.size >= queueLimit
}
