package engine

// Value is what a key holds. Its methods are constant in time but for Copy.
type Value interface {
	// Type is the answer to TYPE: "string", "list", "hash", "set", "zset", "stream".
	Type() string
	// Encoding is the answer to OBJECT ENCODING: what Redis would use for a value of this size.
	Encoding() string
	// Size is roughly the memory it takes, in bytes: maxmemory and MEMORY USAGE go by it.
	Size() int
	// Len is its number of elements; a container without any is deleted. Strings and streams say 1.
	Len() int
	// Copy returns a value of its own.
	Copy() Value
}

// Perishable is a value with parts that expire by themselves: a hash, whose fields may have a time to live.
type Perishable interface {
	Value
	// Due is when the next part expires, and when the last one has, in Unix ms; 0 is never.
	Due() (next, last int64)
	// Expire removes the parts that are due, up to a number of them.
	Expire(now int64, most int) (removed int)
}

// Entry is a key's value and what the keyspace knows about it.
type Entry struct {
	Value  Value
	Expire int64 // Unix time in ms at which the key goes; 0 is never
	Used   int64 // Unix time in ms of the last access
	Freq   uint8 // logarithmic access counter, kept under the LFU policies
	size   int   // as counted in DB.used
	due    int64 // Unix time in ms at which the next part of a Perishable goes; 0 is never
}

// Size is what the key takes, name included, in bytes: the answer to MEMORY USAGE.
func (e *Entry) Size() int { return e.size }
