package partiql_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/attr"
	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb/partiql"
)

func where(t testing.TB, text string, parameters ...attr.Wire) string {
	t.Helper()
	st, err := partiql.Parse("SELECT * FROM t WHERE "+text, parameters)
	require.NoError(t, err, text)
	var b partiql.Binding
	var parts []partiql.Text
	for _, c := range st.Where {
		parts = append(parts, c.Inside)
	}
	return *b.Join(parts, " AND ")
}

func TestConditions(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1":                                  "#n0 = :v0",
		"a != 1 AND b <= 'x'":                    "#n0 <> :v0 AND #n1 <= :v1",
		"a = 1 OR b = 2 AND c = 3":               "(#n0 = :v0 OR (#n1 = :v1 AND #n2 = :v2))",
		"NOT (a = 1 AND b = 2)":                  "NOT (#n0 = :v0 AND #n1 = :v1)",
		"((a = 1))":                              "#n0 = :v0",
		"(a = 1 OR b = 2) AND c = 3":             "(#n0 = :v0 OR #n1 = :v1) AND #n2 = :v2",
		"a IN [1, 2] AND b NOT IN ('x')":         "#n0 IN (:v0, :v1) AND NOT #n1 IN (:v2)",
		"a BETWEEN 1 AND 2 AND b = 3":            "#n0 BETWEEN :v0 AND :v1 AND #n1 = :v2",
		"a IS MISSING AND b IS NOT MISSING":      "attribute_not_exists(#n0) AND attribute_exists(#n1)",
		"a IS NULL":                              "attribute_type(#n0, :v0)",
		`begins_with("a.b", 'x')`:                "begins_with(#n0, :v0)",
		"contains(a.b[3]['c d'], 1)":             "contains(#n0.#n1[3].#n2, :v0)",
		"size(a) > 2 and attribute_type(b, 'S')": "size(#n0) > :v0 AND attribute_type(#n1, :v1)",
	} {
		require.Equal(t, want, where(t, text), text)
	}
}

func TestValues(t *testing.T) {
	st, err := partiql.Parse(`INSERT INTO "t" VALUE {'s': 'it''s', 'n': -1.5e3, 'yes': true, 'none': null,
		'list': [1, []], 'map': {'a': {}}, 'set': <<'a', 'b'>>, 'p': ?}`, []attr.Wire{{B: []byte{1}}})
	require.NoError(t, err)
	item, err := attr.ParseMap(st.Item)
	require.NoError(t, err)
	require.Len(t, item, 8)
	require.Equal(t, attr.String("it's"), item["s"])
	require.Equal(t, `{"N":"-1500"}`, attr.Text(item["n"]))
	require.Equal(t, `{"SS":["a","b"]}`, attr.Text(item["set"]))
	require.Equal(t, `{"L":[{"N":"1"},{"L":[]}]}`, attr.Text(item["list"]))
	require.Equal(t, attr.Binary("\x01"), item["p"])
}

func TestSyntaxErrors(t *testing.T) {
	for _, text := range []string{
		"", "DROP TABLE t", "SELECT", "SELECT * FROM", "SELECT * FROM t WHERE", "SELECT * FROM t WHERE a",
		"SELECT * FROM 't'",
		"SELECT * FROM t WHERE a = 'x", "SELECT * FROM t WHERE a = ?", "SELECT * FROM t WHERE a IN []", "UPDATE t SET a = 1",
		"INSERT INTO t VALUE 1", "DELETE FROM t", "SELECT * FROM t extra", "UPDATE t WHERE a = 1",
		"INSERT INTO t VALUE {'a': <<[]>>}", "DELETE FROM t WHERE a = 1 RETURNING SOME OLD *", "SELECT * FROM t WHERE a = -",
	} {
		_, err := partiql.Parse(text, nil)
		require.Error(t, err, text)
	}
	_, err := partiql.Parse("SELECT * FROM t", []attr.Wire{{}})
	require.EqualError(t, err, "Number of parameters in request and statement don't match.")
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`SELECT a, b.c[1] FROM "t"."i" WHERE a = ? AND (b IN [1,2] OR NOT c IS MISSING) ORDER BY d DESC`,
		`INSERT INTO t VALUE {'a': [1, <<'x'>>, {'b': null}]}`, `DELETE FROM t WHERE a = 'x' RETURNING ALL OLD *`,
		`UPDATE t SET a = list_append(a, [1]), b = b + 1 SET s = set_add(s, <<1>>) REMOVE c WHERE p = -1`,
		"((((((((((", "<<<<<<<<<<<", "'", `"`, "EXISTS(SELECT * FROM t WHERE a = 1)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		st, err := partiql.Parse(text, []attr.Wire{{}})
		if err != nil {
			return
		}
		var b partiql.Binding
		for _, c := range st.Where {
			_ = c.Inside(&b)
		}
	})
}
