package dynamodb

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// ttlHorizon is how far in the past an expiry may lie: an older one counts as a mistake.
const ttlHorizon = 5 * 365 * 24 * time.Hour

// ttlService is the author of TTL deletions in stream records.
var ttlService = &identity{Type: "Service", PrincipalID: "dynamodb.amazonaws.com"}

// ttl is a table's expiry: the attribute, and the rows that have it in the order in which they expire, so
// that a sweep only touches due rows.
type ttl struct {
	attribute string // empty where TTL is off
	rows      btree.Map[string, string]
}

// expiry returns when an item expires, in seconds since 1970. Only a number counts.
func (l *ttl) expiry(item attr.Map) (int64, bool) {
	n, ok := item[l.attribute].(attr.Number)
	if !ok {
		return 0, false
	}
	at, ok := n.Int64()
	return at, ok && at > 0
}

func expiryKey(at int64, rowKey string) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(at))) + rowKey
}

// replace applies a write.
func (l *ttl) replace(e effect) {
	if l.attribute == "" {
		return
	}
	if at, ok := l.expiry(e.old.itemOrNil()); ok {
		l.rows.Delete(expiryKey(at, e.key))
	}
	if at, ok := l.expiry(e.new.itemOrNil()); ok {
		l.rows.Set(expiryKey(at, e.key), e.key)
	}
}

// due returns the row keys of the items that have expired.
func (l *ttl) due(now time.Time) []string {
	var keys []string
	horizon := expiryKey(max(0, now.Add(-ttlHorizon).Unix()), "")
	end := expiryKey(now.Unix(), "")
	l.rows.Ascend(horizon, func(at, rowKey string) bool {
		if at >= end {
			return false
		}
		keys = append(keys, rowKey)
		return true
	})
	return keys
}

// sweepUntil sweeps at every tick until the context ends.
func (s *Service) sweepUntil(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			s.cfg.Guard.Run("TTL sweep", func() {
				s.sweep()
				s.forgetStreams()
			})
		}
	}
}

// sweep deletes the items that have expired.
func (s *Service) sweep() {
	s.mu.RLock()
	tables := make([]*table, 0, len(s.tables))
	for _, t := range s.tables {
		tables = append(tables, t)
	}
	s.mu.RUnlock()
	for _, t := range tables {
		t.mu.Lock()
		now := s.clock.Now()
		for _, key := range t.ttl.due(now) {
			expired, _ := t.rows.Get(key)
			t.commit(t.effect(key, expired, nil), now, ttlService)
		}
		t.mu.Unlock()
	}
}

type ttlSpecification struct {
	AttributeName *string
	Enabled       *bool
}

type ttlInput struct {
	TableName               *string
	TimeToLiveSpecification *ttlSpecification
}

type ttlOutput struct {
	TimeToLiveSpecification *ttlSpecification `json:",omitempty"`
	TimeToLiveDescription   *ttlDescription   `json:",omitempty"`
}

type ttlDescription struct {
	TimeToLiveStatus string
	AttributeName    string `json:",omitempty"`
}

func (s *Service) updateTimeToLive(at home, in *ttlInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	t, err := s.named(at, in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	attribute, enabled := *in.TimeToLiveSpecification.AttributeName, *in.TimeToLiveSpecification.Enabled
	switch {
	case enabled && t.ttl.attribute == attribute:
		return nil, validationError("TimeToLive is already enabled")
	case !enabled && t.ttl.attribute == "":
		return nil, validationError("TimeToLive is already disabled")
	case t.ttl.attribute != "" && t.ttl.attribute != attribute:
		return nil, validationError("TimeToLive is active on a different AttributeName: current AttributeName is %s",
			t.ttl.attribute)
	}
	t.ttl = ttl{}
	if enabled {
		t.ttl.attribute = attribute
		t.rows.Scan(func(key string, r *row) bool {
			t.ttl.replace(effect{key: key, new: r})
			return true
		})
	}
	return &ttlOutput{TimeToLiveSpecification: in.TimeToLiveSpecification}, nil
}

func (in *ttlInput) check() error {
	var c constraints
	if c.notNull("timeToLiveSpecification", in.TimeToLiveSpecification != nil); in.TimeToLiveSpecification != nil {
		name := in.TimeToLiveSpecification.AttributeName
		c.notNull("timeToLiveSpecification.attributeName", name != nil)
		c.text("timeToLiveSpecification.attributeName", name, 1, maxKeyName)
		c.notNull("timeToLiveSpecification.enabled", in.TimeToLiveSpecification.Enabled != nil)
	}
	return c.err()
}

func (s *Service) describeTimeToLive(at home, in *tableInput) (any, error) {
	t, err := s.named(at, in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ttl.attribute == "" {
		return &ttlOutput{TimeToLiveDescription: &ttlDescription{TimeToLiveStatus: "DISABLED"}}, nil
	}
	return &ttlOutput{TimeToLiveDescription: &ttlDescription{"ENABLED", t.ttl.attribute}}, nil
}
