// Package conn is the commands about a client's own connection: greeting, authentication, the choice of a
// database.
package conn
