// Package s3consistency is a bucket whose manifests many publishers change and whose large files arrive in parts:
// updates that get lost between a read and a write, conditional writes and a lock against that, and uploads that go on.
package s3consistency
