package keys

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

const (
	errSame engine.Error = "ERR source and destination objects are the same"
	errDB   engine.Error = "ERR DB index is out of range"
)

// in is a call as it would be in another database; the reply is the original's.
func in(c *engine.Call, db *engine.DB) *engine.Call {
	other := *c
	other.DB = db
	return &other
}

// place stores a value with a deadline, 0 for none.
func place(c *engine.Call, key string, v engine.Value, expire int64) {
	c.Replace(key, v)
	if expire != 0 {
		c.Expire(key, expire)
	}
}

func rename(c *engine.Call) error {
	if err := renameTo(c, c.Args[1], c.Args[2]); err != nil {
		return err
	}
	c.OK()
	return nil
}

func renamenx(c *engine.Call) error {
	free := c.DB.Entry(c.Args[2]) == nil
	if !free && c.DB.Entry(c.Args[1]) != nil {
		c.Yes(false)
		return nil
	}
	if err := renameTo(c, c.Args[1], c.Args[2]); err != nil {
		return err
	}
	c.Yes(true)
	return nil
}

func renameTo(c *engine.Call, from, to string) error {
	entry := c.Lookup(from)
	if entry == nil {
		return engine.ErrNoKey
	}
	if from == to {
		return nil
	}
	v, at := entry.Value, entry.Expire
	c.Delete(from)
	place(c, to, v, at)
	c.Notify(engine.ClassGeneric, "rename_from", from)
	c.Notify(engine.ClassGeneric, "rename_to", to)
	return nil
}

func copyTo(c *engine.Call) error {
	db, replace := c.DB, false
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); {
		case word == "REPLACE":
			replace = true
		case word == "DB" && o.More():
			n, err := o.Int()
			if err != nil {
				return err
			}
			if db = database(c, n); db == nil {
				return errDB
			}
		default:
			return engine.ErrSyntax
		}
	}
	from, to := c.Args[1], c.Args[2]
	if db == c.DB && from == to {
		return errSame
	}
	entry := c.Lookup(from)
	if entry == nil || !replace && db.Entry(to) != nil {
		c.Yes(false)
		return nil
	}
	there := in(c, db)
	place(there, to, entry.Value.Copy(), entry.Expire)
	there.Notify(engine.ClassGeneric, "copy_to", to)
	c.Yes(true)
	return nil
}

func move(c *engine.Call) error {
	n, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	db := database(c, n)
	switch db {
	case nil:
		return errDB
	case c.DB:
		return errSame
	}
	key := c.Args[1]
	entry := c.Lookup(key)
	if entry == nil || db.Entry(key) != nil {
		c.Yes(false)
		return nil
	}
	v, at := entry.Value, entry.Expire
	there := in(c, db)
	c.Delete(key)
	place(there, key, v, at)
	c.Notify(engine.ClassGeneric, "move_from", key)
	there.Notify(engine.ClassGeneric, "move_to", key)
	c.Yes(true)
	return nil
}

// database returns a database by a number of any size, or nil.
func database(c *engine.Call, n int64) *engine.DB {
	if n < 0 || n >= engine.Databases {
		return nil
	}
	return c.Engine.DB(int(n))
}

func swapdb(c *engine.Call) error {
	i, err := c.ArgInt(1)
	if err != nil {
		return engine.Error("ERR invalid first DB index")
	}
	j, err := c.ArgInt(2)
	if err != nil {
		return engine.Error("ERR invalid second DB index")
	}
	if database(c, i) == nil || database(c, j) == nil {
		return errDB
	}
	if i != j {
		c.Engine.SwapDB(int(i), int(j))
	}
	c.OK()
	return nil
}
