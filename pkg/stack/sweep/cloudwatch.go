package sweep

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
)

// alarms can be deleted. Metrics can't: CloudWatch forgets those that get no more data.
func alarms(c *cloudwatch.Client) kind {
	list := func(ctx context.Context, prefix string) (found []Thing, err error) {
		pages := cloudwatch.NewDescribeAlarmsPaginator(c, &cloudwatch.DescribeAlarmsInput{
			AlarmNamePrefix: unlessEmpty(prefix), MaxRecords: aws.Int32(100),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for i := range page.MetricAlarms {
				found = append(found, Thing{Name: *page.MetricAlarms[i].AlarmName})
			}
		}
		return found, nil
	}
	return kind{"CloudWatch alarm", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{t.Name}})
		return err
	})}
}
