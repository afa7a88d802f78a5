package cloudwatch

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// evaluate evaluates an alarm once and sets its next timer.
func (s *Service) evaluate(a *account, al *alarm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a.alarms[al.AlarmName] != al || s.closed {
		return // deleted or replaced meanwhile
	}
	defer s.schedule(a, al)
	readings, err := s.readings(a, al)
	if err != nil {
		return // the expressions were checked; what is left can't be computed from this data
	}
	treat := al.TreatMissingData
	if treat == "" {
		treat = "missing"
	}
	state, evaluated, filled := judge(readings, *al.EvaluationPeriods, al.needed(), treat)
	if state == "" || state == al.state {
		return
	}
	reason := al.reasonFor(state, evaluated, filled, treat)
	s.become(a, al, state, reason, al.reasonData(evaluated, s.now()))
}

// readings returns the periods of the evaluation range, the oldest first.
func (s *Service) readings(a *account, al *alarm) ([]reading, error) {
	every, after := al.pace()
	period := al.period()
	count := int64(*al.EvaluationPeriods + extraPeriods)
	end := s.clock.Now().Add(-after).Truncate(every).Unix()
	start := end - count*period
	m := calculate(a, al.queries, al.compiled, time.Unix(start, 0), time.Unix(end, 0), time.Unix(end, 0))
	v, err := m.of(al.watched)
	if err != nil {
		return nil, err
	}
	var p points
	switch {
	case v.scalar:
		p = constant(m.grid(), v.number)
	case len(v.list) > 0:
		p = v.list[0]
	}
	breaches := comparisons[al.ComparisonOperator].breaches
	readings := make([]reading, 0, count)
	for at := start; at < end; at += period {
		value, ok := p.find(at)
		readings = append(readings, reading{at, value, !ok, ok && breaches(value, *al.Threshold)})
	}
	return readings, nil
}

const reasonTime = "02/01/06 15:04:05"

// reasonFor is AWS's explanation of a state.
func (al *alarm) reasonFor(state string, evaluated []reading, filled int, treat string) string {
	if state == stateUnknown {
		return fmt.Sprintf("Insufficient Data: %s unknown.",
			plural(*al.EvaluationPeriods, "datapoint was", "datapoints were"))
	}
	if len(evaluated) == 0 {
		treated := map[string]string{"breaching": "Breaching", "notBreaching": "NonBreaching"}[treat]
		return fmt.Sprintf("Threshold Crossed: no datapoints were received for %s and %s treated as [%s].",
			plural(*al.EvaluationPeriods, "period", "periods"),
			plural(filled, "missing datapoint was", "missing datapoints were"), treated)
	}
	var shown []string
	wanted := state == stateAlarm
	for i := len(evaluated) - 1; i >= 0; i-- { // the newest first
		if r := evaluated[i]; r.breaches == wanted {
			shown = append(shown, fmt.Sprintf("%s (%s)", decimal(r.value), time.Unix(r.at, 0).UTC().Format(reasonTime)))
		}
	}
	not, minimum, change := "", al.needed(), "OK -> ALARM"
	if !wanted {
		not, minimum, change = "not ", *al.EvaluationPeriods-al.needed()+1, "ALARM -> OK"
	}
	words := not + comparisons[al.ComparisonOperator].words
	list := "[" + strings.Join(shown, ", ") + "]"
	if *al.EvaluationPeriods == 1 {
		return fmt.Sprintf("Threshold Crossed: 1 datapoint %s was %s the threshold (%s).", list, words,
			decimal(*al.Threshold))
	}
	were := "were"
	if len(shown) == 1 {
		were = "was"
	}
	return fmt.Sprintf("Threshold Crossed: %d out of the last %d datapoints %s %s %s the threshold (%s) (minimum %s for "+
		"%s transition).", len(shown), *al.EvaluationPeriods, list, were, words, decimal(*al.Threshold),
		plural(minimum, "datapoint", "datapoints"), change)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// decimal writes a number as AWS's messages do: with a decimal point.
func decimal(v float64) string {
	text := fmt.Sprint(v)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return text
}

// messageTime is how times are written in messages.
const messageTime = "2006-01-02T15:04:05.000-0700"

func (al *alarm) reasonData(evaluated []reading, now time.Time) string {
	type point struct {
		Timestamp string  `json:"timestamp"`
		Value     float64 `json:"value"`
	}
	data := struct {
		Version   string    `json:"version"`
		QueryDate string    `json:"queryDate"`
		StartDate string    `json:"startDate,omitempty"`
		Unit      string    `json:"unit,omitempty"`
		Statistic string    `json:"statistic,omitempty"`
		Period    int64     `json:"period"`
		Recent    []float64 `json:"recentDatapoints"`
		Threshold float64   `json:"threshold"`
		Evaluated []point   `json:"evaluatedDatapoints"`
	}{
		Version: "1.0", QueryDate: now.Format(messageTime), Unit: al.Unit, Statistic: al.Statistic + al.ExtendedStatistic,
		Period: al.period(), Recent: []float64{}, Threshold: *al.Threshold, Evaluated: []point{},
	}
	for i, r := range evaluated {
		at := time.Unix(r.at, 0).UTC().Format(messageTime)
		if i == 0 {
			data.StartDate = at
		}
		data.Recent = append(data.Recent, r.value)
		data.Evaluated = append([]point{{at, r.value}}, data.Evaluated...)
	}
	raw, err := json.Marshal(data)
	if err != nil || len(raw) > 4000 {
		return ""
	}
	return string(raw)
}
