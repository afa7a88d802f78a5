package client

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func getName(c *engine.Call) error {
	if c.Client.Name == "" {
		c.Null()
	} else {
		c.Bulk(c.Client.Name)
	}
	return nil
}

func setName(c *engine.Call) error {
	if !engine.ValidName(c.Args[2]) {
		return engine.ErrClientName
	}
	c.Client.Name = strings.Clone(c.Args[2])
	c.OK()
	return nil
}

func setInfo(c *engine.Call) error {
	name := strings.ToLower(c.Args[2])
	fields := map[string]*string{"lib-name": &c.Client.LibName, "lib-ver": &c.Client.LibVersion}
	field := fields[name]
	switch {
	case field == nil:
		return engine.Error("ERR Unrecognized option '" + c.Args[2] + "'")
	case !engine.ValidName(c.Args[3]):
		return engine.Error("ERR " + name + " cannot contain spaces, newlines or special characters.")
	}
	*field = strings.Clone(c.Args[3])
	c.OK()
	return nil
}

// reply sets whether the client gets replies. Only ON is answered.
func reply(c *engine.Call) error {
	switch strings.ToUpper(c.Args[2]) {
	case "ON":
		c.Client.Silent = engine.SilenceOff
		c.OK()
	case "OFF":
		c.Client.Silent = engine.SilenceOn
	case "SKIP":
		if c.Client.Silent == engine.SilenceOff {
			c.Client.Silent = engine.SilenceNext
		}
	default:
		return engine.ErrSyntax
	}
	return nil
}

func noEvict(c *engine.Call) error { return onOff(c, &c.Client.NoEvict) }

func noTouch(c *engine.Call) error { return onOff(c, &c.Client.NoTouch) }

func onOff(c *engine.Call, to *bool) error {
	switch strings.ToUpper(c.Args[2]) {
	case "ON":
		*to = true
	case "OFF":
		*to = false
	default:
		return engine.ErrSyntax
	}
	c.OK()
	return nil
}
