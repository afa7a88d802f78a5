// Package sts is the embedded AWS's Security Token Service: enough for clients that ask who
// they are or assume a role on their way to another service.
//
//	GetCallerIdentity  the account's root user
//	AssumeRole         fresh credentials that any call accepts; expiry is stated, not enforced
//
// Left out: everything else (session tokens, federation, policies). Credentials are never
// checked, so that a role's account is not switched to.
package sts
