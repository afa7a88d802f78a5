// Package dynamodb is an embedded DynamoDB.
package dynamodb
