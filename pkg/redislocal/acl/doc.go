// Package acl is Redis's access control: users with passwords, and what each may run, read, write and subscribe
// to. It decides for the engine who may authenticate and which requests are refused.
//
// Rules are in memory only: LOAD and SAVE fail as they do in a Redis without an ACL file. GENPASS draws from the
// server's seeded random numbers: its passwords are for tests.
package acl
