// Package observe is how to watch a server at work: MONITOR, SLOWLOG and LATENCY.
//
// A command's duration is that of its handler in real time, whatever the server's clock says. LATENCY knows the
// events "command" and "fast-command".
package observe
