// Package network is the faults on links, one file a fault: its settings, the toxic that a connection
// gets, and how it is measured. [link.Table] brings a toxic to the connections that are meant.
package network
