// Package resp is the Redis serialization protocol as a server speaks it: it reads requests (arrays of bulk
// strings, or inline) and writes replies in version 2 or 3. It knows no command.
package resp
