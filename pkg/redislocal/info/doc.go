// Package info is INFO: what a server says about itself, in the sections and fields that tools read.
//
// redis_build_id is "crashlab". The CPU's fields are 0, since the process does more than this server does.
package info
