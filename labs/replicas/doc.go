// Package replicas is a profile service on a relational database with two read replicas: what a read at a replica has
// not seen yet, and what a failover loses that the primary had acknowledged and shipped to nobody.
package replicas
