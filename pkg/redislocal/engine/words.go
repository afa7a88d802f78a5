package engine

// words are Redis's names for the flags, in COMMAND's order.
var words = []struct {
	flag Flags
	word string
}{
	{Write, "write"}, {ReadOnly, "readonly"}, {DenyOOM, "denyoom"}, {Admin, "admin"}, {PubSub, "pubsub"},
	{NoScript, "noscript"}, {Blocking, "blocking"}, {Fast, "fast"}, {NoAuth, "no_auth"}, {AllowBusy, "allow_busy"},
	{NoMulti, "no_multi"}, {Movable, "movablekeys"},
}

// Words are the command's flags as COMMAND names them.
func (cmd *Command) Words() []string {
	var all []string
	for _, w := range words {
		if cmd.Flags&w.flag != 0 {
			all = append(all, w.word)
		}
	}
	return all
}
