package acl

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// denial is why a request is refused.
type denial struct {
	reason string // "command", "key" or "channel"
	object string
}

// The order in which selectors fail: the one that comes furthest says why.
var progress = map[string]int{"command": 1, "key": 2, "channel": 3}

// decide returns why a user may not run a command, or nil.
func (u *user) decide(cmd *engine.Command, args []string) *denial {
	if u.root.unlimited() {
		return nil
	}
	denied := u.root.decide(cmd, args)
	for i := range u.selectors {
		if denied == nil {
			break
		}
		if d := u.selectors[i].decide(cmd, args); d == nil || progress[d.reason] > progress[denied.reason] {
			denied = d
		}
	}
	return denied
}

func (s *selector) decide(cmd *engine.Command, args []string) *denial {
	if cmd.Flags&engine.NoAuth == 0 && !s.runs(cmd, args) {
		return &denial{"command", cmd.Full()}
	}
	if !s.allKeys() {
		for n, i := range cmd.KeyIndices(args) {
			if !s.reaches(args[i], AccessOf(cmd, args, n)) {
				return &denial{"key", args[i]}
			}
		}
	}
	if cmd.Flags&engine.PubSub == 0 || s.allChannels() {
		return nil
	}
	for _, channel := range channelsOf(cmd, args) {
		if !s.hears(channel, cmd.Name == "psubscribe") {
			return &denial{"channel", channel}
		}
	}
	return nil
}

// channelsOf are the channels that a command needs permission for. Nobody needs it to unsubscribe.
func channelsOf(cmd *engine.Command, args []string) []string {
	switch cmd.Full() {
	case "publish", "spublish":
		return args[1:2]
	case "subscribe", "psubscribe", "ssubscribe":
		return args[1:]
	}
	return nil
}

// late is why EXEC refuses what was allowed when it was queued, in Redis's words.
func (d *denial) late() string {
	switch d.reason {
	case "command":
		return "no permission to execute the command or subcommand"
	case "key":
		return "no permission to touch the specified keys"
	}
	return "no permission to access one of the channels used as arguments to the command"
}

// message is a refusal in Redis's words; verbose names what was denied.
func (d *denial) message(name string, verbose bool) string {
	switch {
	case d.reason == "command":
		return fmt.Sprintf("User %s has no permissions to run the '%s' command", name, d.object)
	case verbose:
		return fmt.Sprintf("User %s has no permissions to access the '%s' %s", name, d.object, d.reason)
	}
	return "No permissions to access a " + d.reason
}
