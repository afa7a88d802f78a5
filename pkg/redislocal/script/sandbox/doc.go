// Package sandbox is Lua 5.1 as Redis has it in scripts: its libraries, its read-only globals and its wording of
// errors, on a machine that is kept between scripts. It knows nothing of Redis: package script adds that.
//
// Nothing a script does ends the process or goes on for ever. Each instruction, and each step of a pattern,
// counts; now and then [VM.Check] is asked whether to go on, and once it says no, neither pcall nor a coroutine
// catches it. Strings, memory, the call stack, the nesting of source and of data are bounded.
//
// It differs from Lua 5.1 where gopher-lua does:
//   - The length of a table with holes is its last index, and the metamethod __len of a table counts. The array part
//     of a table ends at 1,048,575 elements. Tables are traversed in order of insertion, numbers as keys first. next
//     takes a key that is not there.
//   - Errors don't name the variable: "attempt to index a nil value". What is called and is no function, and what
//     is negated and is no number, is said to be nil. Some syntax errors are in other words. The functions of math,
//     table.remove, select and pairs have words of their own for an argument that is missing.
//   - There is goto.
//   - A function of math may differ in the last digit.
//
// It differs by design: there are no io, no debug and no package libraries, no files and no compiled chunks, neither
// to dump nor to load. A pattern may have a zero byte in it.
package sandbox
