package engine

import (
	"fmt"
	"strings"
)

// Flags say what the engine must know of a command.
type Flags int

// The flags of a command. COMMAND shows them under Redis's names.
const (
	Write        Flags = 1 << iota // changes the keyspace
	ReadOnly                       // reads the keyspace
	DenyOOM                        // refused when the memory is full
	NoScript                       // not from scripts
	NoMulti                        // not in a transaction
	AllowBusy                      // answered while a script is stuck
	NoAuth                         // answered before AUTH
	InPubSub                       // answered to a RESP2 client with subscriptions
	Unqueued                       // executed at once inside MULTI
	Blocking                       // may wait
	Fast                           // constant or logarithmic time
	Admin                          // administration
	PubSub                         // publishes or subscribes
	Unpaused                       // not held up by CLIENT PAUSE
	Movable                        // its keys depend on its arguments: KeysOf says which
	MayReplicate                   // may write, or tells replicas: counts as a write where CLIENT PAUSE is for these
)

// Command is one command, or a subcommand of one.
type Command struct {
	Name  string // lower case
	Group string // for COMMAND DOCS and ACL: "string", "list", "generic", …
	// Arity is the number of arguments with the name; a negative one is a minimum. For a subcommand both
	// words count.
	Arity int
	Flags Flags
	// The keys: the indices of the first and of the last (negative from the end), and the step. No keys: 0.
	First, Last, Step int
	// KeysOf returns the indices of the keys where First, Last and Step can't say them.
	KeysOf func(args []string) []int
	// FlagsOf returns the flags of a request that a pause may hold up: a script may say that it writes nothing.
	FlagsOf func(args []string) Flags
	Run     func(*Call) error
	Subs    []Command // if it has subcommands; Run is then for the command alone, or nil

	subs map[string]*Command
	full string // "config|get"
}

// Full is the command's name with its container's: "config|get".
func (cmd *Command) Full() string { return cmd.full }

// Container is the name of the command that a subcommand belongs to, or the command's own.
func (cmd *Command) Container() string {
	name, _, _ := strings.Cut(cmd.full, "|")
	return name
}

func (cmd *Command) errArity() error {
	return Error("ERR wrong number of arguments for '" + cmd.full + "' command")
}

// ErrArity is the error for arguments whose number is wrong in a way that Arity can't say.
func (c *Call) ErrArity() error { return c.command.errArity() }

func (cmd *Command) fits(n int) bool {
	return cmd.Arity >= 0 && n == cmd.Arity || cmd.Arity < 0 && n >= -cmd.Arity
}

// KeyIndices returns the indices of the keys among the arguments, which fit the arity.
func (cmd *Command) KeyIndices(args []string) []int {
	if cmd.KeysOf != nil {
		return cmd.KeysOf(args)
	}
	if cmd.First == 0 {
		return nil
	}
	last := cmd.Last
	if last < 0 {
		last += len(args)
	}
	var keys []int
	for i := cmd.First; i <= last && i < len(args); i += cmd.Step {
		keys = append(keys, i)
	}
	return keys
}

// register adds a command to the table.
func (e *Engine) register(cmd Command) {
	if cmd.full == "" {
		cmd.full = cmd.Name
	}
	if len(cmd.Subs) > 0 {
		cmd.subs = map[string]*Command{}
		for i := range cmd.Subs {
			sub := &cmd.Subs[i]
			sub.full = cmd.Name + "|" + sub.Name
			if sub.Group == "" {
				sub.Group = cmd.Group
			}
			cmd.subs[sub.Name] = sub
		}
	}
	if e.table[cmd.Name] == nil {
		e.names = append(e.names, cmd.Name)
	}
	e.table[cmd.Name] = &cmd
}

// Command returns a command by its name in any case, or nil.
func (e *Engine) Command(name string) *Command {
	var lower [32]byte
	if len(name) > len(lower) {
		return nil
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return e.table[string(lower[:len(name)])]
}

// Commands returns the names of all commands, in the order of the table.
func (e *Engine) Commands() []string { return e.names }

// Find returns the command, or subcommand, of a request, or the error that says why there is none.
func (e *Engine) Find(args []string) (*Command, error) {
	cmd := e.Command(args[0])
	if cmd == nil {
		return nil, unknown(args)
	}
	if cmd.subs != nil && len(args) > 1 {
		sub := cmd.subs[strings.ToLower(args[1])]
		if sub == nil {
			return nil, Error(fmt.Sprintf("ERR unknown subcommand '%.128s'. Try %s HELP.", args[1],
				strings.ToUpper(cmd.Name)))
		}
		cmd = sub
	}
	if !cmd.fits(len(args)) || cmd.Run == nil {
		return nil, cmd.errArity()
	}
	return cmd, nil
}

func unknown(args []string) error {
	var b strings.Builder
	for _, arg := range args[1:] {
		if b.Len() > 128 {
			break
		}
		fmt.Fprintf(&b, "'%.128s' ", arg)
	}
	return Error(fmt.Sprintf("ERR unknown command '%.128s', with args beginning with: %s", args[0], b.String()))
}
