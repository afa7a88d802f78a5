// Package command is COMMAND: the table of commands, as redis-cli and cluster clients ask for it. It has the facts
// that the engine works with; COMMAND DOCS has no prose.
package command
