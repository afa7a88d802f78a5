package admin

import (
	"strconv"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

func now(c *engine.Call) error {
	us := c.Now.UnixMicro()
	c.Bulks([]string{strconv.FormatInt(us/1e6, 10), strconv.FormatInt(us%1e6, 10)})
	return nil
}

func lastSave(c *engine.Call) error {
	c.Int(c.Engine.Stats().Started.Unix())
	return nil
}

func noDisk(c *engine.Call) error {
	return engine.Error("ERR " + strings.ToUpper(c.Args[0]) + " is not served: this server keeps nothing on disk")
}

func role(c *engine.Call) error {
	c.Array(3)
	c.Bulk("master")
	c.Int(0)
	c.Array(0)
	return nil
}

// replicaOf takes NO ONE alone: the server is a master already.
func replicaOf(c *engine.Call) error {
	if strings.EqualFold(c.Args[1], "no") && strings.EqualFold(c.Args[2], "one") {
		c.OK()
		return nil
	}
	return engine.Error("ERR " + strings.ToUpper(c.Args[0]) + " is not served: this server has no replication")
}

func failover(c *engine.Call) error {
	if len(c.Args) == 2 && strings.EqualFold(c.Args[1], "abort") {
		return engine.Error("ERR No failover in progress.")
	}
	return engine.Error("ERR FAILOVER requires connected replicas.")
}

// wait waits for replicas, of which there are none.
func wait(c *engine.Call) error {
	replicas, err := c.ArgInt(1)
	if err != nil {
		return err
	}
	ms, ok := engine.ParseInt(c.Args[2])
	switch {
	case !ok || ms > int64(100*365*24*time.Hour/time.Millisecond):
		return engine.Error("ERR timeout is not an integer or out of range")
	case ms < 0:
		return engine.ErrNegative
	case replicas <= 0:
		c.Int(0)
		return nil
	}
	return c.Block(nil, time.Duration(ms)*time.Millisecond, func(w *resp.Writer) { w.Int(0) })
}

func cluster(c *engine.Call) error {
	if strings.EqualFold(c.Args[1], "help") && len(c.Args) == 2 {
		return engine.Help("CLUSTER").Run(c)
	}
	return noCluster(c)
}

func noCluster(*engine.Call) error {
	return engine.Error("ERR This instance has cluster support disabled")
}

func shutdown(*engine.Call) error {
	return engine.Error("ERR SHUTDOWN is refused: this server ends with the process that embeds it")
}

func lolwut(c *engine.Call) error {
	c.Verbatim("txt", "Redis ver. "+conn.Version+"\n")
	return nil
}

func noModules(c *engine.Call) error {
	c.Array(0)
	return nil
}

func refuseModules(*engine.Call) error {
	return engine.Error("ERR this server loads no modules")
}
