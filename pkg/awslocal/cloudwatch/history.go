package cloudwatch

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// historyItem is something that happened to an alarm.
type historyItem struct {
	AlarmName       string
	AlarmType       string
	Timestamp       wire.Timestamp
	HistoryItemType string
	HistorySummary  string
	HistoryData     string
}

// note adds to the history. It keeps thirty days, and a bounded number of items. The lock is held.
func (s *Service) note(a *account, al *alarm, kind, summary string, data any) {
	now := s.now()
	text, err := json.Marshal(data)
	if err != nil || len(text) > 4095 {
		text = []byte("{}")
	}
	a.history = append(a.history, historyItem{
		al.AlarmName, "MetricAlarm", wire.Timestamp{Time: now}, kind, summary[:min(len(summary), 255)], string(text),
	})
	drop := max(0, len(a.history)-historyKept)
	for drop < len(a.history) && now.Sub(a.history[drop].Timestamp.Time) > historyUntil {
		drop++
	}
	a.history = slices.Delete(a.history, 0, drop)
}

func (s *Service) describeAlarmHistory(a *account, in *struct {
	AlarmName, HistoryItemType, NextToken, ScanBy string
	StartDate, EndDate                            *wire.Timestamp
	MaxRecords                                    *int
}) (any, error) {
	size, err := pageSize(in.MaxRecords, maxPage)
	if err != nil {
		return nil, err
	}
	skip := 0
	if in.NextToken != "" {
		if skip, err = strconv.Atoi(in.NextToken); err != nil || skip < 0 {
			return nil, badToken()
		}
	}
	found := []historyItem{}
	for _, item := range a.history {
		if (in.AlarmName == "" || in.AlarmName == item.AlarmName) &&
			(in.HistoryItemType == "" || in.HistoryItemType == item.HistoryItemType) &&
			(in.StartDate == nil || !item.Timestamp.Before(in.StartDate.Time)) &&
			(in.EndDate == nil || !item.Timestamp.After(in.EndDate.Time)) {
			found = append(found, item)
		}
	}
	if in.ScanBy != "TimestampAscending" {
		slices.Reverse(found)
	}
	from, to := min(skip, len(found)), min(skip+size, len(found))
	out := struct {
		AlarmHistoryItems []historyItem
		NextToken         string `json:",omitempty"`
	}{AlarmHistoryItems: found[from:to]}
	if to < len(found) {
		out.NextToken = strconv.Itoa(to)
	}
	return out, nil
}
