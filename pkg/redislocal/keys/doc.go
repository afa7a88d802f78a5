// Package keys is the commands for keys of any type: deletion, expiry, renaming, iteration, DUMP and RESTORE,
// SORT, and those for whole databases. A payload of DUMP is this server's own: another Redis does not read it.
// There are no replicas, so WAIT waits for its time-out, and no MIGRATE.
package keys
