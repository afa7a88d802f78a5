// Package external takes dependencies that somebody else runs: the compose file of this project, a
// classroom's shared cluster, or real AWS with MSK and ElastiCache. It checks that each answers and
// starts nothing. It has no processes to kill; what a run creates there bears the run's prefix and
// is deleted after it (package sweep).
//
// Kafka without TLS and SASL, and Redis without a password, are what it speaks; for others put a
// proxy in front.
package external
