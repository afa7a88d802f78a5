package stepfunctions

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	defaultPage = 100
	maxPage     = 1000
	maxToken    = 1024
)

// page is the common input of listings.
type page struct {
	MaxResults int
	NextToken  *string
}

// of returns which of n elements are on the page, and the token of the next one. kind is what is listed: the token of
// one listing is refused by another.
func (p page) of(kind string, n, maxToken int) (from, to int, next string, err error) {
	size, err := p.size()
	if err != nil {
		return 0, 0, "", err
	}
	from, err = p.position(kind, 0, maxToken)
	if err != nil {
		return 0, 0, "", err
	}
	from = min(from, n)
	to = min(from+size, n)
	if to < n {
		next = tokenOf(kind, to)
	}
	return from, to, next, nil
}

// ofNewest is of for a list that grows and is given from its end: the page is the elements from to-1 down to from. What
// was added since the first page is not on a later one.
func (p page) ofNewest(kind string, n, maxToken int) (from, to int, next string, err error) {
	size, err := p.size()
	if err != nil {
		return 0, 0, "", err
	}
	to, err = p.position(kind, n, maxToken)
	if err != nil {
		return 0, 0, "", err
	}
	to = min(to, n)
	from = max(to-size, 0)
	if from > 0 {
		next = tokenOf(kind, from)
	}
	return from, to, next, nil
}

func (p page) size() (int, error) {
	switch {
	case p.MaxResults < 0:
		return 0, member(p.MaxResults, "maxResults", "have value greater than or equal to 0")
	case p.MaxResults > maxPage:
		return 0, member(p.MaxResults, "maxResults", "have value less than or equal to 1000")
	case p.MaxResults == 0:
		return defaultPage, nil
	}
	return p.MaxResults, nil
}

func tokenOf(kind string, at int) string {
	return base64.StdEncoding.EncodeToString([]byte(kind + strconv.Itoa(at)))
}

func (p page) position(kind string, first, maxToken int) (int, error) {
	if p.NextToken == nil {
		return first, nil
	}
	if len(*p.NextToken) > maxToken {
		return 0, member(*p.NextToken, "nextToken", "have length less than or equal to "+strconv.Itoa(maxToken))
	}
	raw, err := base64.StdEncoding.DecodeString(*p.NextToken)
	if digits, ok := strings.CutPrefix(string(raw), kind); ok && err == nil {
		if at, err := strconv.Atoi(digits); err == nil && at >= 0 {
			return at, nil
		}
	}
	return 0, invalidToken()
}

func invalidToken() error { return api.Errorf("InvalidToken", "Invalid Token: 'Invalid token'") }
