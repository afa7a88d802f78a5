// Package hotpartition is a shop whose counters and whose list of orders lie in DynamoDB: what one key takes, whatever
// the table has; how counters are spread over many keys or buffered in Redis; and how an index throttles its table.
package hotpartition
