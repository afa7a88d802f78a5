package engine

// Match reports whether a string matches a glob pattern, as KEYS and PSUBSCRIBE have it: * ? [a-z] [^a] and \
// before a character to take it literally. Both are bytes, of any value. It takes time in proportion to the
// product of the lengths at most.
func Match(pattern, s string) bool {
	// star is the position after the last *, and from is where in s its match is tried next.
	p, i, star, from := 0, 0, -1, 0
	for i < len(s) {
		if p < len(pattern) && pattern[p] == '*' {
			p++
			star, from = p, i
			continue
		}
		if n, ok := one(pattern, p, s[i]); ok {
			p, i = n, i+1
			continue
		}
		if star < 0 {
			return false
		}
		from++
		p, i = star, from
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// one matches one byte, and returns the position after the part of the pattern that matched.
func one(pattern string, p int, c byte) (int, bool) {
	if p >= len(pattern) {
		return 0, false
	}
	switch pattern[p] {
	case '?':
		return p + 1, true
	case '[':
		return class(pattern, p+1, c)
	case '\\':
		if p+1 < len(pattern) {
			p++
		}
	}
	return p + 1, pattern[p] == c
}

// class matches a set of bytes; one that is not closed ends with the pattern.
func class(pattern string, p int, c byte) (int, bool) {
	not := p < len(pattern) && pattern[p] == '^'
	if not {
		p++
	}
	in := false
	for ; p < len(pattern) && pattern[p] != ']'; p++ {
		switch {
		case pattern[p] == '\\' && p+1 < len(pattern):
			p++
			in = in || pattern[p] == c
		case p+2 < len(pattern) && pattern[p+1] == '-':
			low, high := pattern[p], pattern[p+2]
			in = in || min(low, high) <= c && c <= max(low, high)
			p += 2
		default:
			in = in || pattern[p] == c
		}
	}
	if p < len(pattern) {
		p++
	}
	return p, in != not
}
