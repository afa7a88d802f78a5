// Package signature verifies Signature Version 4 as AWS does: the Authorization header, presigned URLs, and the
// chunks of streamed uploads. A refusal is AWS's own error, in S3's words or in those of the other services.
//
// It differs from AWS in these ways: one endpoint serves every region, so any region may be in a credential's
// scope; permissions are not checked; the keys that AssumeRole issues are unknown; the other algorithms, Signature
// Version 2 and SigV4a, are refused.
package signature
