package usage

import "strings"

// Footprint is what a design has of its own at scale and no run of one rate can show. The zero value is a
// design without cells that leaves replication to Redis.
type Footprint struct {
	Cells CellPlan `json:"cells,omitzero"`
	// Copies is how many copies of each user's data the design itself keeps in Redis, on shards without a
	// replica; 0 means one, with a replica.
	Copies int64 `json:"copies,omitempty"`
	// Database is the kind of instance that is a relational database: "db". With its proxy, "db-proxy", it is billed as
	// RDS; its supervisor, "db-supervisor", is in the price.
	Database string `json:"database,omitempty"`
}

// CellPlan describes a design of cells: each has Redis shards and instances of its own. 0 cells: it has none.
type CellPlan struct {
	Least int64  `json:"least"` // cells, as in the lab
	Each  int64  `json:"each"`  // actions per second that a cell is built for
	Role  string `json:"role"`  // the kind of instance that each cell has its own of: "cell-*"
}

// vCPUs of an instance, a m7g.large, and of a database's, a db.r6g.large.
const vCPUs = 2

// carries returns how many requests per second an instance handles at the utilization that is aimed at.
func (a Assumptions) carries() Quantity {
	busy := Whole(vCPUs).Times(a.Utilization).Over(Whole(100))
	return busy.Over(a.CPU.Over(Whole(1000))).Round(3)
}

// cells returns the number of cells at that peak; 1 for a design without them.
func (f Footprint) cells(s *Scale) Quantity {
	if f.Cells.Least == 0 {
		return Whole(1)
	}
	n := Limit{Name: "cells", Each: Whole(f.Cells.Each), Unit: "actions/s", Least: f.Cells.Least}.Need(s.Peak)
	s.Needs = append(s.Needs, n)
	return n.Number
}

// billCompute adds the instances that the peak needs and their bill. The number of a role's instances follows
// from the requests that it handled for an action, but is never below the lab's. A role that handled none,
// such as a supervisor, stays as it is in the lab.
func (e *Estimate) billCompute(s *Scale, a Assumptions, cells Quantity) {
	sum := Quantity{}
	for _, role := range e.Instances {
		peak := s.Peak.Times(role.Each).Round(3)
		l := Limit{
			Name: role.Name + " instances, " + role.Each.Short() + " requests an action", Each: a.carries(), Unit: "requests/s",
			Least: role.Ran,
		}
		n := l.Need(peak)
		if role.Name == e.Footprint.Cells.Role {
			n.Number = inEach(cells, peak, l.Each)
			n.Name += ", whole ones in each cell"
		}
		if db := e.Footprint.Database; db != "" && strings.HasPrefix(role.Name, db) {
			if role.Name == db {
				s.Needs = append(s.Needs, n)
				e.billDatabase(s, n.Number)
			}
			continue
		}
		s.Needs = append(s.Needs, n)
		sum = sum.Plus(n.Number)
	}
	s.asked["ec2.vcpus"] = sum.Times(Whole(vCPUs))
	if sum.Sign() > 0 {
		s.bill("ec2.instance", sum.Times(Whole(MonthDays*24)))
	}
}

// billDatabase adds so many database instances, and the proxy before them if there is one. A larger class costs as much
// more as it has more vCPUs, so that the bill is the same for fewer larger ones.
func (e *Estimate) billDatabase(s *Scale, instances Quantity) {
	hours := instances.Times(Whole(MonthDays * 24))
	s.bill("rds.instance", hours)
	for _, role := range e.Instances {
		if role.Name == e.Footprint.Database+"-proxy" {
			s.bill("rds.proxy", hours.Times(Whole(vCPUs)))
		}
	}
}

// inEach divides a peak evenly, and returns what all the parts need if none shares with another.
func inEach(parts, peak, each Quantity) Quantity {
	n := peak.Over(parts).Over(each).Up()
	if n.Sign() == 0 {
		n = Whole(1)
	}
	return n.Times(parts)
}

// billTransfer adds the bytes that cross zones. Of three zones, two in three partners are in another. An
// instance pays for its end of a connection: between two instances both ends pay, and the ends of Redis and
// Kafka are free. AWS's regional services have an endpoint in each zone.
func (e *Estimate) billTransfer(s *Scale) {
	ends := Quantity{}
	for _, ask := range e.Asks {
		bytes := ask.Out.Plus(ask.In)
		switch ask.Service {
		case "http":
			ends = ends.Plus(bytes.Times(Whole(2)))
		case "redis", "kafka":
			ends = ends.Plus(bytes)
		}
	}
	if ends.Sign() > 0 {
		s.bill("ec2.transfer", gigabytes(s.Month.Times(ends).Times(Whole(Zones-1)).Over(Whole(Zones))))
	}
}
