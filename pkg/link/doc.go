// Package link is the connections of a case. Every client of an instance dials through the link
// table, and what it gets is a connection that faults can reach: (from instance, to dependency or
// instance) is a link, and a fault on a pattern of links reaches all their connections, those
// that are open, those to come, and those of links that are first dialed while it is on.
//
// A connection without a fault is the plain TCP connection: no goroutine, no copy, no second hop.
// A fault lays a pipe of toxiproxy's toxic stubs (github.com/Shopify/toxiproxy/v2/toxics) into
// each direction that it concerns, and takes it out again when it is over. A toxic written for
// toxiproxy runs in it as it is. Toxiproxy's Proxy around the stubs is not used, because it can't
// do what a case needs of it:
//
//   - it hides the state of the far end: a dial to a server that is down succeeds and is then
//     closed, where the instance must see "connection refused";
//   - a toxic that is removed while the other end doesn't read holds the lock of the whole proxy
//     until the other end does (its issues 427, 428 and 558);
//   - a toxic that closes its stub leaves those before it blocked for ever, a goroutine each;
//   - toxicity is drawn anew from the global source whenever a toxic is interrupted, so that one
//     connection changes sides and no seed repeats a run;
//   - reset_peer only resets connections that were opened after it was added;
//   - one end's half-close closes both directions.
//
// The toxics themselves are in the files of the network faults, package fault/network. This package
// knows nothing of what travels on a link, nor of whether a fault had the effect that was asked for.
package link
