package usage

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// assumed has each user make an action a second, at the peak as on average.
var assumed = Assumptions{
	PerUserDay: Whole(86_400), PeakFactor: Whole(1), CPU: decimal("0.5"), Utilization: Whole(60),
}

// needOf returns how many of that name a scale needs.
func needOf(t *testing.T, s Scale, name string) string {
	t.Helper()
	for _, n := range s.Needs {
		if n.Name == name {
			return n.Number.String()
		}
	}
	require.Fail(t, "no need "+name, "%v", s.Needs)
	return ""
}

// An instance of 2 vCPUs at 60 % handles 2,400 requests of half a millisecond a second.
func TestInstancesGrowWithTheirRequests(t *testing.T) {
	for _, c := range []struct {
		requests, ran int64 // of 100 actions
		name          string
		want          [3]string // for 1, 4 and 1,000 actions a second
	}{
		{0, 1, "d instances, 0 requests an action", [3]string{"1", "1", "1"}},
		{0, 3, "d instances, 0 requests an action", [3]string{"3", "3", "3"}},
		{100, 1, "d instances, 1 requests an action", [3]string{"1", "1", "1"}},
		{60_000, 1, "d instances, 600 requests an action", [3]string{"1", "1", "250"}},
		{120_000, 2, "d instances, 1,200 requests an action", [3]string{"2", "2", "500"}},
		{120_001, 2, "d instances, 1,200.01 requests an action", [3]string{"2", "3", "501"}},
	} {
		e := NewEstimate(Measured{
			Operations: 100, Instances: []Role{{Name: "d", Ran: c.ran, Requests: c.requests}},
		}, assumed, []int64{1, 4, 1000})
		for n, s := range e.Scales {
			require.Equal(t, c.want[n], needOf(t, s, c.name), "%d requests by %d instances", c.requests, c.ran)
		}
	}
}

// A cell has whole instances and shards of its own; a poorer processor or more headroom takes more of them.
func TestCellsShareNothing(t *testing.T) {
	m := Measured{
		Operations: 100, Instances: []Role{{Name: "cell-*", Ran: 8, Requests: 200}, {Name: "router", Ran: 1, Requests: 100}},
		Counts: Counts{{Service: "redis", Operation: "set"}: {Requests: 100}},
	}
	shared := NewEstimate(m, assumed, []int64{60_000}).Scales[0]
	require.Equal(t, "50", needOf(t, shared, "cell-* instances, 2 requests an action"))
	require.Equal(t, "1", needOf(t, shared, "Redis shards"))

	m.Footprint.Cells = CellPlan{Least: 8, Each: 5000, Role: "cell-*"}
	for users, want := range map[int64][3]string{ // cells, their instances, Redis shards
		1: {"8", "8", "8"}, 40_000: {"8", "40", "8"}, 60_000: {"12", "60", "12"},
	} {
		s := NewEstimate(m, assumed, []int64{users}).Scales[0]
		require.Equal(t, want, [3]string{
			needOf(t, s, "cells"), needOf(t, s, "cell-* instances, 2 requests an action, whole ones in each cell"),
			needOf(t, s, "Redis shards"),
		}, "%d actions a second", users)
	}
}

// Copies that the design keeps take memory, but no replicas.
func TestCopiesInsteadOfReplicas(t *testing.T) {
	a := assumed
	a.RedisPerUser = 10_500_000 // a shard holds 1,000 users
	m := Measured{Operations: 100, Counts: Counts{{Service: "redis", Operation: "get"}: {Requests: 100}}}
	for copies, nodes := range map[int64]string{0: "20", 1: "10", 3: "30"} {
		m.Footprint.Copies = copies
		s := NewEstimate(m, a, []int64{10_000}).Scales[0]
		require.Equal(t, nodes, s.asked["redis.nodes"].String(), "%d copies", copies)
	}
}

// Both ends of a call between instances pay, the far ends of Redis and Kafka don't, and AWS's services are in
// every zone.
func TestTransferAcrossZones(t *testing.T) {
	for service, want := range map[string]string{"http": "4", "redis": "2", "kafka": "2", "dynamodb": ""} {
		m := Measured{Operations: 1, Counts: Counts{{Service: service, Operation: "x"}: {Out: 600, In: 400}}}
		a := Assumptions{PerUserDay: Whole(100), PeakFactor: Whole(1)}
		got := ""
		for _, b := range NewEstimate(m, a, []int64{1000}).Scales[0].Bills { // 3 M actions a month: 3 GB
			if b.Name == "transfer across zones" {
				got = b.Quantity.String()
			}
		}
		require.Equal(t, want, got, service)
	}
}

func TestQuotas(t *testing.T) {
	require.Empty(t, exceeded(map[string]Quantity{"sns.standard": Whole(30_000), "dynamodb.read": Whole(1)}))
	over := exceeded(map[string]Quantity{"sns.standard": Whole(30_001), "ec2.vcpus": Whole(6)})
	require.Len(t, over, 2)
	require.Equal(t, [2]string{"ec2.vcpus", "sns.standard"}, [2]string{over[0].ID, over[1].ID})
	seen := map[string]bool{}
	for _, q := range Quotas {
		require.False(t, seen[q.ID], q.ID)
		seen[q.ID] = true
		require.Positive(t, q.Most.Sign(), q.ID)
		require.Regexp(t, `^https://docs\.aws\.amazon\.com/`, q.Source, q.ID)
	}
	in := Measured{Operations: 1, Counts: Counts{
		{Service: "sqs", Operation: "ReceiveMessage", Price: "sqs.standard"}: {Requests: 1, Items: 10, Units: 1},
	}}
	for users, want := range map[int64]int{400: 0, 401: 1} { // 10 messages × 30 s each
		require.Len(t, NewEstimate(in, assumed, []int64{users}).Scales[0].Exceeded, want, "%d", users)
	}
}

// A database's instances are RDS's, its proxy is billed by their vCPUs, and its supervisor is in the price.
func TestARelationalDatabaseIsBilledAsRDS(t *testing.T) {
	m := Measured{Operations: 100, Footprint: Footprint{Database: "db"}, Instances: []Role{
		{Name: "api", Ran: 2, Requests: 200}, {Name: "db", Ran: 3, Requests: 200}, {Name: "db-proxy", Ran: 1, Requests: 200},
		{Name: "db-supervisor", Ran: 1, Requests: 5},
	}}
	s := NewEstimate(m, assumed, []int64{6000}).Scales[0] // 6,000 actions a second, 2,400 requests an instance
	require.Equal(t, "5", needOf(t, s, "db instances, 2 requests an action"))
	hours := map[string]string{}
	for _, b := range s.Bills {
		hours[b.Name] = b.Quantity.String()
	}
	require.Equal(t, map[string]string{
		"EC2 instances, m7g.large": "3600", "RDS for PostgreSQL, db.r6g.large": "3600", "RDS Proxy": "7200",
	}, hours)
}
