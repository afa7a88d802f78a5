package dynamodb_test

import (
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

// partiql returns a client with the table "orders" of helpers_test.go and a function that executes a statement.
func partiql(t *testing.T) (*ddb.Client, func(text string, parameters ...types.AttributeValue) ([]item, error)) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	return c, func(text string, parameters ...types.AttributeValue) ([]item, error) {
		out, err := c.ExecuteStatement(ctx, &ddb.ExecuteStatementInput{Statement: &text, Parameters: parameters})
		if err != nil {
			return nil, err
		}
		return out.Items, nil
	}
}

func TestStatements(t *testing.T) {
	c, execute := partiql(t)
	must := func(text string, parameters ...types.AttributeValue) []item {
		t.Helper()
		items, err := execute(text, parameters...)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return items
	}
	must(`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1', 'kind': 'x', 'rank': 1, 'tags': <<'new'>>}`)
	must(`INSERT INTO "orders" VALUE {'pk': ?, 'sk': '2', 'kind': 'x', 'rank': ?}`, str("a"), num("2"))
	must(`INSERT INTO orders VALUE {'pk': 'a', 'sk': '3', 'kind': 'y', 'rank': 3}`)
	must(`INSERT INTO orders VALUE {'pk': 'b', 'sk': '1'}`)
	for text, want := range map[string][]string{
		`SELECT * FROM orders WHERE pk = 'a'`:                                 {"1", "2", "3"},
		`SELECT * FROM orders WHERE pk = 'a' ORDER BY sk DESC`:                {"3", "2", "1"},
		`SELECT * FROM orders WHERE pk = 'a' AND sk >= '2'`:                   {"2", "3"},
		`SELECT * FROM orders WHERE pk = 'a' AND sk BETWEEN '1' AND '2'`:      {"1", "2"},
		`SELECT * FROM orders WHERE pk = 'a' AND begins_with(sk, '3')`:        {"3"},
		`SELECT * FROM orders WHERE pk = 'a' AND sk IN ['1', '3']`:            {"1", "3"},
		`SELECT * FROM orders WHERE pk = 'a' AND (rank = 1 OR kind = 'y')`:    {"1", "3"},
		`SELECT sk FROM orders."byKind" WHERE kind = 'x' AND rank > 1`:        {"2"},
		`SELECT sk FROM "orders"."byRank" WHERE pk = 'a' ORDER BY rank DESC`:  {"3", "2", "1"},
		`SELECT sk FROM orders WHERE pk = 'b' AND rank IS MISSING`:            {"1"},
		`SELECT sk FROM orders WHERE contains(tags, 'new')`:                   {"1"},
		`SELECT sk FROM orders WHERE kind <> 'x' AND kind IS NOT MISSING`:     {"3"},
		`SELECT sk FROM orders WHERE pk = 'a' AND NOT (rank = 1 OR rank = 2)`: {"3"},
		`SELECT sk FROM orders WHERE pk = 'nobody'`:                           {},
	} {
		wantEqual(t, text, texts(must(text), "sk"), want)
	}

	got := must(`UPDATE orders SET rank = rank + 1 SET tags = set_add(tags, <<'old'>>) REMOVE kind
		WHERE pk = 'a' AND sk = '1' RETURNING ALL NEW *`)
	wantEqual(t, "updated", got, []item{{"pk": str("a"), "sk": str("1"), "rank": num("2"), "tags": strs("new", "old")}})
	got = must(`DELETE FROM orders WHERE pk = 'b' AND sk = '1' RETURNING ALL OLD *`)
	wantEqual(t, "deleted", got, []item{{"pk": str("b"), "sk": str("1")}})
	must(`DELETE FROM orders WHERE pk = 'b' AND sk = '1'`)

	first, err := c.ExecuteStatement(ctx, &ddb.ExecuteStatementInput{
		Statement: ptr(`SELECT * FROM orders WHERE pk = 'a'`), Limit: ptr(int32(2)),
	})
	if err != nil {
		t.Fatal(err)
	}
	rest, err := c.ExecuteStatement(ctx, &ddb.ExecuteStatementInput{
		Statement: ptr(`SELECT * FROM orders WHERE pk = 'a'`), NextToken: first.NextToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "pages", [][]string{texts(first.Items, "sk"), texts(rest.Items, "sk")}, [][]string{{"1", "2"}, {"3"}})
}

func TestStatementErrors(t *testing.T) {
	_, execute := partiql(t)
	if _, err := execute(`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`); err != nil {
		t.Fatal(err)
	}
	const mandatory = "Where clause does not contain a mandatory equality on all key attributes"
	for _, tc := range []struct{ text, code, message string }{
		{`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`, "DuplicateItemException",
			"Duplicate primary key exists in table"},
		{`UPDATE orders SET n = 1 WHERE pk = 'a' AND sk = 'none'`, "ConditionalCheckFailedException",
			"The conditional request failed"},
		{`DELETE FROM orders WHERE pk = 'a' AND sk = '1' AND n = 7`, "ConditionalCheckFailedException",
			"The conditional request failed"},
		{`UPDATE orders SET n = 1 WHERE pk = 'a'`, validation, mandatory},
		{`DELETE FROM orders WHERE sk = '1' OR pk = 'a'`, validation, mandatory},
		{`SELECT * FROM nothing`, "ResourceNotFoundException", "Requested resource not found"},
		{`SELECT * FROM orders.none WHERE pk = 'a'`, validation, "The table does not have the specified index: none"},
		{`SELECT * FROM orders WHERE pk = ?`, validation, "Number of parameters in request and statement don't match."},
		{`SELECT * FROM`, validation, "Statement wasn't well formed, can't be processed: Unexpected token: "},
		{`SELECT * FROM orders ORDER BY sk`, validation,
			"Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."},
	} {
		_, err := execute(tc.text)
		wantError(t, err, tc.code, tc.message)
	}
}

func TestBatchesOfStatements(t *testing.T) {
	c, _ := partiql(t)
	batch := func(texts ...string) []types.BatchStatementResponse {
		t.Helper()
		in := &ddb.BatchExecuteStatementInput{}
		for _, text := range texts {
			in.Statements = append(in.Statements, types.BatchStatementRequest{Statement: &text})
		}
		out, err := c.BatchExecuteStatement(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return out.Responses
	}
	wrote := batch(`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`, `INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`,
		`UPDATE orders SET n = 1 WHERE pk = 'a' AND sk = '9'`, `DELETE FROM nothing WHERE pk = 'a'`)
	var codes []string
	for _, r := range wrote {
		code := ""
		if r.Error != nil {
			code = string(r.Error.Code)
		}
		codes = append(codes, code)
	}
	wantEqual(t, "codes", codes, []string{"", "DuplicateItem", "ConditionalCheckFailed", "ResourceNotFound"})
	read := batch(`SELECT * FROM orders WHERE pk = 'a' AND sk = '1'`, `SELECT * FROM orders WHERE pk = 'a' AND sk = '2'`,
		`SELECT * FROM orders WHERE pk = 'a'`)
	wantEqual(t, "item", read[0].Item, item{"pk": str("a"), "sk": str("1")})
	if read[1].Item != nil || read[1].Error != nil || read[2].Error == nil || read[2].Error.Code != "ValidationError" {
		t.Errorf("got %v", read[1:])
	}
}

func TestTransactionsOfStatements(t *testing.T) {
	c, execute := partiql(t)
	transaction := func(texts ...string) (*ddb.ExecuteTransactionOutput, error) {
		in := &ddb.ExecuteTransactionInput{}
		for _, text := range texts {
			in.TransactStatements = append(in.TransactStatements, types.ParameterizedStatement{Statement: &text})
		}
		return c.ExecuteTransaction(ctx, in)
	}
	if _, err := transaction(`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`,
		`INSERT INTO orders VALUE {'pk': 'a', 'sk': '2', 'n': 1}`); err != nil {
		t.Fatal(err)
	}
	_, err := transaction(`EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = '2' AND n = 2)`,
		`INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}`, `UPDATE orders SET n = 5 WHERE pk = 'a' AND sk = '3'`)
	wantError(t, err, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for "+
		"specific reasons [ConditionalCheckFailed, DuplicateItem, ConditionalCheckFailed]")
	if _, err := transaction(`EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = '2' AND n = 1)`,
		`DELETE FROM orders WHERE pk = 'a' AND sk = '1'`); err != nil {
		t.Fatal(err)
	}
	left, err := execute(`SELECT * FROM orders`)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "left", texts(left, "sk"), []string{"2"})
	read, err := transaction(`SELECT n FROM orders WHERE pk = 'a' AND sk = '2'`,
		`SELECT * FROM orders WHERE pk = 'a' AND sk = '1'`)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "read", []item{read.Responses[0].Item, read.Responses[1].Item}, []item{{"n": num("1")}, nil})
	_, err = transaction(`SELECT * FROM orders WHERE pk = 'a' AND sk = '2'`, `DELETE FROM orders WHERE pk = 'a' AND sk = '2'`)
	wantError(t, err, validation, "Statements must be all reads or all writes; they can't be mixed")
}
