// Package admin is the commands about the server as a whole that need no state of their own.
//
// The server keeps nothing on disk, so SAVE, BGSAVE and BGREWRITEAOF fail and say so, rather than let a program
// believe that its data are safe. It is always a master without replicas, has no cluster, loads no modules, and
// ends with the process that embeds it: SHUTDOWN is refused.
package admin
