// Package conformance is one suite of cases that every backend has to pass, written from the documentation of
// AWS, Kafka and Redis. It makes a lab's result believable on each of them. It uses the clients of the labs:
// AWS SDK v2, kafka-go and go-redis.
//
// It covers what labs rely on, including error codes. It does not cover the services' whole API.
//
// A case that a server (LocalStack, kfake) does not pass is a row of the table in known.go, with the
// server's behavior. It is skipped on that server, whatever the backend. That table lists every known
// difference.
package conformance
