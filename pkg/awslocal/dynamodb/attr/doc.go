// Package attr holds DynamoDB's attribute values: the ten types, their wire format, their order, and their
// size in bytes.
//
// Values are immutable. So a table can return its stored items without copying them, and an index can share
// the attributes of the items that it projects.
package attr
