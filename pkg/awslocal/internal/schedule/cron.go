package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const lastYear = 2199

// cron is AWS's cron: minutes, hours, day of the month, month, day of the week, year.
type cron struct {
	minutes, hours, months []bool
	firstYear              int
	years                  []bool // from firstYear on
	day                    func(date time.Time) bool
}

// span is what a field may hold.
type span struct {
	name      string
	low, high int
	names     []string // of the values from low on
}

var (
	minuteSpan  = span{"minutes", 0, 59, nil}
	hourSpan    = span{"hours", 0, 23, nil}
	dateSpan    = span{"day-of-month", 1, 31, nil}
	monthSpan   = span{"month", 1, 12, strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")}
	weekdaySpan = span{"day-of-week", 1, 7, strings.Fields("SUN MON TUE WED THU FRI SAT")}
	yearSpan    = span{"year", 1970, lastYear, nil}
)

func parseCron(text string) (*cron, error) {
	fields := strings.Fields(text)
	if len(fields) != 6 {
		return nil, fmt.Errorf("cron has 6 fields, not %d", len(fields))
	}
	c := &cron{firstYear: yearSpan.low}
	sets := []struct {
		span  span
		field int
		to    *[]bool
	}{{minuteSpan, 0, &c.minutes}, {hourSpan, 1, &c.hours}, {monthSpan, 3, &c.months}, {yearSpan, 5, &c.years}}
	for _, set := range sets {
		values, err := set.span.parse(fields[set.field])
		if err != nil {
			return nil, err
		}
		*set.to = values
	}
	var err error
	c.day, err = parseDay(fields[2], fields[4])
	return c, err
}

// parse reads lists, ranges and steps: "1,5-10,20/5". The result is indexed from low on.
func (s span) parse(text string) ([]bool, error) {
	values := make([]bool, s.high-s.low+1)
	for part := range strings.SplitSeq(text, ",") {
		from, to, step, err := s.parsePart(part)
		if err != nil {
			return nil, err
		}
		for v := from; v <= to; v += step {
			values[v-s.low] = true
		}
	}
	return values, nil
}

func (s span) parsePart(text string) (from, to, step int, err error) {
	bad := fmt.Errorf("%q is not a value of %s", text, s.name)
	body, stepText, stepped := strings.Cut(text, "/")
	step = 1
	if stepped {
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > s.high {
			return 0, 0, 0, bad
		}
	}
	if body == "*" {
		return s.low, s.high, step, nil
	}
	first, last, ranged := strings.Cut(body, "-")
	from, ok := s.value(first)
	if !ok {
		return 0, 0, 0, bad
	}
	to = from
	if stepped {
		to = s.high
	}
	if ranged {
		if to, ok = s.value(last); !ok || to < from {
			return 0, 0, 0, bad
		}
	}
	return from, to, step, nil
}

func (s span) value(text string) (int, bool) {
	for i, name := range s.names {
		if strings.EqualFold(name, text) {
			return s.low + i, true
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= s.low && n <= s.high && text[0] != '+'
}

// parseDay reads the two fields of days, one of which has to be "?".
func parseDay(date, weekday string) (func(time.Time) bool, error) {
	switch {
	case (date == "?") == (weekday == "?"):
		return nil, fmt.Errorf("one of day-of-month and day-of-week has to be ?")
	case date == "?":
		return parseWeekday(weekday)
	}
	return parseDate(date)
}

// daysIn is the number of days of a date's month.
func daysIn(date time.Time) int {
	return time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parseDate reads a day of the month: a list, L (the last), LW (the last weekday), 15W (the weekday nearest to the
// 15th).
func parseDate(text string) (func(time.Time) bool, error) {
	switch {
	case text == "L":
		return func(date time.Time) bool { return date.Day() == daysIn(date) }, nil
	case text == "LW":
		return func(date time.Time) bool { return date.Day() == workday(date, daysIn(date)) }, nil
	case strings.HasSuffix(text, "W"):
		day, ok := dateSpan.value(strings.TrimSuffix(text, "W"))
		if !ok {
			return nil, fmt.Errorf("%q is not a value of day-of-month", text)
		}
		return func(date time.Time) bool { return day <= daysIn(date) && date.Day() == workday(date, day) }, nil
	}
	days, err := dateSpan.parse(text)
	if err != nil {
		return nil, err
	}
	return func(date time.Time) bool { return days[date.Day()-1] }, nil
}

// workday is the weekday nearest to a day, in the same month.
func workday(date time.Time, day int) int {
	switch time.Date(date.Year(), date.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return 3
		}
		return day - 1
	case time.Sunday:
		if day == daysIn(date) {
			return day - 2
		}
		return day + 1
	}
	return day
}

// parseWeekday reads a day of the week: a list, L (Saturday), 6L (the last Friday of the month), 6#3 (the third one).
func parseWeekday(text string) (func(time.Time) bool, error) {
	bad := fmt.Errorf("%q is not a value of day-of-week", text)
	is := func(date time.Time, weekday int) bool { return int(date.Weekday())+1 == weekday }
	if text == "L" {
		text = "7"
	}
	if name, ok := strings.CutSuffix(text, "L"); ok {
		weekday, ok := weekdaySpan.value(name)
		if !ok {
			return nil, bad
		}
		return func(date time.Time) bool { return is(date, weekday) && date.Day()+7 > daysIn(date) }, nil
	}
	if name, nth, ok := strings.Cut(text, "#"); ok {
		weekday, known := weekdaySpan.value(name)
		n, err := strconv.Atoi(nth)
		if !known || err != nil || n < 1 || n > 5 {
			return nil, bad
		}
		return func(date time.Time) bool { return is(date, weekday) && (date.Day()-1)/7+1 == n }, nil
	}
	days, err := weekdaySpan.parse(text)
	if err != nil {
		return nil, err
	}
	return func(date time.Time) bool { return days[date.Weekday()] }, nil
}

// next returns the first time after another that the cron names. A time of day that a change to summer time skips is
// left out; one that a change back repeats counts once.
func (c *cron) next(after time.Time, zone *time.Location) (time.Time, bool) {
	local := after.In(zone)
	date := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	for date.Year() <= lastYear {
		switch {
		case date.Year() < c.firstYear || !c.years[date.Year()-c.firstYear]:
			date = time.Date(date.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
			continue
		case !c.months[date.Month()-1]:
			date = time.Date(date.Year(), date.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			continue
		case c.day(date):
			if at, ok := c.onDay(date, after, zone); ok {
				return at, true
			}
		}
		date = date.AddDate(0, 0, 1)
	}
	return time.Time{}, false
}

// onDay returns the first time of a day after another.
func (c *cron) onDay(date, after time.Time, zone *time.Location) (time.Time, bool) {
	for hour, due := range c.hours {
		if !due {
			continue
		}
		for minute, due := range c.minutes {
			if !due {
				continue
			}
			at := time.Date(date.Year(), date.Month(), date.Day(), hour, minute, 0, 0, zone)
			if first := at.Add(-time.Hour); first.Hour() == hour && first.Minute() == minute {
				at = first // of two, as clocks change back
			}
			if at.After(after) && at.Hour() == hour && at.Minute() == minute {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
