// Package outbox is an order service that writes to two stores, a table and a log: what is missing from one of them
// when it dies between the two writes, and how an outbox or the table's change stream leave one write to make.
package outbox
