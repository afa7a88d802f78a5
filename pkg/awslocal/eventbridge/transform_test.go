package eventbridge

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
)

func sealed(t *testing.T) *event {
	t.Helper()
	e := &event{
		Version: "0", ID: "id-1", DetailType: "order", Source: "shop", Account: "000000000000", Time: "2024-05-01T12:00:00Z",
		Region:    "us-east-1",
		Resources: []string{"r1"}, ingested: time.Date(2024, 5, 1, 12, 0, 1, 0, time.UTC),
		Detail: []byte(`{"id":7,"user":{"name":"Ann \"A\" <a@b>","n":1},"tags":["x","y"],"ok":true,"none":null}`),
	}
	if err := e.seal(); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTransformer(t *testing.T) {
	e, r := sealed(t), &rule{name: "r", arn: "arn:r"}
	paths := map[string]string{
		"id": "$.detail.id", "user": "$.detail.user", "name": "$.detail.user.name", "tags": "$.detail.tags",
		"second": "$.detail.tags[1]", "ok": "$.detail.ok", "none": "$.detail.none", "missing": "$.detail.missing",
		"type": "$['detail-type']",
	}
	for template, want := range map[string]string{
		`"order <id> is <ok>"`:         `"order 7 is true"`,
		`{"id":<id>,"type":<type>}`:    `{"id":7,"type":"order"}`,
		`{"id":"<id>","t":"<type>"}`:   `{"id":"7","t":"order"}`,
		`{"name":"<name>"}`:            `{"name":"Ann \"A\" <a@b>"}`,
		`{"name":<name>}`:              `{"name":"Ann \"A\" <a@b>"}`,
		`{"tags":<tags>}`:              `{"tags":["x","y"]}`,
		`"<tags> <second>"`:            `"[x,y] y"`,
		`"<user>"`:                     `"{n:1,name:Ann A <a@b>}"`,
		`{"a":<missing>,"b":"<none>"}`: `{"a":"","b":""}`,
		`"say \"<type>\""`:             `"say \"order\""`,
		`"<aws.events.rule-name> <aws.events.rule-arn> <aws.events.event.ingestion-time>"`: `"r arn:r 2024-05-01T12:00:01Z"`,
		`{"e":<aws.events.event>}`: `{"e":{"account":"000000000000","detailType":"order","id":"id-1","region":"us-east-1","resources":["r1"],"source":"shop","time":"2024-05-01T12:00:00Z","version":"0"}}`,
		`no placeholder`:           `no placeholder`,
		"\"<id> a\"\n\"<type> b\"": "\"7 a\"\n\"order b\"",
	} {
		tr := &inputTransformer{InputPathsMap: paths, InputTemplate: template}
		if err := tr.check("t"); err != nil {
			t.Errorf("%s: %v", template, err)
		}
		if got := tr.apply(r, e); got != want {
			t.Errorf("%s\n got %s\nwant %s", template, got, want)
		}
	}
	whole := &inputTransformer{InputTemplate: `<aws.events.event.json>`}
	if v, err := eventpattern.JSON(whole.apply(r, e)); err != nil || v.(map[string]any)["detail"] == nil {
		t.Errorf("whole event: %v, %v", v, err)
	}
}

func TestPaths(t *testing.T) {
	e := sealed(t)
	for path, want := range map[string]string{
		"$": e.text, "$.detail.id": "7", "$.detail.tags[0]": `"x"`, "$['detail']['ok']": "true", "$.resources[0]": `"r1"`,
		"$.detail.nothing": "{}", "$.detail.tags[9]": "{}", "$.detail.id.deeper": "{}",
	} {
		target := &target{InputPath: path}
		if err := target.checkInput(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		got := target.input(nil, e)
		if path == "$" {
			a, _ := eventpattern.JSON(got)
			if _, ok := a.(map[string]any)["detail"]; !ok {
				t.Errorf("$: got %s", got)
			}
		} else if got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	for _, bad := range []string{
		"", "detail", "$..x", "$.", "$.a[", "$.a[x]", "$.a[-1]", "$.a[*]", "$['a", "$x", "$.a.*",
	} {
		if p, err := parsePath(bad); err == nil {
			t.Errorf("%s: accepted as %v", bad, p)
		}
	}
}
