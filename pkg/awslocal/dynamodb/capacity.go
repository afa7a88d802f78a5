package dynamodb

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
)

// What one unit of capacity reads or writes, in bytes.
const (
	readUnit  = 4 << 10
	writeUnit = 1 << 10
)

// readUnits is the cost of reading that many bytes; an eventually consistent read costs half.
func readUnits(bytes int, consistent bool) float64 {
	units := float64(max(1, (bytes+readUnit-1)/readUnit))
	if consistent {
		return units
	}
	return units / 2
}

func writeUnits(bytes int) float64 { return float64(max(1, (bytes+writeUnit-1)/writeUnit)) }

// usage is the capacity that a request used of one table and its indexes.
type usage struct {
	table   string
	units   float64
	indexes map[*index]float64
}

// addIndex counts units of an index.
func (u *usage) addIndex(x *index, units float64) {
	if u.indexes == nil {
		u.indexes = map[*index]float64{}
	}
	u.indexes[x] += units
}

// add counts another request to the same table.
func (u *usage) add(other usage) {
	u.units += other.units
	for x, units := range other.indexes {
		u.addIndex(x, units)
	}
}

// times returns the usage n-fold.
func (u usage) times(n float64) usage {
	multiple := usage{table: u.table, units: n * u.units}
	for x, units := range u.indexes {
		multiple.addIndex(x, n*units)
	}
	return multiple
}

// usage is the capacity that a write uses: of the table for the larger of the item before and
// after, of an index for the entry that it puts, removes or replaces, and for both if it moves.
func (e effect) usage(t *table) usage {
	used := usage{table: t.id.name, units: writeUnits(max(e.old.sizeOrZero(), e.new.sizeOrZero()))}
	for _, entry := range e.entries {
		before, after := entry.old.sizeOrZero(), entry.new.sizeOrZero()
		if entry.moves() {
			used.addIndex(entry.index, writeUnits(before)+writeUnits(after))
		} else {
			used.addIndex(entry.index, writeUnits(max(before, after)))
		}
	}
	return used
}

// sizeOrZero returns the row's size, or 0 for no row.
func (r *row) sizeOrZero() int {
	if r == nil {
		return 0
	}
	return r.size
}

// capacityReport is ConsumedCapacity.
type capacityReport struct {
	TableName              string
	CapacityUnits          float64
	ReadCapacityUnits      float64                  `json:",omitempty"`
	WriteCapacityUnits     float64                  `json:",omitempty"`
	Table                  *capacityShare           `json:",omitempty"`
	GlobalSecondaryIndexes map[string]capacityShare `json:",omitempty"`
	LocalSecondaryIndexes  map[string]capacityShare `json:",omitempty"`
}

type capacityShare struct{ CapacityUnits float64 }

// report answers ReturnConsumedCapacity: nothing, the total, or the total and its parts.
func (u usage) report(mode string) *capacityReport {
	if mode != "TOTAL" && mode != "INDEXES" {
		return nil
	}
	r := &capacityReport{TableName: u.table, CapacityUnits: u.units}
	for x, units := range u.indexes {
		r.CapacityUnits += units
		if mode == "TOTAL" {
			continue
		}
		shares := &r.LocalSecondaryIndexes
		if x.global {
			shares = &r.GlobalSecondaryIndexes
		}
		if *shares == nil {
			*shares = map[string]capacityShare{}
		}
		(*shares)[x.name] = capacityShare{units}
	}
	if mode == "INDEXES" {
		r.Table = &capacityShare{u.units}
	}
	return r
}

// reports adds up the capacity of a transaction, one report per table, separately for reads and writes.
func reports(used []usage, mode string, kind access) []*capacityReport {
	var tables []*usage
	for _, u := range used {
		i := slices.IndexFunc(tables, func(t *usage) bool { return t.table == u.table })
		if i < 0 {
			i = len(tables)
			tables = append(tables, &usage{table: u.table})
		}
		tables[i].add(u)
	}
	var list []*capacityReport
	for _, u := range tables {
		r := u.report(mode)
		if r == nil {
			return nil
		}
		if kind == forWrite {
			r.WriteCapacityUnits = r.CapacityUnits
		} else {
			r.ReadCapacityUnits = r.CapacityUnits
		}
		list = append(list, r)
	}
	return list
}

// itemCollectionMetrics is ItemCollectionMetrics.
type itemCollectionMetrics struct {
	ItemCollectionKey   attr.Map
	SizeEstimateRangeGB [2]float64
}

// collectionMetrics answers ReturnItemCollectionMetrics. Only tables with a local index have
// item collections; no collection here comes near a gigabyte.
func (t *table) collectionMetrics(mode string, item attr.Map) *itemCollectionMetrics {
	if mode != "SIZE" {
		return nil
	}
	for _, x := range t.indexes {
		if !x.global {
			hash := t.schema.hash()[0].name
			return &itemCollectionMetrics{attr.Map{hash: item[hash]}, [2]float64{0, 1}}
		}
	}
	return nil
}
