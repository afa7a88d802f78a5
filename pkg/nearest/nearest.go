// Package nearest finds the name that the user probably meant.
package nearest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// To returns the candidate with the fewest edits from word, ignoring case. It returns "" if none is closer
// than half of word's length (at least two edits).
func To(word string, candidates []string) string {
	best, least := "", max(2, len(word)/2)+1
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Suggest returns a clause for the end of an error: "did you mean dlq?", or, if no candidate is near, "there
// are cells, dlq".
func Suggest(word string, candidates []string) string {
	if c := To(word, candidates); c != "" {
		return fmt.Sprintf("did you mean %s?", c)
	}
	sorted := slices.Sorted(slices.Values(candidates))
	return "there are " + strings.Join(sorted, ", ")
}
