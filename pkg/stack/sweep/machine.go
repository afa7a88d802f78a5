package sweep

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// machines go away with their last running execution.
func machines(c *sfn.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := sfn.NewListStateMachinesPaginator(c, &sfn.ListStateMachinesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, m := range page.StateMachines {
				found = append(found, Thing{Name: *m.Name, ref: *m.StateMachineArn})
			}
		}
		return found, nil
	}
	return kind{"state machine", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteStateMachine(ctx, &sfn.DeleteStateMachineInput{StateMachineArn: &t.ref})
		return err
	})}
}

func activities(c *sfn.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := sfn.NewListActivitiesPaginator(c, &sfn.ListActivitiesInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, a := range page.Activities {
				found = append(found, Thing{Name: *a.Name, ref: *a.ActivityArn})
			}
		}
		return found, nil
	}
	return kind{"activity", list, one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteActivity(ctx, &sfn.DeleteActivityInput{ActivityArn: &t.ref})
		return err
	})}
}
