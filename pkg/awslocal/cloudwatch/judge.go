package cloudwatch

// extraPeriods is how many periods before the evaluated ones are looked at for data if some is missing. AWS does not
// say how many it takes; the examples in its guide have two.
const extraPeriods = 2

// reading is a period's value, or the lack of one.
type reading struct {
	at       int64
	value    float64
	missing  bool
	breaches bool
}

// judge says the state that readings, the oldest first, call for: needed of the last periods breach the threshold. If
// fewer than periods have data, missing ones are treated as the alarm says. It returns "" if the state stays.
// evaluated are the readings that were counted, filled how many missing ones were.
func judge(readings []reading, periods, needed int, treat string) (state string, evaluated []reading, filled int) {
	var known []reading
	for _, r := range readings {
		if !r.missing {
			known = append(known, r)
		}
	}
	evaluated = known[max(0, len(known)-periods):]
	filled = periods - len(evaluated)
	breaching := 0
	for _, r := range evaluated {
		if r.breaches {
			breaching++
		}
	}
	if filled > 0 && treat == "breaching" {
		breaching += filled
	}
	all := breaching > 0 && breaching == len(evaluated) // none is within the threshold
	switch {
	case breaching >= needed:
		return stateAlarm, evaluated, filled
	case filled == 0 || treat == "breaching" || treat == "notBreaching":
		return stateOK, evaluated, filled
	case len(known) == 0 && treat == "ignore", all && treat == "ignore":
		return "", evaluated, filled
	case len(known) == 0:
		return stateUnknown, evaluated, filled
	case all && readings[max(0, len(readings)-needed)].at >= evaluated[0].at:
		// The oldest breaching one is old enough, and since then there was none within the threshold.
		return stateAlarm, evaluated, filled
	}
	return stateOK, evaluated, filled
}
