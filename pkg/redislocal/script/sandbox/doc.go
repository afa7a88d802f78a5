// Package sandbox is Lua 5.1 as Redis has it in scripts: its libraries, its read-only globals and its wording of
// errors, on a machine that is kept between scripts. It knows nothing of Redis: package script adds that.
//
// Nothing a script does ends the process or goes on for ever. Each instruction, and each step of a pattern,
// counts; now and then [VM.Check] is asked whether to go on, and once it says no, neither pcall nor a coroutine
// catches it. Strings, memory, the call stack, the nesting of source and of data are bounded.
//
// It differs from Lua 5.1 where gopher-lua does: the length of a table with holes is its last index, the array
// part of a table ends at 1,048,575 elements, tables are traversed in order of insertion, numbers as keys
// first. There are no io, no debug and no package libraries, no files and no compiled chunks.
package sandbox
