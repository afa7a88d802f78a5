// Package script is scripts and functions in Lua: EVAL and its kin, SCRIPT, FUNCTION and FCALL. Package sandbox is the
// Lua they run on.
//
// All scripts of an engine share one machine; compiled scripts are kept by the SHA-1 of their source, those that
// only EVAL has brought up to 500. A script that runs past busy-reply-threshold lets other clients in, who get
// BUSY; SCRIPT KILL ends it unless it has written.
//
// It leaves out SCRIPT DEBUG's debugger, and dumps of functions that are compressed.
package script
