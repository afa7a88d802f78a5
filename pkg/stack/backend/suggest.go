package backend

import (
	"fmt"
	"strings"
)

// suggest names the backend that a user may have meant, and the others.
func suggest(name string) string {
	best, least := "", len(name)/2+1
	for _, n := range names {
		if d := distance(strings.ToLower(name), n); d <= least {
			best, least = n, d
		}
	}
	all := strings.Join(names, ", ")
	if best == "" {
		return "there are " + all
	}
	return fmt.Sprintf("did you mean %s? There are %s", best, all)
}

// distance is Levenshtein's: how many letters to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
