// Package external uses dependencies that already run elsewhere: this project's compose file, a classroom's
// shared cluster, or real AWS with MSK and ElastiCache. It checks that each answers and starts nothing. It
// can't kill their processes. What a run creates there has the run's prefix and is deleted after the run
// (package sweep).
//
// It speaks Kafka without TLS and SASL, and Redis without a password; for others put a proxy in front.
package external
