// Package expr is DynamoDB's expression language.
//
//	condition  = and { "OR" and }
//	and        = not { "AND" not }
//	not        = "NOT" not | comparison
//	comparison = operand ( "=" | "<>" | "<" | "<=" | ">" | ">=" ) operand
//	           | operand "BETWEEN" operand "AND" operand
//	           | operand "IN" "(" operand { "," operand } ")"
//	           | function | "(" condition ")"
//	operand    = path | value | function | "(" operand ")"
//	function   = name "(" operand { "," operand } ")"
//	path       = name { "." name | "[" index "]" }
//	name       = letter { letter | digit | "_" } | "#" placeholder
//	value      = ":" placeholder
//
//	update     = section { section }
//	section    = "SET" set { "," set } | "REMOVE" path { "," path }
//	           | ( "ADD" | "DELETE" ) path value { "," path value }
//	set        = path "=" sum
//	sum        = operand [ ( "+" | "-" ) operand ] | "(" sum ")"
//
//	projection = path { "," path }
//
// An expression passes three stages. Parsing gives a tree with placeholders. The tree depends only
// on the text, so a [Compiler] keeps it. Binding, by a request's [Scope], replaces the placeholders
// by the request's names and values, and finds errors beyond syntax: reserved words, undefined
// placeholders, wrong operands, overlapping paths. The bound tree is evaluated against items.
//
// Every error is AWS's own message, ready for a ValidationException.
package expr
