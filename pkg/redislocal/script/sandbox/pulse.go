package sandbox

import (
	"runtime"
	"runtime/metrics"
	"time"

	lua "github.com/yuin/gopher-lua"
)

const (
	// beat is after how many instructions memory is looked at and Check is asked.
	beat = 64
	// maxString is the longest string, in bytes: proto-max-bulk-len.
	maxString = 512 << 20
	// maxMemory is how much the memory of the process may grow while a script runs, in bytes.
	maxMemory = 1 << 30
	// large is a string whose memory is looked at before it is made, in bytes.
	large = 1 << 20
)

// failure is an error in the words of Lua.
type failure string

func (f failure) Error() string { return string(f) }

const errMemory failure = "not enough memory"

// pulse is the context of the machine: gopher-lua asks it at each instruction whether it is done.
type pulse struct {
	vm    *VM
	left  int   // until the next beat
	count int64 // instructions up to the last beat
	base  uint64
	end   chan struct{} // closed once the script must end
	err   error
}

func (p *pulse) reset() { *p = pulse{vm: p.vm, left: beat} }

// Done is called at each instruction.
func (p *pulse) Done() <-chan struct{} {
	if p.left--; p.left <= 0 {
		p.beat(beat)
	}
	return p.end
}

// Err is the error that ended the script.
func (p *pulse) Err() error { return p.err }

// Deadline is none.
func (*pulse) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value is none.
func (*pulse) Value(any) any { return nil }

func (p *pulse) beat(n int) {
	p.count += int64(n)
	p.left = beat
	if p.end != nil {
		return
	}
	if !p.room(0) {
		p.stop(errMemory)
	} else if err := p.vm.Check(p.count); err != nil {
		p.stop(err)
	}
}

func (p *pulse) stop(err error) {
	p.err, p.end = err, make(chan struct{})
	close(p.end)
}

// room reports whether n bytes more are within the bound.
func (p *pulse) room(n int) bool {
	if p.base == 0 {
		p.base = measured("/gc/heap/live:bytes") // what earlier scripts have left behind is none of it
	}
	if heap()+uint64(n) <= p.base+maxMemory {
		return true
	}
	runtime.GC() // much of it may be garbage; but not for a few bytes again and again
	return heap()+uint64(n) <= p.base+maxMemory-maxMemory/8
}

// heap is the memory of all objects of the process, garbage included, in bytes.
func heap() uint64 { return measured("/memory/classes/heap/objects:bytes") }

func measured(name string) uint64 {
	sample := [1]metrics.Sample{{Name: name}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// step counts work inside a function of a library, in instructions, and ends the script if it must end.
func (vm *VM) step(l *lua.LState, n int) {
	p := &vm.pulse
	if p.left -= n; p.left <= 0 {
		p.beat(max(n, beat))
	}
	if p.err != nil {
		l.RaiseError("%s", p.err.Error())
	}
}

// grow fails if a string of n bytes is too long, or there is no memory for it.
func (vm *VM) grow(l *lua.LState, n int) {
	if n < large {
		return
	}
	if n > maxString {
		l.RaiseError("resulting string too large")
	}
	if !vm.pulse.room(n) {
		vm.pulse.stop(errMemory)
	}
	vm.step(l, n>>10)
}
