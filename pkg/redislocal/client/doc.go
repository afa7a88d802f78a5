// Package client is CLIENT: the connections of a server, to name, list, end, pause and unblock them, and
// client-side caching (CLIENT TRACKING), which tells a client that what it has read has changed.
//
// Fields of CLIENT LIST about buffers that this server does not have are 0.
package client
