package eventpattern

// token is one position of a wildcard pattern: a literal byte, or a star.
type token struct {
	literal byte
	star    bool
}

// compileWildcard compiles a pattern in which * stands for any characters; \* and \\ are the
// characters themselves.
func compileWildcard(text string) (leafMatcher, error) {
	var tokens []token
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '*':
			if len(tokens) > 0 && tokens[len(tokens)-1].star {
				return nil, bad("Consecutive wildcard characters at pos %d", i)
			}
			tokens = append(tokens, token{star: true})
		case '\\':
			if i++; i == len(text) || (text[i] != '*' && text[i] != '\\') {
				return nil, bad("Invalid escape character at pos %d", i-1)
			}
			tokens = append(tokens, token{literal: text[i]})
		default:
			tokens = append(tokens, token{literal: c})
		}
	}
	return onText(func(s string) bool { return glob(tokens, s) }), nil
}

// glob matches greedily, going back to the last star alone: no pattern can make it slower
// than the product of the two lengths.
func glob(tokens []token, s string) bool {
	t, i := 0, 0
	star, resume := -1, 0
	for i < len(s) {
		switch {
		case t < len(tokens) && tokens[t].star:
			star, resume = t, i
			t++
		case t < len(tokens) && tokens[t].literal == s[i]:
			t++
			i++
		case star >= 0:
			resume++
			t, i = star+1, resume
		default:
			return false
		}
	}
	for t < len(tokens) && tokens[t].star {
		t++
	}
	return t == len(tokens)
}
