package acl

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// cat lists the categories, or the commands of one.
func cat(c *engine.Call) error {
	if len(c.Args) > 3 {
		return c.ErrArity()
	}
	if len(c.Args) == 2 {
		c.Bulks(categories)
		return nil
	}
	category := strings.ToLower(c.Args[2])
	if !IsCategory(category) {
		return engine.Error("ERR Unknown category '" + c.Args[2] + "'")
	}
	var found []string
	for _, name := range c.Engine.Commands() {
		cmd := c.Engine.Command(name)
		if In(cmd, category) {
			found = append(found, name)
		}
		for i := range cmd.Subs {
			if In(&cmd.Subs[i], category) {
				found = append(found, cmd.Subs[i].Full())
			}
		}
	}
	c.Bulks(found)
	return nil
}

func generate(c *engine.Call) error {
	bits := int64(256)
	if len(c.Args) > 3 {
		return c.ErrArity()
	}
	if len(c.Args) == 3 {
		n, ok := engine.ParseInt(c.Args[2])
		if !ok || n < 1 || n > 4096 {
			return engine.Error("ERR ACL GENPASS argument must be the number of bits for the output password, a positive " +
				"number up to 4096")
		}
		bits = n
	}
	password := make([]byte, (bits+3)/4)
	for i := range password {
		password[i] = "0123456789abcdef"[c.Engine.Rand.IntN(16)]
	}
	c.Bytes(password)
	return nil
}
