package cloudwatch

import (
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

const (
	maxActions = 5 // a state
	maxAlarms  = 5000
	maxInAlarm = 10 // metrics and expressions of an alarm
	maxRange   = 7 * day
)

// The states of an alarm.
const (
	stateOK      = "OK"
	stateAlarm   = "ALARM"
	stateUnknown = "INSUFFICIENT_DATA"
)

// comparisons are the operators, and their words in a reason.
var comparisons = map[string]struct {
	breaches func(v, threshold float64) bool
	words    string
}{
	"GreaterThanThreshold":          {func(v, t float64) bool { return v > t }, "greater than"},
	"GreaterThanOrEqualToThreshold": {func(v, t float64) bool { return v >= t }, "greater than or equal to"},
	"LessThanThreshold":             {func(v, t float64) bool { return v < t }, "less than"},
	"LessThanOrEqualToThreshold":    {func(v, t float64) bool { return v <= t }, "less than or equal to"},
}

// alarmConfig is what PutMetricAlarm says, as DescribeAlarms returns it.
type alarmConfig struct {
	AlarmName               string
	AlarmDescription        string `json:",omitempty"`
	ActionsEnabled          *bool
	OKActions               []string
	AlarmActions            []string
	InsufficientDataActions []string
	MetricName              string `json:",omitempty"`
	Namespace               string `json:",omitempty"`
	Statistic               string `json:",omitempty"`
	ExtendedStatistic       string `json:",omitempty"`
	Dimensions              []dimension
	Period                  *int   `json:",omitempty"`
	Unit                    string `json:",omitempty"`
	EvaluationPeriods       *int
	DatapointsToAlarm       *int `json:",omitempty"`
	Threshold               *float64
	ComparisonOperator      string
	TreatMissingData        string  `json:",omitempty"`
	Metrics                 []query `json:",omitempty"`

	EvaluateLowSampleCountPercentile string `json:",omitempty"`
}

// alarm is an alarm and its state.
type alarm struct {
	alarmConfig
	arn      string
	queries  []query // what is evaluated
	compiled map[string]*node
	watched  string // the ID of the query whose value is compared
	updated  time.Time
	tags     map[string]string

	state, reason, data string
	stateSince          time.Time // last change of state or of its reason
	transition          time.Time
	timer               clockwork.Timer
}

func (c *alarmConfig) enabled() bool { return c.ActionsEnabled == nil || *c.ActionsEnabled }

func (c *alarmConfig) needed() int {
	if c.DatapointsToAlarm == nil {
		return *c.EvaluationPeriods
	}
	return *c.DatapointsToAlarm
}

// period is the period of what is evaluated, in seconds.
func (al *alarm) period() int64 {
	if al.Period != nil {
		return int64(*al.Period)
	}
	for i := range al.queries {
		if stat := al.queries[i].MetricStat; stat != nil {
			return int64(stat.Period)
		}
	}
	return minute
}

// check validates the configuration and prepares the evaluation.
func (al *alarm) check() error {
	c := &al.alarmConfig
	switch {
	case c.AlarmName == "" || len(c.AlarmName) > 255:
		return member(c.AlarmName, "alarmName", "have length between 1 and 255")
	case len(c.AlarmDescription) > 1024:
		return member(c.AlarmDescription[:20]+"…", "alarmDescription", "have length less than or equal to 1024")
	case c.EvaluationPeriods == nil:
		return validation("The parameter EvaluationPeriods is required.")
	case *c.EvaluationPeriods < 1:
		return member(*c.EvaluationPeriods, "evaluationPeriods", "have value greater than or equal to 1")
	case c.needed() < 1 || c.needed() > *c.EvaluationPeriods:
		return validation("DatapointsToAlarm must be between 1 and EvaluationPeriods")
	case c.Threshold == nil:
		return validation("The parameter Threshold is required.")
	case comparisons[c.ComparisonOperator].words == "":
		return member(c.ComparisonOperator, "comparisonOperator", "satisfy enum value set: "+
			"[GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]; anomaly "+
			"detection is not supported by the embedded AWS")
	}
	switch c.TreatMissingData {
	case "", "missing", "ignore", "breaching", "notBreaching":
	default:
		return validation("The value %s is not a valid value for the parameter TreatMissingData.", c.TreatMissingData)
	}
	switch c.EvaluateLowSampleCountPercentile {
	case "", "evaluate", "ignore":
	default:
		return validation("Option %s for parameter EvaluateLowSampleCountPercentile is not valid.",
			c.EvaluateLowSampleCountPercentile)
	}
	for _, actions := range [][]string{c.OKActions, c.AlarmActions, c.InsufficientDataActions} {
		if err := checkActions(actions); err != nil {
			return err
		}
	}
	if err := al.checkMetrics(); err != nil {
		return err
	}
	if span := time.Duration(al.period()) * time.Second * time.Duration(*c.EvaluationPeriods); span > maxRange ||
		al.period() < 3600 && span > day {
		return validation("Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= " +
			"86400), or a week if the period is at least an hour.")
	}
	return nil
}

// checkMetrics makes the queries of an alarm on one metric or on metric math.
func (al *alarm) checkMetrics() error {
	c := &al.alarmConfig
	if len(c.Metrics) > 0 {
		if c.MetricName != "" || c.Namespace != "" || c.Statistic != "" || c.Period != nil {
			return validation("Metrics list and MetricName, Namespace, Statistic or Period are mutually exclusive.")
		}
		al.queries = c.Metrics
		for i := range c.Metrics {
			if q := &c.Metrics[i]; q.returned() {
				if al.watched != "" {
					return validation("Exactly one element of the metrics list should return data.")
				}
				al.watched = q.Id
			}
		}
		if al.watched == "" {
			return validation("Exactly one element of the metrics list should return data.")
		}
	} else {
		stat := c.Statistic
		switch {
		case c.MetricName == "" || c.Namespace == "":
			return validation("The parameters MetricName and Namespace are required.")
		case c.Period == nil:
			return validation("The parameter Period is required.")
		case (stat == "") == (c.ExtendedStatistic == ""):
			return validation("Either Statistic or ExtendedStatistic must be specified.")
		case stat == "":
			stat = c.ExtendedStatistic
		}
		al.watched = "m"
		al.queries = []query{{Id: "m", MetricStat: &metricStat{
			Metric: metric{c.Namespace, c.MetricName, c.Dimensions}, Period: *c.Period, Stat: stat, Unit: c.Unit,
		}}}
	}
	var err error
	al.compiled, err = checkQueries(al.queries, maxInAlarm)
	return err
}

type alarmShape struct {
	alarmConfig
	AlarmArn                           string
	AlarmConfigurationUpdatedTimestamp wire.Timestamp
	StateValue                         string
	StateReason                        string
	StateReasonData                    string `json:",omitempty"`
	StateUpdatedTimestamp              wire.Timestamp
	StateTransitionedTimestamp         wire.Timestamp
}

func (al *alarm) shape() alarmShape {
	shape := alarmShape{
		alarmConfig: al.alarmConfig, AlarmArn: al.arn, StateValue: al.state, StateReason: al.reason, StateReasonData: al.data,
		AlarmConfigurationUpdatedTimestamp: wire.Timestamp{Time: al.updated},
		StateUpdatedTimestamp:              wire.Timestamp{Time: al.stateSince},
		StateTransitionedTimestamp:         wire.Timestamp{Time: al.transition},
	}
	enabled := al.enabled()
	shape.ActionsEnabled = &enabled
	for _, list := range []*[]string{&shape.OKActions, &shape.AlarmActions, &shape.InsufficientDataActions} {
		if *list == nil {
			*list = []string{}
		}
	}
	if shape.Dimensions == nil {
		shape.Dimensions = []dimension{}
	}
	return shape
}
