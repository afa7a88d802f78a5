package keys

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func dumpKey(c *engine.Call) error {
	entry := c.Lookup(c.Args[1])
	if entry == nil {
		c.Null()
		return nil
	}
	v, ok := entry.Value.(dump.Value)
	if !ok {
		return engine.Error("ERR this server does not dump values of type " + entry.Value.Type())
	}
	c.Bytes(dump.Encode(v))
	return nil
}

// restoreOptions are what RESTORE takes beside key, time to live and payload.
type restoreOptions struct {
	replace, absolute bool
	idle, freq        int64 // -1 if not given
}

func restoreOptionsOf(c *engine.Call) (opt restoreOptions, err error) {
	opt.idle, opt.freq = -1, -1
	for o := c.Options(4); o.More(); {
		switch word := o.Word(); {
		case word == "REPLACE":
			opt.replace = true
		case word == "ABSTTL":
			opt.absolute = true
		case word == "IDLETIME" && o.More() && opt.freq < 0:
			if opt.idle, err = o.Int(); err != nil {
				return opt, err
			}
			if opt.idle < 0 {
				return opt, engine.Error("ERR Invalid IDLETIME value, must be >= 0")
			}
		case word == "FREQ" && o.More() && opt.idle < 0:
			if opt.freq, err = o.Int(); err != nil {
				return opt, err
			}
			if opt.freq < 0 || opt.freq > 255 {
				return opt, engine.Error("ERR Invalid FREQ value, must be >= 0 and <= 255")
			}
		default:
			return opt, engine.ErrSyntax
		}
	}
	return opt, nil
}

func restore(loaders map[string]dump.Loader) func(*engine.Call) error {
	return func(c *engine.Call) error {
		opt, err := restoreOptionsOf(c)
		if err != nil {
			return err
		}
		key := c.Args[1]
		if !opt.replace && c.DB.Entry(key) != nil {
			return engine.Error("BUSYKEY Target key name already exists.")
		}
		ttl, err := c.ArgInt(2)
		if err != nil {
			return err
		}
		at, ok := ttl, true
		if ttl > 0 && !opt.absolute {
			at, ok = c.At(ttl, "PX")
		}
		if ttl < 0 || !ok {
			return engine.Error("ERR Invalid TTL value, must be >= 0")
		}
		v, err := dump.Decode(c.Args[3], loaders, c.Engine.Rand)
		if err != nil {
			return err
		}
		if at != 0 && at <= c.Now.UnixMilli() {
			if c.Delete(key) {
				c.Notify(engine.ClassGeneric, "del", key)
			}
			c.OK()
			return nil
		}
		place(c, key, v, at)
		opt.age(c, c.DB.Entry(key))
		c.Notify(engine.ClassGeneric, "restore", key)
		c.OK()
		return nil
	}
}

// age gives an entry the access that it had elsewhere.
func (opt restoreOptions) age(c *engine.Call, entry *engine.Entry) {
	if opt.idle >= 0 {
		entry.Used = c.Now.UnixMilli() - min(opt.idle, c.Now.Unix())*1000
	}
	if opt.freq >= 0 {
		entry.Freq = uint8(opt.freq)
	}
}
