package client

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// kill ends connections: one by its address, or those that fit all filters.
func kill(c *engine.Call) error {
	if len(c.Args) == 3 {
		for _, one := range open(c.Engine) {
			if one.Addr == c.Args[2] {
				c.Engine.Disconnect(c.Client, one)
				c.OK()
				return nil
			}
		}
		return engine.Error("ERR No such client")
	}
	fits, err := filters(c)
	if err != nil {
		return err
	}
	n := 0
	for _, one := range open(c.Engine) {
		if fits(one) {
			c.Engine.Disconnect(c.Client, one)
			n++
		}
	}
	c.Len(n)
	return nil
}

func filters(c *engine.Call) (func(*engine.Client) bool, error) {
	var all []func(*engine.Client) bool
	skipMe := true
	for o := c.Options(2); o.More(); {
		word := o.Word()
		value, err := o.Next()
		if err != nil {
			return nil, err
		}
		var fits func(*engine.Client) bool
		switch word {
		case "ID":
			n, ok := engine.ParseInt(value)
			if !ok || n < 1 {
				return nil, engine.Error("ERR client-id should be greater than 0")
			}
			fits = func(one *engine.Client) bool { return one.ID == n }
		case "ADDR":
			fits = func(one *engine.Client) bool { return one.Addr == value }
		case "LADDR":
			fits = func(one *engine.Client) bool { return one.Local == value }
		case "TYPE":
			if fits, err = ofType(value); err != nil {
				return nil, err
			}
		case "USER":
			if c.Engine.HasUser != nil && !c.Engine.HasUser(value) {
				return nil, engine.Error("ERR No such user '" + value + "'")
			}
			fits = func(one *engine.Client) bool { return one.User == value }
		case "MAXAGE":
			n, ok := engine.ParseInt(value)
			if !ok || n < 1 {
				return nil, engine.Error("ERR maxage should be greater than 0")
			}
			fits = func(one *engine.Client) bool { return int64(c.Now.Sub(one.Created).Seconds()) >= n }
		case "SKIPME":
			lower := strings.ToLower(value)
			if lower != "yes" && lower != "no" {
				return nil, engine.ErrSyntax
			}
			skipMe = lower == "yes"
			continue
		default:
			return nil, engine.ErrSyntax
		}
		all = append(all, fits)
	}
	return func(one *engine.Client) bool {
		for _, fits := range all {
			if !fits(one) {
				return false
			}
		}
		return one != c.Client || !skipMe
	}, nil
}
