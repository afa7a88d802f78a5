package awslocal

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// refusal is the answer to a request that was not made for this machine's endpoint, or nil.
//
// A page in a browser can send requests to loopback, and signatures are not verified by default. So it must not
// come from a foreign page (its Origin, or without one what the browser says of the page), nor from one whose
// name was made to resolve to this machine (its Host).
func (s *Server) refusal(r *http.Request) *api.Error {
	if host := hostname(r.Host); !s.servesHost(host) {
		return refused("the host %q is not its address; use 127.0.0.1 or localhost", host)
	}
	if page := pageOf(r); page != "" && !s.isLocalPage(page) {
		return refused("requests of web pages from %q are refused, only those from this machine are served", page)
	}
	return nil
}

func refused(format string, args ...any) *api.Error {
	return &api.Error{
		Code: "AccessDenied", Status: http.StatusForbidden,
		Message: "The embedded AWS answers for this machine alone: " + fmt.Sprintf(format, args...) + ".",
	}
}

// servesHost reports whether a name or address leads to this endpoint, or is AWS's own: a client that was
// pointed here by other means keeps that.
func (s *Server) servesHost(host string) bool {
	return host == "" || s.isLocal(host) || host == "amazonaws.com" || strings.HasSuffix(host, ".amazonaws.com")
}

// isLocal reports whether a name or address stands for this machine.
func (s *Server) isLocal(host string) bool {
	listening := hostname(s.cfg.Addr)
	if ip, err := netip.ParseAddr(host); err == nil {
		all, err := netip.ParseAddr(listening)
		return ip.IsLoopback() || host == listening || err == nil && all.IsUnspecified()
	}
	switch host {
	case "localhost", "localhost.localstack.cloud", "host.docker.internal", listening:
		return true
	}
	for _, base := range []string{".localhost", ".localhost.localstack.cloud", ".127.0.0.1"} {
		if strings.HasSuffix(host, base) {
			return true
		}
	}
	return false
}

// pageOf is the origin of the page that made a request: empty if none did, "null" if it is hidden. A browser
// sends no Origin for an image or a link. Then it says that the page is another site's, and names it as the
// referrer unless the page forbids that.
func pageOf(r *http.Request) string {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin
	}
	if r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		return ""
	}
	if referrer, err := url.Parse(r.Header.Get("Referer")); err == nil && referrer.Host != "" {
		return referrer.Scheme + "://" + referrer.Host
	}
	return "null"
}

func (s *Server) isLocalPage(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && s.isLocal(hostname(u.Host))
}

// shared lets a page of this machine read the answer. It answers a browser that asks for permission before it
// sends the request, and reports whether it did.
func shared(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "*")
	h.Set("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE")
	h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	w.WriteHeader(http.StatusNoContent)
	return true
}

// hostname is a host without its port, in lower case and without brackets or the final dot.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}
