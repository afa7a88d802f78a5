package stream

import (
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// groupOptions are what XGROUP CREATE and SETID take after the ID.
type groupOptions struct {
	make bool // the stream
	read int64
}

func groupOptionsOf(c *engine.Call, create bool) (g groupOptions, err error) {
	g.read = unknown
	for o := c.Options(5); o.More(); {
		switch word := o.Word(); {
		case word == "MKSTREAM" && create:
			g.make = true
		case word == "ENTRIESREAD" && o.More():
			if g.read, err = o.Int(); err != nil {
				return g, err
			}
			if g.read < 0 && g.read != unknown {
				return g, engine.Error("ERR value for ENTRIESREAD must be positive or -1")
			}
		default:
			return g, wrongSubcommand(c)
		}
	}
	return g, nil
}

// wrongSubcommand is the error for arguments that a subcommand does not take.
func wrongSubcommand(c *engine.Call) error {
	return engine.Error(fmt.Sprintf("ERR unknown subcommand or wrong number of arguments for '%.128s'. Try %s HELP.",
		c.Args[1], strings.ToUpper(c.Args[0])))
}

const errNoStream engine.Error = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may " +
	"want to use the MKSTREAM option to create an empty stream automatically."

// positionOf reads an ID at which a group starts; $ is the last one.
func positionOf(s *Stream, text string) (ID, error) {
	if text == "$" {
		if s == nil {
			return ID{}, nil
		}
		return s.last, nil
	}
	return parseID(text, 0)
}

func xgroupCreate(c *engine.Call) error {
	o, err := groupOptionsOf(c, true)
	if err != nil {
		return err
	}
	key, name := c.Args[2], c.Args[3]
	s, err := lookup(c, key)
	if err != nil {
		return err
	}
	if s == nil && !o.make {
		return errNoStream
	}
	id, err := positionOf(s, c.Args[4])
	if err != nil {
		return err
	}
	if s.group(name) != nil {
		return engine.Error("BUSYGROUP Consumer Group name already exists")
	}
	if s == nil {
		s = New()
	}
	s.addGroup(name, id, o.read)
	c.Put(key, s)
	c.Notify(engine.ClassStream, "xgroup-create", key)
	c.OK()
	return nil
}

// existing returns the stream and the group that an XGROUP or XINFO subcommand is about.
func existing(c *engine.Call, noKey error) (*Stream, *group, error) {
	s, err := lookup(c, c.Args[2])
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, noKey
	}
	g := s.group(c.Args[3])
	if g == nil {
		return s, nil, engine.Error("NOGROUP No such consumer group '" + c.Args[3] + "' for key name '" + c.Args[2] + "'")
	}
	return s, g, nil
}

func xgroupSetID(c *engine.Call) error {
	o, err := groupOptionsOf(c, false)
	if err != nil {
		return err
	}
	s, g, err := existing(c, errNoStream)
	if err != nil {
		return err
	}
	id, err := positionOf(s, c.Args[4])
	if err != nil {
		return err
	}
	g.last, g.read = id, o.read
	c.Notify(engine.ClassStream, "xgroup-setid", c.Args[2])
	c.Changed(c.Args[2])
	c.OK()
	return nil
}

// xgroupDestroy removes a group. Consumers that wait for its entries get an error.
func xgroupDestroy(c *engine.Call) error {
	s, g, err := existing(c, errNoStream)
	if s == nil {
		return err
	}
	if g != nil {
		s.removeGroup(c.Args[3])
		c.Notify(engine.ClassStream, "xgroup-destroy", c.Args[2])
		c.Changed(c.Args[2])
	}
	c.Yes(g != nil)
	return nil
}

func xgroupCreateConsumer(c *engine.Call) error {
	_, g, err := existing(c, errNoStream)
	if err != nil {
		return err
	}
	_, made := g.consumer(c.Args[4], c.Now.UnixMilli())
	if made {
		c.Notify(engine.ClassStream, "xgroup-createconsumer", c.Args[2])
		c.Changed(c.Args[2])
	}
	c.Yes(made)
	return nil
}

func xgroupDelConsumer(c *engine.Call) error {
	s, g, err := existing(c, errNoStream)
	if err != nil {
		return err
	}
	n, ok := s.removeConsumer(g, c.Args[4])
	if ok {
		c.Notify(engine.ClassStream, "xgroup-delconsumer", c.Args[2])
		c.Changed(c.Args[2])
	}
	c.Len(n)
	return nil
}
