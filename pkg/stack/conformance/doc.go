// Package conformance is one suite of cases, written from the documentation of AWS, Kafka and
// Redis, that every backend has to pass: a lab may then be believed wherever it ran. It speaks
// through the clients that the labs use: AWS SDK v2, kafka-go and go-redis.
//
// It is a suite of what labs rely on, error codes included; it is not a test of the services'
// whole API.
//
// A case that a server does not pass, LocalStack or miniredis, is a row of the table in known.go, with
// what it does instead. It is skipped where that server answers, of whatever backend it is part, and
// this is the list of all differences there are.
package conformance
