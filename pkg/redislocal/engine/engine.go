package engine

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Databases is the number of databases.
const Databases = 16

// Config says how an engine starts.
type Config struct {
	Clock     clockwork.Clock
	Log       *zap.Logger
	Seed      uint64 // of every random choice
	MaxMemory int64  // bytes at which writes are refused or keys evicted; 0 is no limit
}

// Engine runs commands, one at a time. Its exported fields are set under Exclusive, before the first client.
type Engine struct {
	Clock  clockwork.Clock
	Log    *zap.Logger
	Rand   *rand.Rand
	Config *Params
	RunID  string // 40 hexadecimal digits, by the seed

	// OnChange is called with each key that has changed; nil for none. CLIENT TRACKING uses it. By is the client
	// that runs a command, or nil if the key has expired by itself.
	OnChange func(by *Client, key string)
	// OnFlush is called when all keys of a database go.
	OnFlush func()
	// OnSettled is called after the reply to a client's request is on its way, and after the server's own work, with
	// nil.
	OnSettled func(c *Client)
	// OnRead is called after each command of a client that has read keys; nil for none.
	OnRead func(c *Call)
	// OnCommand is called before each command, for MONITOR; nil for none.
	OnCommand func(c *Call)
	// OnDone is called after each command with its duration, for SLOWLOG; nil for none.
	OnDone func(c *Call, took time.Duration)
	// OnLeave is called when a client's connection ends.
	OnLeave []func(c *Client)
	// CheckUser says whether a user has a password; nil if there is only the default user.
	CheckUser func(c *Client, user, password string) bool
	// Guarded says whether a new client must authenticate; nil if that goes by requirepass.
	Guarded func() bool
	// HasUser says whether there is a user; nil if there is only the default one.
	HasUser func(user string) bool
	// Authorize says whether a client may run a command; nil for any.
	Authorize func(c *Call, cmd *Command) error
	// ReadsAll says whether a client may read any key with a command; nil for yes.
	ReadsAll func(c *Call, cmd *Command) bool

	table map[string]*Command
	names []string

	mu       sync.Mutex // held while a command runs
	running  *Client    // whose command runs; nil for the server's own work
	now      time.Time
	dbs      [Databases]*DB
	clients  map[int64]*Client
	lastID   int64
	ready    []readyKey
	dirty    int64 // changes so far
	used     int64 // memory of all keys
	lfu      bool  // the eviction policy counts accesses
	notified Class
	stats    Stats
	pubsub   registry
	pause    pause
	stuck    *stuck        // set while a script runs past its limit and lets others in
	lazy     bool          // keys past their expiry stay until a command asks for them
	due      int64         // Unix ms at which the expiry cycle wakes next
	cycle    chan struct{} // wakes it earlier
	stop     chan struct{}
	group    sync.WaitGroup
}

// New returns an engine with a table of commands. Its hooks are set under Exclusive; Stop ends its background work.
func New(cfg Config, commands ...[]Command) *Engine {
	e := &Engine{
		Clock: cfg.Clock, Log: cfg.Log, Rand: rand.New(rand.NewPCG(cfg.Seed, cfg.Seed^0x9e3779b97f4a7c15)),
		table: map[string]*Command{}, clients: map[int64]*Client{}, pubsub: newRegistry(),
		cycle: make(chan struct{}, 1), stop: make(chan struct{}), now: cfg.Clock.Now(),
	}
	e.RunID = fmt.Sprintf("%040x", cfg.Seed)
	e.stats = newStats(e.now)
	for i := range e.dbs {
		e.dbs[i] = newDB(e, i)
	}
	e.Config = newParams(e, cfg)
	for _, list := range commands {
		for _, cmd := range list {
			e.register(cmd)
		}
	}
	e.due = math.MaxInt64
	e.group.Go(e.expiryCycle)
	return e
}

// Stop ends the background work, and what clients wait for: the server is about to close their connections.
func (e *Engine) Stop() { close(e.stop) }

// Wait returns once the background work has ended.
func (e *Engine) Wait() { e.group.Wait() }

// DB returns a database by its number, or nil.
func (e *Engine) DB(i int) *DB {
	if i < 0 || i >= Databases {
		return nil
	}
	return e.dbs[i]
}

