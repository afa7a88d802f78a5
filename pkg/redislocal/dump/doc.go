// Package dump is the form of values outside the keyspace, for DUMP and RESTORE: a type's name, what the type
// writes, a version and a checksum. A reader never allocates more than a payload can hold, and never panics.
package dump
