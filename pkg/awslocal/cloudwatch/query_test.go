package cloudwatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// query evaluates an expression over five minutes: m1 is 1, 2, a gap, 4, 5; m2 is 10 in all of them.
func query(t *testing.T, d direct, expression string) (any, error) {
	t.Helper()
	stat := func(id string) map[string]any {
		return map[string]any{"Id": id, "ReturnData": false, "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": "shop", "MetricName": id}, "Period": 60, "Stat": "Sum",
		}}
	}
	out, err := awstest.Call(ctx, d, "GetMetricData", map[string]any{
		"StartTime": epoch.Unix(), "EndTime": epoch.Add(5 * time.Minute).Unix(), "ScanBy": "TimestampAscending",
		"MetricDataQueries": []any{stat("m1"), stat("m2"), map[string]any{"Id": "e", "Expression": expression}},
	})
	if err != nil {
		return nil, err
	}
	var lists []any
	for _, r := range out["MetricDataResults"].([]any) {
		lists = append(lists, r.(map[string]any)["Values"])
	}
	if len(lists) == 1 {
		return lists[0], nil
	}
	return lists, nil
}

func filled(t *testing.T) direct {
	d := alone(t)
	for i := range 5 {
		if i != 2 {
			d.put(t, "m1", float64(i+1))
		}
		d.put(t, "m2", 10)
		d.clock.Advance(time.Minute)
	}
	return d
}

func TestMetricMath(t *testing.T) {
	d := filled(t)
	list := func(v ...float64) any {
		out := []any{}
		for _, x := range v {
			out = append(out, x)
		}
		return out
	}
	for expression, want := range map[string]any{
		"m1":                            list(1, 2, 4, 5),
		"m1 + m2*2":                     list(21, 22, 24, 25),
		"-m1^2 + 0":                     list(1, 4, 16, 25),
		"m1 / (m1 - 1)":                 list(2, 4./3, 1.25), // the first is a gap
		"m1 >= 2 && m1 < 5":             list(0, 1, 1, 0),
		"m1 < 2 OR m1 == 5":             list(1, 0, 0, 1),
		"SUM(METRICS())":                list(11, 12, 10, 14, 15),
		"SUM(METRICS('1'))":             list(1, 2, 4, 5),
		"MAX([m1, m2])":                 list(10, 10, 10, 10, 10),
		"AVG(m1) + 0*m2":                list(3, 3, 3, 3, 3),
		"SUM(m1)":                       list(12, 12, 12, 12, 12),
		"METRICS()":                     []any{list(1, 2, 4, 5), list(10, 10, 10, 10, 10)},
		"METRIC_COUNT(METRICS())":       list(2, 2, 2, 2, 2),
		"FILL(m1, 0)":                   list(1, 2, 0, 4, 5),
		"FILL(m1, REPEAT)":              list(1, 2, 2, 4, 5),
		"FILL(m1, LINEAR)":              list(1, 2, 3, 4, 5),
		"FILL(m1, m2)":                  list(1, 2, 10, 4, 5),
		"RATE(m1) * PERIOD(m1)":         list(1, 1, 1),
		"DIFF(m1)":                      list(1, 2, 1),
		"RUNNING_SUM(m1)":               list(1, 3, 7, 12),
		"IF(m1 > 2, m1, 0)":             list(0, 0, 4, 5),
		"IF(m1 > 2, m2)":                list(10, 10),
		"CEIL(m1/2)-FLOOR(m1/2)+ABS(0)": list(1, 0, 0, 1),
		"DATAPOINT_COUNT(m1)":           list(4, 4, 4, 4, 4),
	} {
		got, err := query(t, d, expression)
		require.NoError(t, err, expression)
		require.Equal(t, want, got, expression)
	}
}

func TestExpressionsThatAreRefused(t *testing.T) {
	d := alone(t)
	for expression, message := range map[string]string{
		"STDDEV(m1)":                         "the function STDDEV is not supported",
		"SELECT AVG(x) FROM shop":            "unexpected",
		"m1 +":                               "unexpected end",
		"m3":                                 "m3 is not the ID of a query",
		"e":                                  "depends on itself",
		"METRICS() + METRICS()":              "two arrays",
		"SUM(m1, m2)":                        "does not take 2 arguments",
		"FILL(m1, 'x')":                      "does not take",
		"'text'":                             "unexpected text",
		"IF(METRICS(),1,2)":                  "does not take arrays",
		"((((((((((((((((((((((((((((((((((": "unexpected end",
	} {
		_, err := query(t, d, expression)
		require.ErrorContains(t, err, message, expression)
	}
}

func TestPagesOfMetricData(t *testing.T) {
	d := filled(t)
	var got []any
	token := ""
	for range 3 {
		out := d.call(t, "GetMetricData", map[string]any{
			"StartTime": epoch.Unix(), "EndTime": epoch.Add(5 * time.Minute).Unix(), "MaxDatapoints": 2, "NextToken": token,
			"MetricDataQueries": []any{map[string]any{"Id": "m", "MetricStat": map[string]any{
				"Metric": map[string]any{"Namespace": "shop", "MetricName": "m1"}, "Period": 60, "Stat": "p50",
			}}},
		})
		r := out["MetricDataResults"].([]any)[0].(map[string]any)
		got = append(got, r["Values"].([]any)...)
		if token, _ = out["NextToken"].(string); token == "" {
			break
		}
		require.Equal(t, "PartialData", r["StatusCode"])
	}
	require.Equal(t, []any{5., 4., 2., 1.}, got) // the newest first
}
