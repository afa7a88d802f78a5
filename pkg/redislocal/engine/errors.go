package engine

import "errors"

// Error is an error reply; its first word is its code.
type Error string

func (e Error) Error() string { return string(e) }

// The errors that many commands share, in Redis's words.
const (
	ErrSyntax   Error = "ERR syntax error"
	ErrType     Error = "WRONGTYPE Operation against a key holding the wrong kind of value"
	ErrInt      Error = "ERR value is not an integer or out of range"
	ErrFloat    Error = "ERR value is not a valid float"
	ErrRange    Error = "ERR value is out of range, must be positive"
	ErrIndex    Error = "ERR index out of range"
	ErrNoKey    Error = "ERR no such key"
	ErrTimeout  Error = "ERR timeout is not a float or out of range"
	ErrNegative Error = "ERR timeout is negative"
	ErrTooLarge Error = "ERR string exceeds maximum allowed size (proto-max-bulk-len)"
	ErrTooMany  Error = "ERR the reply would have more elements than this server sends (1000000)"
	errReply    Error = "ERR the reply would be larger than this server sends (536870912 bytes)"
	errAuth     Error = "NOAUTH Authentication required."
	ErrMemory   Error = "OOM command not allowed when used memory > 'maxmemory'."
	errAborted  Error = "EXECABORT Transaction discarded because of previous errors."
	errInPubSub       = "ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET " +
		"are allowed in this context"
	errInternal Error = "ERR internal error: the command failed and the server goes on"
)

// MaxReply bounds the elements of a reply whose number the client chooses (SRANDMEMBER s -100000000), which
// would otherwise hold up every other client.
const MaxReply = 1_000_000

// MaxString is the largest string, in bytes: proto-max-bulk-len.
const MaxString = 512 << 20

// errBlock is what a handler returns that waits; see [Call.Block].
var errBlock = errors.New("blocked")
