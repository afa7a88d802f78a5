// Package partiql parses DynamoDB's dialect of PartiQL and translates it to the expressions of package expr.
//
//	statement = "SELECT" ( "*" | path { "," path } ) "FROM" source [ "WHERE" condition ]
//	            [ "ORDER" "BY" path [ "ASC" | "DESC" ] ]
//	          | "INSERT" "INTO" source "VALUE" tuple
//	          | "UPDATE" source { "SET" set { "," set } | "REMOVE" path { "," path } }
//	            "WHERE" condition [ returning ]
//	          | "DELETE" "FROM" source "WHERE" condition [ returning ]
//	          | "EXISTS" "(" select ")"
//	source    = name [ "." name ]
//	returning = "RETURNING" ( "ALL" | "MODIFIED" ) ( "OLD" | "NEW" ) "*"
//	set       = path "=" operand [ ( "+" | "-" ) operand ]
//	          | path "=" ( "set_add" | "set_delete" ) "(" path "," value ")"
//
// Conditions are those of expr with PartiQL's spelling: IN takes a list in brackets or parentheses, "!=" is "<>",
// and IS [NOT] MISSING and IS [NOT] NULL are added. A value is a literal ('text', 1.5, true, null, [list], {'a':
// tuple}, <<set>>) or "?", a parameter. Names are bare or in double quotes.
//
// Left out: nested SELECTs, aliases, arithmetic in conditions, the operators || and LIKE, which DynamoDB lacks too.
package partiql
