// Package labs is the catalog: one line a lab.
package labs

import (
	"github.com/crashlab/crashlab/labs/autoscale"
	"github.com/crashlab/crashlab/labs/cache"
	"github.com/crashlab/crashlab/labs/cells"
	"github.com/crashlab/crashlab/labs/dlq"
	"github.com/crashlab/crashlab/labs/eventbus"
	"github.com/crashlab/crashlab/labs/gateway"
	"github.com/crashlab/crashlab/labs/hotpartition"
	"github.com/crashlab/crashlab/labs/monolith"
	"github.com/crashlab/crashlab/labs/outbox"
	"github.com/crashlab/crashlab/labs/ratelimit"
	"github.com/crashlab/crashlab/labs/replicas"
	"github.com/crashlab/crashlab/labs/s3consistency"
	"github.com/crashlab/crashlab/labs/saga"
	"github.com/crashlab/crashlab/labs/sharding"
	"github.com/crashlab/crashlab/labs/stream"
	"github.com/crashlab/crashlab/pkg/lab"
)

// Catalog is every lab, by name.
var Catalog = []lab.Spec{
	autoscale.Lab,
	cache.Lab,
	cells.Lab,
	dlq.Lab,
	eventbus.Lab,
	gateway.Lab,
	hotpartition.Lab,
	monolith.Lab,
	outbox.Lab,
	ratelimit.Lab,
	replicas.Lab,
	s3consistency.Lab,
	saga.Lab,
	sharding.Lab,
	stream.Lab,
}
