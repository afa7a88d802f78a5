package dynamodb_test

import (
	"fmt"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// scanAll follows a scan to its end and returns the pks.
func scanAll(t testing.TB, c *ddb.Client, in *ddb.ScanInput) []string {
	t.Helper()
	found := []string{}
	pages := ddb.NewScanPaginator(c, in)
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatalf("scan: %v", err)
		}
		found = append(found, texts(out.Items, "pk")...)
	}
	return found
}

func TestScanSegmentsCoverTheTableOnce(t *testing.T) {
	c := users(t)
	want := []string{}
	for i := range 100 {
		pk := fmt.Sprintf("user-%03d", i)
		want = append(want, pk)
		put(t, c, "users", item{"pk": str(pk)})
	}
	wantEqual(t, "one segment", sorted(scanAll(t, c, &ddb.ScanInput{TableName: ptr("users"), Limit: ptr(int32(7))})), want)
	for _, total := range []int32{1, 3, 16} {
		got := []string{}
		for segment := range total {
			part := scanAll(t, c, &ddb.ScanInput{
				TableName: ptr("users"), Segment: &segment, TotalSegments: &total, Limit: ptr(int32(5)),
			})
			if total == 3 && (len(part) < 15 || len(part) > 55) {
				t.Errorf("segment %d of 3 has %d of 100 items", segment, len(part))
			}
			got = append(got, part...)
		}
		wantEqual(t, fmt.Sprintf("%d segments", total), sorted(got), want)
	}
}

func TestScanFilters(t *testing.T) {
	c := numbered(t)
	out, err := c.Scan(ctx, &ddb.ScanInput{
		TableName: ptr("events"), FilterExpression: ptr("sk > :x AND attribute_exists(v)"),
		ExpressionAttributeValues: item{":x": num("0")}, Select: "COUNT",
	})
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "counts", []int32{out.Count, out.ScannedCount, int32(len(out.Items))}, []int32{2, 4, 0})
}

func TestScanRejected(t *testing.T) {
	c := users(t)
	put(t, c, "users", item{"pk": str("k")})
	for _, bad := range []struct {
		in   ddb.ScanInput
		want string
	}{
		{ddb.ScanInput{Segment: ptr(int32(0))},
			"The TotalSegments parameter is required but was not present in the request when Segment parameter is present"},
		{ddb.ScanInput{TotalSegments: ptr(int32(4))},
			"The Segment parameter is required but was not present in the request when parameter TotalSegments is present"},
		{ddb.ScanInput{Segment: ptr(int32(5)), TotalSegments: ptr(int32(5))},
			"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than " +
				"TotalSegments: 5"},
		{ddb.ScanInput{Limit: ptr(int32(0))},
			"1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater " +
				"than or equal to 1"},
		{ddb.ScanInput{FilterExpression: ptr("a = ")}, `Invalid FilterExpression: Syntax error; token: "<EOF>", near: "="`},
		{ddb.ScanInput{ExclusiveStartKey: item{"other": str("k")}},
			"The provided starting key is invalid: The provided key element does not match the schema"},
	} {
		bad.in.TableName = ptr("users")
		_, err := c.Scan(ctx, &bad.in)
		wantError(t, err, validation, bad.want)
	}
	refused := 0
	for segment := range int32(2) { // a key belongs to one segment, whichever it is
		if _, err := c.Scan(ctx, &ddb.ScanInput{
			TableName: ptr("users"), ExclusiveStartKey: item{"pk": str("k")}, Segment: &segment, TotalSegments: ptr(int32(2)),
		}); err != nil {
			refused++
			wantError(t, err, validation, fmt.Sprintf("The provided starting key is invalid: Invalid ExclusiveStartKey. "+
				"Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: %d", segment))
		}
	}
	wantEqual(t, "segments that refuse the key", refused, 1)
}
