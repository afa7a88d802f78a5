package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// state is a connection's client-side caching.
type state struct {
	redirect      int64 // the client that is told; 0 is this one
	broken        bool  // that client has gone
	broadcast     bool
	prefixes      []string
	changed       []*dict.Dict[struct{}] // by prefix, keys of the next message; nil without any
	optIn, optOut bool
	noLoop        bool
	caching       bool // CLIENT CACHING has chosen the next command
}

// trackingOf returns a connection's state, or nil while tracking is off.
func trackingOf(c *engine.Client) *state {
	t, _ := c.Tracking.(*state)
	return t
}

func (s *Clients) tracking(c *engine.Call) error {
	next := &state{}
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); {
		case word == "REDIRECT" && o.More():
			if next.redirect != 0 {
				return engine.Error("ERR A client can only redirect to a single other client")
			}
			n, err := o.Int()
			if err != nil {
				return err
			}
			if c.Engine.Clients()[n] == nil {
				return engine.Error("ERR The client ID you want redirect to does not exist")
			}
			next.redirect = n
		case word == "PREFIX" && o.More():
			prefix, _ := o.Next()
			next.prefixes = append(next.prefixes, strings.Clone(prefix))
		case word == "BCAST":
			next.broadcast = true
		case word == "OPTIN":
			next.optIn = true
		case word == "OPTOUT":
			next.optOut = true
		case word == "NOLOOP":
			next.noLoop = true
		default:
			return engine.ErrSyntax
		}
	}
	switch strings.ToUpper(c.Args[2]) {
	case "OFF":
		s.tracker.off(c.Client)
	case "ON":
		if err := next.fits(trackingOf(c.Client)); err != nil {
			return err
		}
		s.tracker.on(c.Client, next)
	default:
		return engine.ErrSyntax
	}
	c.OK()
	return nil
}

// fits decides whether the options go together, and with those so far.
func (t *state) fits(old *state) error {
	different := func(what string) error {
		return engine.Error("ERR You can't switch " + what + " before disabling tracking for this client, and then " +
			"re-enabling it with a different mode.")
	}
	switch {
	case !t.broadcast && len(t.prefixes) > 0:
		return engine.Error("ERR PREFIX option requires BCAST mode to be enabled")
	case old != nil && old.broadcast != t.broadcast:
		return different("BCAST mode on/off")
	case t.broadcast && (t.optIn || t.optOut):
		return engine.Error("ERR OPTIN and OPTOUT are not compatible with BCAST")
	case t.optIn && t.optOut:
		return engine.Error("ERR You can't specify both OPTIN mode and OPTOUT mode")
	case old != nil && (t.optIn && old.optOut || t.optOut && old.optIn):
		return different("OPTIN/OPTOUT mode")
	}
	if len(t.prefixes) > maxPrefixes {
		return engine.Error(fmt.Sprintf("ERR this server takes %d prefixes a client", maxPrefixes))
	}
	var have []string
	if old != nil {
		have = old.prefixes
	}
	for i, prefix := range t.prefixes {
		if other, ok := overlap(prefix, have); ok {
			return engine.Error(fmt.Sprintf("ERR Prefix '%s' overlaps with an existing prefix '%s'. Prefixes for a single "+
				"client must not overlap.", prefix, other))
		}
		if other, ok := overlap(prefix, t.prefixes[i+1:]); ok {
			return engine.Error(fmt.Sprintf("ERR Prefix '%s' overlaps with another provided prefix '%s'. Prefixes for a "+
				"single client must not overlap.", prefix, other))
		}
	}
	return nil
}

// maxPrefixes bounds what each change of a key is compared with.
const maxPrefixes = 1024

func overlap(prefix string, others []string) (string, bool) {
	i := slices.IndexFunc(others, func(other string) bool {
		return strings.HasPrefix(prefix, other) || strings.HasPrefix(other, prefix)
	})
	if i < 0 {
		return "", false
	}
	return others[i], true
}

func caching(c *engine.Call) error {
	t := trackingOf(c.Client)
	if t == nil || !t.optIn && !t.optOut {
		return engine.Error("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or " +
			"OPTOUT mode enabled")
	}
	switch strings.ToUpper(c.Args[2]) {
	case "YES":
		if !t.optIn {
			return engine.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.")
		}
	case "NO":
		if !t.optOut {
			return engine.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.")
		}
	default:
		return engine.ErrSyntax
	}
	t.caching = true
	c.OK()
	return nil
}

func getRedirect(c *engine.Call) error {
	t := trackingOf(c.Client)
	if t == nil {
		c.Int(-1)
	} else {
		c.Int(t.redirect)
	}
	return nil
}

func trackingInfo(c *engine.Call) error {
	words, redirect, prefixes := []string{"off"}, int64(-1), []string(nil)
	if t := trackingOf(c.Client); t != nil {
		words, redirect, prefixes = t.words(), t.redirect, t.prefixes
	}
	c.Map(3)
	c.Bulk("flags")
	c.Set(len(words))
	for _, word := range words {
		c.Bulk(word)
	}
	c.Bulk("redirect")
	c.Int(redirect)
	c.Bulk("prefixes")
	c.Bulks(prefixes)
	return nil
}

// words are the flags of CLIENT TRACKINGINFO.
func (t *state) words() []string {
	words := []string{"on"}
	for _, flag := range []struct {
		word string
		on   bool
	}{
		{"bcast", t.broadcast}, {"optin", t.optIn}, {"caching-yes", t.optIn && t.caching}, {"optout", t.optOut},
		{"caching-no", t.optOut && t.caching}, {"noloop", t.noLoop}, {"broken_redirect", t.broken},
	} {
		if flag.on {
			words = append(words, flag.word)
		}
	}
	return words
}
