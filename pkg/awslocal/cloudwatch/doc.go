// Package cloudwatch is CloudWatch's metrics and alarms in memory, as far as the labs need them.
//
// # Covered
//
//	Metrics  PutMetricData GetMetricData GetMetricStatistics ListMetrics
//	         values with counts, statistic sets, dimensions, units, high resolution; Average, Sum,
//	         Minimum, Maximum, SampleCount and percentiles
//	Math     + - * / ^, comparisons, && and ||; ABS AVG CEIL DATAPOINT_COUNT DIFF FILL FLOOR IF MAX
//	         METRICS METRIC_COUNT MIN PERIOD RATE RUNNING_SUM SUM
//	Alarms   PutMetricAlarm DescribeAlarms DescribeAlarmsForMetric DescribeAlarmHistory DeleteAlarms
//	         SetAlarmState EnableAlarmActions DisableAlarmActions
//	         M of N periods, TreatMissingData, metric math; actions are SNS topics and Lambda
//	         functions
//	Tags     TagResource UntagResource ListTagsForResource (alarms)
//
// # Left out
//
// Composite alarms, anomaly detection, dashboards, metric streams, Metrics Insights queries, trimmed statistics
// and search expressions are refused by name or answered as unknown operations. Alarms send no events to
// EventBridge.
//
// # Different from AWS
//
//   - Data can be read at once. An alarm is evaluated 5 s after each full minute, one with a period of less
//     than a minute 1 s after each ten seconds. AWS says only how often.
//   - The evaluation range has two periods more than EvaluationPeriods, as in the examples of AWS's guide; AWS
//     does not say how many it takes.
//   - A minute keeps 1,000 different values for percentiles. Beyond that, values keep three significant digits.
//   - A request without a unit reads data of all units together; GetMetricStatistics tells them apart.
//   - Namespaces that begin with AWS/ are not reserved: a lab may stand in for a service.
//   - A listing has a new metric at once.
//
// # Retention
//
// As on AWS data is kept for 3 hours by the second, for 15 days by the minute, for 63 days by 5 minutes, and for
// 455 days by the hour. An account has at most 50,000 metrics.
package cloudwatch
