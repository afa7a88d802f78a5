// Package sts is the embedded AWS's Security Token Service: enough for clients that request their
// identity, or assume a role before they call another service.
//
//	GetCallerIdentity  the account's root user
//	AssumeRole         fresh credentials that any call accepts; expiry is stated, not enforced
//
// Left out: everything else (session tokens, federation, policies). Credentials are never
// checked, so assuming a role does not switch to its account.
package sts
