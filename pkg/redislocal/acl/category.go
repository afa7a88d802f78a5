package acl

import (
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// categories are the categories of commands, in the order of ACL CAT.
var categories = []string{"keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap",
	"hyperloglog", "geo", "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection",
	"transaction", "scripting"}

// groups are the categories of COMMAND DOCS' groups, where they differ.
var groups = map[string]string{"generic": "keyspace", "sorted-set": "sortedset", "sorted_set": "sortedset",
	"transactions": "transaction"}

// dangerous are commands in that category that are not for administration.
var dangerous = []string{"flushdb", "flushall", "swapdb", "migrate", "restore", "role", "sort", "sort_ro", "keys",
	"lastsave", "info"}

// elsewhere are commands whose category is not that of their group.
var elsewhere = map[string]string{"flushdb": "keyspace", "flushall": "keyspace", "swapdb": "keyspace",
	"dbsize": "keyspace", "command": "connection", "wait": "connection", "sort": "", "sort_ro": "", "waitaof": ""}

// IsCategory reports whether there is a category.
func IsCategory(name string) bool { return slices.Contains(categories, name) }

// Categories are a command's categories.
func Categories(cmd *engine.Command) []string {
	var all []string
	for _, name := range categories {
		if In(cmd, name) {
			all = append(all, name)
		}
	}
	return all
}

// In reports whether a command is in a category.
func In(cmd *engine.Command, category string) bool {
	switch category {
	case "read":
		return cmd.Flags&engine.ReadOnly != 0
	case "write":
		return cmd.Flags&engine.Write != 0
	case "fast":
		return cmd.Flags&engine.Fast != 0
	case "slow":
		return cmd.Flags&engine.Fast == 0
	case "blocking":
		return cmd.Flags&engine.Blocking != 0
	case "admin":
		return cmd.Flags&engine.Admin != 0
	case "dangerous":
		return cmd.Flags&engine.Admin != 0 || slices.Contains(dangerous, cmd.Container())
	}
	if own, ok := elsewhere[cmd.Container()]; ok {
		return category == own
	}
	if own, ok := groups[cmd.Group]; ok {
		return category == own
	}
	return category == cmd.Group
}
