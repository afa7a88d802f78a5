package awslocal

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// encodings are those of compressed answers, the preferred first.
var encodings = []string{"gzip", "deflate"}

// acceptedEncoding picks the encoding of an answer by the first Accept-Encoding header, as DynamoDB does: of those
// that it has, the client's favorite, the first of equals. "*" stands for the first that is not named, and is
// favored less than one that is. "identity" counts for nothing. It returns "" for none.
func acceptedEncoding(header string) string {
	picked, favor, anyOther := "", 0.0, 0.0
	open := slices.Clone(encodings) // not named
	for entry := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		q := quality(parameters)
		switch {
		case name == "*":
			anyOther = q
		case slices.Contains(encodings, name):
			open = slices.DeleteFunc(open, func(e string) bool { return e == name })
			if q > favor {
				picked, favor = name, q
			}
		}
	}
	if anyOther > favor && len(open) > 0 {
		return open[0]
	}
	return picked
}

// quality is the first q of an entry's parameters, at most 1; 1 if there is none that is a number.
func quality(parameters string) float64 {
	_, value, found := strings.Cut(parameters, "q=")
	value, _, _ = strings.Cut(value, ";")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if !found || err != nil || math.IsNaN(q) {
		return 1
	}
	return min(q, 1)
}
