package sqs

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// urlOf is a queue's URL on the endpoint that the caller dialed.
func urlOf(endpoint string, q *queue) string {
	return endpoint + "/" + q.scope.Account + "/" + q.name
}

// parseURL finds scope and name in a queue URL of any style that AWS or LocalStack returns:
//
//	http://host/000000000000/name
//	http://host/queue/eu-west-1/000000000000/name
//	https://sqs.eu-west-1.amazonaws.com/000000000000/name
//	https://eu-west-1.queue.amazonaws.com/000000000000/name
//
// A bare name is also accepted. What the URL leaves open is taken from the caller.
func parseURL(url string, caller api.Scope) (api.Scope, string) {
	host, path := "", url
	if _, rest, ok := strings.Cut(url, "://"); ok {
		host, path, _ = strings.Cut(rest, "/")
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	n := len(parts)
	if n < 2 {
		return caller, parts[0]
	}
	scope := api.Scope{Region: caller.Region, Account: parts[n-2]}
	labels := strings.Split(host, ".")
	switch {
	case n == 4 && parts[0] == "queue":
		scope.Region = parts[1]
	case len(labels) > 2 && labels[0] == "sqs":
		scope.Region = labels[1]
	case len(labels) > 2 && labels[1] == "queue":
		scope.Region = labels[0]
	}
	return scope, parts[n-1]
}

func arnOf(scope api.Scope, name string) string {
	return "arn:aws:sqs:" + scope.Region + ":" + scope.Account + ":" + name
}

// parseARN is the reverse of arnOf.
func parseARN(arn string) (scope api.Scope, name string, ok bool) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" || parts[5] == "" {
		return api.Scope{}, "", false
	}
	return api.Scope{Region: parts[3], Account: parts[4]}, parts[5], true
}
