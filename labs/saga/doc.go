// Package saga is the lab of a transaction across three services that no database spans: it is booked whole, or undone.
package saga
