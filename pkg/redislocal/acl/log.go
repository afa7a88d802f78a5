package acl

import (
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/client"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// log is what ACL LOG shows, the newest first.
type log struct {
	entries []*entry
	lastID  int64
}

// entry counts refusals of a kind that follow each other within a minute.
type entry struct {
	id                                int64
	count                             int64
	reason, context, object, username string
	client                            string
	created, updated                  time.Time
}

const groupTime = time.Minute

func (a *ACL) record(c *engine.Client, reason, context, object, username string) {
	now := a.e.Now()
	for i, old := range a.log.entries {
		if i == 10 {
			break
		}
		if old.reason == reason && old.context == context && old.object == object && old.username == username &&
			now.Sub(old.updated) < groupTime {
			old.count++
			old.updated, old.client = now, client.Describe(a.e, c)
			copy(a.log.entries[1:i+1], a.log.entries[:i])
			a.log.entries[0] = old
			return
		}
	}
	most := int(a.e.Config.Int("acllog-max-len"))
	if most <= 0 {
		a.log.entries = nil
		return
	}
	next := &entry{id: a.log.lastID, count: 1, reason: reason, context: context, object: strings.Clone(object),
		username: strings.Clone(username), client: client.Describe(a.e, c), created: now, updated: now}
	a.log.lastID++
	a.log.entries = append([]*entry{next}, a.log.entries...)
	a.log.entries = a.log.entries[:min(len(a.log.entries), most)]
}

// showLog writes the newest entries, or forgets all with RESET.
func (a *ACL) showLog(c *engine.Call) error {
	n := int64(10)
	if len(c.Args) == 3 {
		if strings.EqualFold(c.Args[2], "reset") {
			a.log.entries = nil
			c.OK()
			return nil
		}
		var err error
		if n, err = c.ArgInt(2); err != nil {
			return err
		}
	}
	shown := a.log.entries[:min(max(n, 0), int64(len(a.log.entries)))]
	c.Array(len(shown))
	for _, e := range shown {
		c.Map(10)
		c.Bulk("count")
		c.Int(e.count)
		for _, pair := range [][2]string{
			{"reason", e.reason}, {"context", e.context}, {"object", e.object}, {"username", e.username},
		} {
			c.Bulk(pair[0])
			c.Bulk(pair[1])
		}
		c.Bulk("age-seconds")
		c.Double(float64(c.Now.Sub(e.created).Milliseconds()) / 1000)
		c.Bulk("client-info")
		c.Bulk(e.client)
		c.Bulk("entry-id")
		c.Int(e.id)
		c.Bulk("timestamp-created")
		c.Int(e.created.UnixMilli())
		c.Bulk("timestamp-last-updated")
		c.Int(e.updated.UnixMilli())
	}
	return nil
}
