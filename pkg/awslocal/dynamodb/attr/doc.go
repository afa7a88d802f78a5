// Package attr holds DynamoDB's attribute values: the ten types, how they are read from and
// written to the wire, how they compare, and how many bytes they count for.
//
// Values are immutable once made. That is what lets a table hand out its stored items without
// copying them, and an index share the attributes of the items that it projects.
package attr
