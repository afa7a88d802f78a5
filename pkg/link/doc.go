// Package link manages the connections of a case. Every client of an instance dials through the link
// table and gets a connection that faults can reach. A link goes from an instance to a dependency or
// to another instance. A fault on a pattern of links reaches all their connections: the open ones,
// new ones, and those of links that are first dialed during the fault.
//
// A connection without a fault is the plain TCP connection: no goroutine, no copy, no second hop.
// A fault lays a pipe of toxiproxy's toxic stubs (github.com/Shopify/toxiproxy/v2/toxics) into each
// direction that it affects, and removes it at its end. A toxic written for toxiproxy runs in it
// unchanged. Toxiproxy's Proxy around the stubs is not used, because it can't do what a case needs:
//
//   - it hides the state of the far end: a dial to a server that is down succeeds and is then
//     closed, where the instance must see "connection refused";
//   - removing a toxic while the other end doesn't read holds the lock of the whole proxy until it
//     does (its issues 427, 428 and 558);
//   - a toxic that closes its stub leaves those before it blocked forever, a goroutine each;
//   - toxicity is redrawn from the global source whenever a toxic is interrupted, so that one
//     connection changes sides and no seed repeats a run;
//   - reset_peer only resets connections that were opened after it was added;
//   - one end's half-close closes both directions.
//
// The toxics themselves are in package fault/network, with their faults. This package does not know
// what travels on a link, nor whether a fault had the requested effect.
package link