// SwapDB exchanges two databases, under the clients that have them selected.
func (e *Engine) SwapDB(i, j int) {
	a, b := e.dbs[i], e.dbs[j]
	a.keys, b.keys = b.keys, a.keys
	a.expires, b.expires = b.expires, a.expires
	a.parts, b.parts = b.parts, a.parts
	for _, db := range []*DB{a, b} {
		for key := range db.watched {
			if a.keys.Has(key) || b.keys.Has(key) {
				for c := range db.watched[key] {
					c.dirty = true
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(db.waiting)) {
			if db.keys.Has(key) {
				e.ready = append(e.ready, readyKey{db, key})
			}
		}
	}
}

// Flush removes all keys of a database.
func (e *Engine) Flush(db *DB) {
	db.flush()
	if e.OnFlush != nil {
		e.OnFlush()
	}
	e.dirty++
}

// Changes is the number of changes to keys so far.
func (e *Engine) Changes() int64 { return e.dirty }

// Used is the memory that all keys take, in bytes.
func (e *Engine) Used() int64 { return e.used }

// Stats are the counters that INFO shows. The caller has the engine's lock.
func (e *Engine) Stats() *Stats { return &e.stats }

// Now is the time of the running command.
func (e *Engine) Now() time.Time { return e.now }

// Clients are the open connections by ID. The caller has the engine's lock.
func (e *Engine) Clients() map[int64]*Client { return e.clients }

// do runs a client's request, and returns the wait that it begins if it blocks.
func (e *Engine) do(c *Client, args []string, w *resp.Writer) *blocked {
	for {
		e.mu.Lock()
		wait := e.pausedFor(c, args)
		if wait == nil {
			break
		}
		e.mu.Unlock()
		select {
		case <-wait:
		case <-e.stop:
			return nil
		}
	}
	defer e.mu.Unlock()
	e.now = e.Clock.Now()
	w.Buf, w.Three = w.Buf[:0], c.Three
	c.Last = e.now
	c.Commands++
	if c.Silent == SilenceNext {
		c.Silent = silenceThis
	}
	e.running = c
	e.request(c, args, w)
	wait := c.blocked
	e.serveReady()
	e.running = nil
	e.stats.Peak = max(e.stats.Peak, e.used)
	silent := c.Silent == SilenceOn || c.Silent == silenceThis
	if c.Silent == silenceThis {
		c.Silent = SilenceOff
	}
	if !silent && len(w.Buf) > 0 {
		c.emit(w.Buf)
	}
	e.settled(c)
	return wait
}

// request queues a command in a transaction, or runs it.
func (e *Engine) request(c *Client, args []string, w *resp.Writer) {
	cmd, err := e.Find(args)
	call := &c.call
	*call = Call{Writer: w, Engine: e, Client: c, DB: e.dbs[c.DB], Args: args, Now: e.now, command: cmd}
	if err == nil {
		err = e.admit(call)
	}
	switch {
	case err != nil:
		if c.multi {
			c.failed = true
		}
		e.stats.reject(cmd, err)
		w.Error(err.Error())
	case c.multi && cmd.Flags&Unqueued == 0:
		c.queue = append(c.queue, append([]string(nil), args...))
		w.Simple("QUEUED")
	default:
		e.run(call)
	}
}

// admit decides whether a client may run a command now.
func (e *Engine) admit(c *Call) error {
	flags := c.command.Flags
	switch {
	case e.stuck != nil && flags&AllowBusy == 0:
		return e.stuck.busy
	case !c.Client.Authenticated && flags&NoAuth == 0:
		return errAuth
	case c.Client.multi && flags&NoMulti != 0:
		return Error("ERR Command not allowed inside a transaction")
	case c.Client.inPubSub() && flags&InPubSub == 0:
		return pubSubOnly(c.command)
	}
	if e.Authorize != nil {
		if err := e.Authorize(c, c.command); err != nil {
			return err
		}
	}
	if flags&DenyOOM != 0 && !e.Room() {
		return ErrMemory
	}
	return nil
}

// Run runs a command of a script or a function, which the parent is. The reply goes to w. It fails as the command
// would for a client.
func (e *Engine) Run(parent *Call, args []string, w *resp.Writer) {
	e.nested(parent, FromScript, args, w)
}

// nested runs a command that belongs to another one.
func (e *Engine) nested(parent *Call, place Place, args []string, w *resp.Writer) {
	call := &Call{Writer: w, Engine: e, Client: parent.Client, DB: parent.DB, Args: args, Now: parent.Now, place: place}
	if parent.Client != nil {
		call.DB = e.dbs[parent.Client.DB]
	}
	var err error
	if call.command, err = e.Find(args); err == nil && e.Authorize != nil {
		err = e.Authorize(call, call.command)
	}
	if err != nil {
		e.stats.reject(call.command, err)
		w.Error(err.Error())
		return
	}
	e.run(call)
}

// run calls the handler. A panic in it is an error for its client: the lock is released, and others go on.
func (e *Engine) run(c *Call) {
	start := len(c.Buf)
	if e.OnCommand != nil && c.waiter == nil {
		e.OnCommand(c)
	}
	if c.Client != nil {
		c.Client.LastCmd = c.command.full
	}
	began := time.Now()
	err := guarded(c)
	took := time.Since(began)
	if errors.Is(err, errBlock) {
		return
	}
	if err != nil {
		c.Buf = c.Buf[:start]
		c.Error(err.Error())
	}
	e.stats.count(c.command, took, err)
	if e.OnDone != nil {
		e.OnDone(c, took)
	}
	if e.OnRead != nil && c.command.Flags&ReadOnly != 0 {
		e.OnRead(c)
	}
}

func guarded(c *Call) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.Engine.Log.Error("command panicked", zap.String("command", c.command.full), zap.Any("panic", p),
				zap.ByteString("stack", debug.Stack()))
			err = errInternal
		}
	}()
	return c.command.Run(c)
}

// Exclusive runs f under the engine's lock, for what is not a command: tests, and the server's own work.
func (e *Engine) Exclusive(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now = e.Clock.Now()
	f()
	e.serveReady()
	e.settled(nil)
}

func (e *Engine) settled(c *Client) {
	if e.OnSettled != nil {
		e.OnSettled(c)
	}
}
