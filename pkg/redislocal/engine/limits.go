package engine

// Limits are the parameters that say up to what size a value is compact, as OBJECT ENCODING shows.
type Limits struct {
	HashEntries, HashValue            int // hash-max-listpack-entries and -value
	SetIntegers, SetEntries, SetValue int // set-max-intset-entries, set-max-listpack-entries and -value
	ZSetEntries, ZSetValue            int // zset-max-listpack-entries and -value
	List                              int // list-max-listpack-size
}

// Compact is a value whose encoding depends on limits. It changes with the value, and not with the limits.
type Compact interface {
	Value
	// Fit is called after each change.
	Fit(l *Limits)
}

// limit sets one of the limits.
func (p *Params) limit(name string) {
	n := int(p.Int(name))
	switch name {
	case "hash-max-listpack-entries":
		p.limits.HashEntries = n
	case "hash-max-listpack-value":
		p.limits.HashValue = n
	case "set-max-intset-entries":
		p.limits.SetIntegers = n
	case "set-max-listpack-entries":
		p.limits.SetEntries = n
	case "set-max-listpack-value":
		p.limits.SetValue = n
	case "zset-max-listpack-entries":
		p.limits.ZSetEntries = n
	case "zset-max-listpack-value":
		p.limits.ZSetValue = n
	case "list-max-listpack-size":
		p.limits.List = n
	}
}
