// Package stream is a ledger of account movements that is fed by a log, Kinesis or Kafka: what a
// consumer does about a record it cannot process, what a crash between an effect and its checkpoint
// repeats or loses, and what becomes of the order per key when the log gets more shards.
package stream
