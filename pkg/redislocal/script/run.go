package script

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
	"github.com/crashlab/crashlab/pkg/redislocal/script/sandbox"
)

// run is one run of a script or a function.
type run struct {
	name     string // SHA-1, or function
	function bool
	flags    flags
	readOnly bool // called by a command that ends in _RO
	fn       *lua.LFunction
	args     []lua.LValue

	call   *engine.Call
	three  bool // after redis.setresp(3)
	full   bool // no memory was left at the start
	wrote  bool
	killed bool
	began  time.Time
	aside  int64 // instructions after which others are let in again; 0 before the time limit
}

// run runs a script and writes its reply.
func (h *host) run(c *engine.Call, r *run) error {
	if r.flags.declared && !r.flags.noWrites && r.readOnly {
		return engine.Error("ERR Can not execute a script with write flag using *_ro command.")
	}
	r.full = !c.Engine.Room()
	if r.full && r.flags.declared && !r.flags.allowOOM && !r.flags.noWrites {
		return engine.Error("OOM allow-oom flag is not set on the script, " +
			"can not run it when used memory > 'maxmemory'")
	}
	r.readOnly = r.readOnly || r.flags.noWrites
	r.call, r.began = c, c.Engine.Clock.Now()
	db := c.Client.DB
	h.running = r
	vm := h.machine(c.Engine)
	vm.Check = r.check
	vm.Start()
	defer func() {
		h.running = nil
		c.Client.DB = db // SELECT in a script is the script's
	}()
	result, failed := vm.Call(r.fn, r.args...)
	if failed != nil {
		return r.failure(failed)
	}
	p := &replier{w: &resp.Writer{Buf: c.Buf, Three: c.Three}, r: r, vm: vm}
	return p.reply(c.Writer, result)
}

// failure words the error that ended the script.
func (r *run) failure(f *sandbox.Failure) error {
	var text string
	switch v := f.Value.(type) {
	case *lua.LTable:
		text = "ERR unknown error"
		if s, ok := v.RawGetString("err").(lua.LString); ok {
			text = string(s)
		}
	default:
		text = "ERR " + strings.TrimSpace(f.Value.String())
	}
	if f.Source != "" {
		text += fmt.Sprintf(" script: %s, on @%s:%d.", r.name, f.Source, f.Line)
	}
	return engine.Error(text)
}

// The pace of a script past its time limit.
const (
	// perMillisecond is how many instructions stand for a millisecond where the clock does not move while code
	// runs.
	perMillisecond = 20_000
	// between is how many instructions a stuck script runs before it stands aside again.
	between = 100_000
)

const (
	errKilled     engine.Error = "Script killed by user with SCRIPT KILL..."
	errStopping   engine.Error = "Script ended because the server ends"
	errBusyScript engine.Error = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN " +
		"NOSAVE."
	errBusyFunction engine.Error = "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN " +
		"NOSAVE."
	errUnkillable engine.Error = "UNKILLABLE Sorry the script already executed write commands against the dataset. " +
		"You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command."
)

// check is asked now and then whether the script may go on. It lets others in once the time limit has passed.
func (r *run) check(instructions int64) error {
	e := r.call.Engine
	if e.Stopping() {
		return errStopping
	}
	if r.aside == 0 && r.late(instructions) {
		r.aside = instructions
	}
	if r.aside == 0 || instructions < r.aside {
		return nil
	}
	r.aside = instructions + between
	e.Stuck(r.busy(), r.kill)
	if r.killed {
		return errKilled
	}
	return nil
}

func (r *run) late(instructions int64) bool {
	limit := r.call.Engine.Config.Int("busy-reply-threshold")
	if limit <= 0 {
		return false
	}
	passed := r.call.Engine.Clock.Since(r.began)
	return passed > time.Duration(limit)*time.Millisecond || passed == 0 && instructions/perMillisecond > limit
}

func (r *run) busy() engine.Error {
	if r.function {
		return errBusyFunction
	}
	return errBusyScript
}

// kill ends the script for SCRIPT KILL, or FUNCTION KILL.
func (r *run) kill(function bool) error {
	switch {
	case r.wrote:
		return errUnkillable
	case function != r.function:
		return r.busy()
	}
	r.killed = true
	return nil
}
