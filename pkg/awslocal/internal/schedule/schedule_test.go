package schedule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/schedule"
)

const layout = "2006-01-02T15:04"

// The examples of AWS's guides and a few of our own: what follows Wednesday, May 1st, 2024, noon.
func TestNext(t *testing.T) {
	from := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	for expression, want := range map[string][]string{
		"cron(0 10 * * ? *)":           {"2024-05-02T10:00", "2024-05-03T10:00"},
		"cron(15 12 * * ? *)":          {"2024-05-01T12:15", "2024-05-02T12:15"},
		"cron(0 18 ? * MON-FRI *)":     {"2024-05-01T18:00", "2024-05-02T18:00", "2024-05-03T18:00", "2024-05-06T18:00"},
		"cron(0 8 1 * ? *)":            {"2024-06-01T08:00", "2024-07-01T08:00"},
		"cron(0/15 * * * ? *)":         {"2024-05-01T12:15", "2024-05-01T12:30", "2024-05-01T12:45", "2024-05-01T13:00"},
		"cron(0/5 8-17 ? * MON-FRI *)": {"2024-05-01T12:05", "2024-05-01T12:10"},
		"cron(0 9 ? * 2#1 *)":          {"2024-05-06T09:00", "2024-06-03T09:00"},
		"cron(0 9 ? * 6L *)":           {"2024-05-31T09:00", "2024-06-28T09:00"},
		"cron(0 9 ? * L *)":            {"2024-05-04T09:00", "2024-05-11T09:00"},
		"cron(0 0 L * ? *)":            {"2024-05-31T00:00", "2024-06-30T00:00"},
		"cron(0 0 LW * ? *)":           {"2024-05-31T00:00", "2024-06-28T00:00"},
		"cron(0 0 1W 6,9 ? *)":         {"2024-06-03T00:00", "2024-09-02T00:00"},
		"cron(0 0 29 2 ? *)":           {"2028-02-29T00:00", "2032-02-29T00:00"},
		"cron(0 0 1 JAN ? 2026-2027)":  {"2026-01-01T00:00", "2027-01-01T00:00", ""},
		"cron(0 0 31 2 ? *)":           {""},
		"rate(1 minute)":               {"2024-05-01T12:01", "2024-05-01T12:02"},
		"rate(2 hours)":                {"2024-05-01T14:00", "2024-05-01T16:00"},
		"at(2024-05-02T00:00:00)":      {"2024-05-02T00:00", ""},
		"at(2024-05-01T12:00:00)":      {""},
	} {
		s, err := schedule.Parse(expression, time.UTC)
		require.NoError(t, err, expression)
		at := from
		for _, w := range want {
			next, ok := s.Next(at, from)
			if !ok {
				require.Empty(t, w, expression)
				break
			}
			require.Equal(t, w, next.Format(layout), expression)
			at = next
		}
	}
}

// Berlin's clocks skip 02:00 to 03:00 on March 31st, 2024, and repeat it on October 27th.
func TestSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	s, err := schedule.Parse("cron(30 2 * * ? *)", berlin)
	require.NoError(t, err)
	for from, want := range map[string][]string{
		"2024-03-29T12:00": {"2024-03-30T01:30", "2024-04-01T00:30"},
		"2024-10-26T12:00": {"2024-10-27T00:30", "2024-10-28T01:30"},
	} {
		at, err := time.Parse(layout, from)
		require.NoError(t, err)
		for _, w := range want {
			var ok bool
			at, ok = s.Next(at, at)
			require.True(t, ok)
			require.Equal(t, w, at.UTC().Format(layout))
		}
	}
}

func TestExpressionsThatAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "rate(0 minutes)", "rate(1 minutes)", "rate(5 minute)", "rate(5)", "rate(5 weeks)", "rate(999999999 days)",
		"cron(0 10 * * *)", "cron(0 10 * * * *)", "cron(0 10 ? * ? *)", "cron(60 10 * * ? *)", "cron(0 24 * * ? *)",
		"cron(0 0 ? * 8 *)", "cron(0 0 ? * MON#6 *)", "cron(0 0 32W * ? *)", "cron(0 0 1 FOO ? *)", "cron(0/0 0 1 * ? *)",
		"cron(5-1 0 1 * ? *)", "cron(0 0 1 * ? 2300)", "at(tomorrow)", "at(2024-13-01T00:00:00)", "every(5 minutes)",
	} {
		_, err := schedule.Parse(text, time.UTC)
		require.Error(t, err, text)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"rate(5 minutes)", "cron(0/5 8-17 ? * MON-FRI *)", "cron(0 0 LW * ? 2030)", "at(2024-05-01T00:00:00)",
	} {
		f.Add(text)
	}
	from := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := schedule.Parse(text, time.UTC)
		if err != nil {
			return
		}
		if next, ok := s.Next(from, from); ok && !next.After(from) {
			t.Fatalf("%s: %v is not after %v", text, next, from)
		}
	})
}
