// Package database is a relational database for designs: a primary that executes transactions and ships them in the
// order of their commits to replicas, a supervisor that makes a replica the primary when the primary is gone, and the
// clients of both, with pools of connections and a proxy that shares few among many. The stack has no relational store:
// the engine of each node is SQLite (modernc.org/sqlite), and what surrounds it is this package. Nodes and supervisor
// are processes of the design, which every fault reaches.
//
// It ships statements, not pages: a statement must do the same on every node, so it calls neither random() nor a clock.
// A transaction is a list of statements: it commits whole or is refused. A file outlives its process, but a power cut
// is not simulated, and nothing is flushed to a disk.
package database
