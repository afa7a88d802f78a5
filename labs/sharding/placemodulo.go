package sharding

// modulo places a key on shard number hash mod N. With another N nearly every remainder is another:
// of M numbers in a row, M being the larger of N before and after, a key keeps its shard with
// probability 1/M, so that (M−1)/M of them move.
type modulo []string

func (m modulo) owners(key string) []string {
	return []string{m[hash(key)%uint64(len(m))]}
}

func (m modulo) add(shard string) placement    { return modulo(with(m, shard)) }
func (m modulo) remove(shard string) placement { return modulo(without(m, shard)) }
