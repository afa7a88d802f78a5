package sweep

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func functions(c *lambda.Client) kind {
	list := func(ctx context.Context, _ string) (found []Thing, err error) {
		pages := lambda.NewListFunctionsPaginator(c, &lambda.ListFunctionsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return found, err
			}
			for _, f := range page.Functions {
				found = append(found, Thing{Name: *f.FunctionName})
			}
		}
		return found, nil
	}
	return kind{"Lambda function", list, one(func(ctx context.Context, t Thing) error {
		mappings := deleteMappings(ctx, c, t.Name)
		_, err := c.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &t.Name})
		return errors.Join(mappings, err)
	})}
}

// deleteMappings deletes a function's event source mappings, which outlive it.
func deleteMappings(ctx context.Context, c *lambda.Client, function string) error {
	var ids []Thing
	pages := lambda.NewListEventSourceMappingsPaginator(c, &lambda.ListEventSourceMappingsInput{FunctionName: &function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.EventSourceMappings {
			ids = append(ids, Thing{Name: *m.UUID})
		}
	}
	_, err := one(func(ctx context.Context, t Thing) error {
		_, err := c.DeleteEventSourceMapping(ctx, &lambda.DeleteEventSourceMappingInput{UUID: &t.Name})
		return err
	})(ctx, ids)
	return err
}
