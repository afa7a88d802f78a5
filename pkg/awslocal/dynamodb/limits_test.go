package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"

	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/crashlab/crashlab/pkg/awslocal/dynamodb"
)

func TestTagsAreLimited(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("users", "pk"))
	arn := "arn:aws:dynamodb:us-east-1:000000000000:table/users"
	tags := func(n int, key, value string) (list []types.Tag) {
		for i := range n {
			list = append(list, types.Tag{Key: ptr(fmt.Sprintf(key, i)), Value: &value})
		}
		return list
	}
	for want, bad := range map[string][]types.Tag{
		"1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have " +
			"length greater than or equal to 1": {{Key: ptr(""), Value: ptr("v")}},
		"1 validation error detected: Value '" + strings.Repeat("v", 257) + "' at 'tags.1.member.value' failed to satisfy " +
			"constraint: Member must have length less than or equal to 256": tags(1, "k%d", strings.Repeat("v", 257)),
		"One or more parameter values were invalid: Tag keys and values can only contain letters, spaces, numbers and " +
			"+ - = . _ : / @": tags(1, "k%d!", "v"),
		"One or more parameter values were invalid: Too many tags: a table can have 50": tags(51, "k%d", "v"),
	} {
		_, err := c.TagResource(ctx, &ddb.TagResourceInput{ResourceArn: &arn, Tags: bad})
		wantError(t, err, validation, want)
	}
	for range 2 { // the same tags again are no more
		if _, err := c.TagResource(ctx, &ddb.TagResourceInput{ResourceArn: &arn, Tags: tags(50, "k%d", "é/v")}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIndexKeysAreLimited(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, indexed("orders", all))
	_, err := c.PutItem(ctx, &ddb.PutItemInput{
		TableName: ptr("orders"), Item: order("a", "1", strings.Repeat("x", 2049), "1"),
	})
	wantError(t, err, validation,
		"One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	put(t, c, "orders", order("a", "1", strings.Repeat("x", 2048), "1"))
}

func TestNamesOfKeysAreLimited(t *testing.T) {
	c := client(t, dynamodb.Config{})
	create(t, c, onDemand("short", strings.Repeat("k", 255)))
	long := strings.Repeat("k", 256)
	_, err := c.CreateTable(ctx, onDemand("long", long))
	const constraint = "failed to satisfy constraint: Member must have length less than or equal to 255"
	wantError(t, err, validation, "2 validation errors detected: Value '"+long+"' at 'attributeDefinitions.1.member."+
		"attributeName' "+constraint+"; Value '"+long+"' at 'keySchema.1.member.attributeName' "+constraint)
}

func TestNamesOfAttributesAreLimited(t *testing.T) {
	c := users(t)
	key := item{"pk": str("a")}
	for _, bad := range []struct{ name, want string }{
		{"", "Empty attribute name"},
		{strings.Repeat("n", 1<<16), "Attribute name is too large, must be less than 65536 bytes"},
	} {
		const ofNames = "ExpressionAttributeNames contains invalid value: "
		names := map[string]string{"#n": bad.name}
		_, err := c.PutItem(ctx, &ddb.PutItemInput{TableName: ptr("users"), Item: item{"pk": str("a"), bad.name: num("1")}})
		wantError(t, err, validation, bad.want)
		_, err = c.PutItem(ctx, &ddb.PutItemInput{
			TableName: ptr("users"), Item: item{"pk": str("a"), "m": doc(item{bad.name: num("1")})},
		})
		wantError(t, err, validation, bad.want)
		_, err = c.GetItem(ctx, &ddb.GetItemInput{TableName: ptr("users"), Key: key, AttributesToGet: []string{bad.name}})
		wantError(t, err, validation, bad.want)
		_, err = c.GetItem(ctx, &ddb.GetItemInput{
			TableName: ptr("users"), Key: key, ProjectionExpression: ptr("#n"), ExpressionAttributeNames: names,
		})
		wantError(t, err, validation, ofNames+bad.want+" for key #n")
		_, err = c.UpdateItem(ctx, &ddb.UpdateItemInput{
			TableName: ptr("users"), Key: key,
			AttributeUpdates: map[string]types.AttributeValueUpdate{bad.name: {Value: num("1")}},
		})
		wantError(t, err, validation, bad.want)
	}
	put(t, c, "users", item{"pk": str("a"), strings.Repeat("n", 1<<16-1): num("1")})
	const length = "1 validation error detected: Value '%s' at 'timeToLiveSpecification.attributeName' failed to " +
		"satisfy constraint: Member must have length less than or equal to 255"
	long := strings.Repeat("n", 256)
	wantError(t, setTTL(c, true, long), validation, fmt.Sprintf(length, long))
}
