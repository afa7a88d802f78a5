// Package network contains the faults on links, one file per fault: its settings, its toxic and its
// measurement. [link.Table] lays the toxic into the matching connections.
package network
