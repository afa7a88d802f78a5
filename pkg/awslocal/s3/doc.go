// Package s3 is S3 in memory, as far as the labs need it: objects that are consistent as soon as
// they are written, conditional writes, versions, multipart uploads, listings.
//
// # Covered
//
//	Buckets   CreateBucket DeleteBucket HeadBucket ListBuckets GetBucketLocation
//	          PutBucketVersioning GetBucketVersioning
//	Objects   PutObject GetObject HeadObject DeleteObject DeleteObjects CopyObject
//	          with ranges, part numbers, versions, metadata, checksums (CRC32, CRC32C,
//	          CRC64NVME, SHA-1, SHA-256; also in the trailer of aws-chunked bodies),
//	          If-Match and If-None-Match on reads, writes and copies, If-Match on deletes, tags,
//	          storage classes, encryption with S3's own keys (SSE-S3), presigned URLs
//	          GetObjectTagging PutObjectTagging DeleteObjectTagging
//	Listing   ListObjects ListObjectsV2 ListObjectVersions
//	In parts  CreateMultipartUpload UploadPart UploadPartCopy CompleteMultipartUpload
//	          AbortMultipartUpload ListParts ListMultipartUploads
//
// Path style and virtual-host style, on localhost and 127.0.0.1.
//
// # Left out, answered with NotImplemented
//
// ACLs, policies, CORS, life cycle, tags of buckets, encryption with other keys (KMS, SSE-C),
// notifications, replication, object lock, appending, restoring from an archive, browser uploads,
// GetObjectAttributes and every other subresource. A header that asks for one of them is refused by
// its name, with AWS's own error where a new bucket has one: "The bucket does not allow ACLs".
//
// # Different from AWS
//
//   - By default signatures are not verified, and presigned URLs do not expire: see package signature.
//
//   - One account owns everything; bucket names are shared by all regions.
//
//   - An object has a checksum only if its upload had one, and parts are not returned with theirs.
//
//   - A page of a V1 listing, an upload and a version have IDs of our own format.
//
//   - Writes of one key never conflict: they take turns. 409 ConditionalRequestConflict occurs
//     only when an upload is completed whose key was deleted meanwhile.
//
//   - An object's encryption and storage class are recorded and do nothing, except that an object in
//     an archive can't be read.
//
// # How it is built
//
// A request's operation is found by its method, level and subresource (route.go). What its headers
// ask for is checked (admission.go) before the operation runs. An upload's body is read into memory
// before it is stored, so that no reader ever sees half an object.
package s3
