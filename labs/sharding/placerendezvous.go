package sharding

// rendezvous is highest random weight hashing (Thaler & Ravishankar, 1998): every shard draws a
// weight for the key by hashing both, and the highest wins. A new shard wins 1/(N+1) of the keys and
// changes nothing between the others. There is no table and no virtual node, for N hashes a lookup.
type rendezvous []string

func (r rendezvous) owners(key string) []string {
	best, highest := "", uint64(0)
	for _, shard := range r {
		if weight := hash(shard + "/" + key); best == "" || weight > highest {
			best, highest = shard, weight
		}
	}
	return []string{best}
}

func (r rendezvous) add(shard string) placement    { return rendezvous(with(r, shard)) }
func (r rendezvous) remove(shard string) placement { return rendezvous(without(r, shard)) }
