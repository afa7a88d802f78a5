package sweep

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
)

// defaultGroup is the one that every account has and that can't be deleted.
const defaultGroup = "default"

func defaultSchedules(c *scheduler.Client) kind {
	list := func(ctx context.Context, prefix string) (found []Thing, err error) {
		pages := scheduler.NewListSchedulesPaginator(c, &scheduler.ListSchedulesInput{
			GroupName: aws.String(defaultGroup), NamePrefix: unlessEmpty(prefix),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, s := range page.Schedules {
				found = append(found, Thing{Name: *s.Name})
			}
		}
		return found, nil
	}
	return kind{"schedule", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: aws.String(defaultGroup), Name: &t.Name})
		return err
	})}
}

// scheduleGroups are deleted with their schedules.
func scheduleGroups(c *scheduler.Client) kind {
	list := func(ctx context.Context, prefix string) (found []Thing, err error) {
		pages := scheduler.NewListScheduleGroupsPaginator(c, &scheduler.ListScheduleGroupsInput{
			NamePrefix: unlessEmpty(prefix),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, g := range page.ScheduleGroups {
				if *g.Name != defaultGroup {
					found = append(found, Thing{Name: *g.Name})
				}
			}
		}
		return found, nil
	}
	return kind{"schedule group", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteScheduleGroup(ctx, &scheduler.DeleteScheduleGroupInput{Name: &t.Name})
		return err
	})}
}
