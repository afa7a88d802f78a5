// Package link is the connections of a case. Every client of an instance dials through the link
// table: (from instance, to dependency or instance) goes through a proxy of its own, so that a
// fault on a pattern of links reaches all their connections, those that are open, those to come,
// and those of links that are first dialled while it is on. The proxies are toxiproxy's, embedded.
package link
