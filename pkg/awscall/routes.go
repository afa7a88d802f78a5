package awscall

import (
	"net/http"
	"net/url"
	"strings"
)

// routes are the operations of one service that are told apart by method and path.
type routes map[string][]route // by method and number of the path's parts: "GET 3"

type route struct {
	operation string
	parts     []string
	query     url.Values // parameters that must be there, too
}

// routesByAPI are the REST services with JSON bodies. Operations of Lambda's that only manage layers, function
// URLs, signed code and the like have no name here.
var routesByAPI = map[string]routes{
	"lambda": routesOf(`
POST /2014-11-13/functions/{FunctionName}/invoke-async InvokeAsync
GET /2015-03-31/event-source-mappings ListEventSourceMappings
POST /2015-03-31/event-source-mappings CreateEventSourceMapping
DELETE /2015-03-31/event-source-mappings/{UUID} DeleteEventSourceMapping
GET /2015-03-31/event-source-mappings/{UUID} GetEventSourceMapping
PUT /2015-03-31/event-source-mappings/{UUID} UpdateEventSourceMapping
GET /2015-03-31/functions ListFunctions
POST /2015-03-31/functions CreateFunction
DELETE /2015-03-31/functions/{FunctionName} DeleteFunction
GET /2015-03-31/functions/{FunctionName} GetFunction
GET /2015-03-31/functions/{FunctionName}/aliases ListAliases
POST /2015-03-31/functions/{FunctionName}/aliases CreateAlias
DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name} DeleteAlias
GET /2015-03-31/functions/{FunctionName}/aliases/{Name} GetAlias
PUT /2015-03-31/functions/{FunctionName}/aliases/{Name} UpdateAlias
PUT /2015-03-31/functions/{FunctionName}/code UpdateFunctionCode
GET /2015-03-31/functions/{FunctionName}/configuration GetFunctionConfiguration
PUT /2015-03-31/functions/{FunctionName}/configuration UpdateFunctionConfiguration
POST /2015-03-31/functions/{FunctionName}/invocations Invoke
GET /2015-03-31/functions/{FunctionName}/policy GetPolicy
POST /2015-03-31/functions/{FunctionName}/policy AddPermission
DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId} RemovePermission
GET /2015-03-31/functions/{FunctionName}/versions ListVersionsByFunction
POST /2015-03-31/functions/{FunctionName}/versions PublishVersion
GET /2016-08-19/account-settings GetAccountSettings
DELETE /2017-03-31/tags/{Resource} UntagResource
GET /2017-03-31/tags/{Resource} ListTags
POST /2017-03-31/tags/{Resource} TagResource
DELETE /2017-10-31/functions/{FunctionName}/concurrency DeleteFunctionConcurrency
PUT /2017-10-31/functions/{FunctionName}/concurrency PutFunctionConcurrency
DELETE /2019-09-25/functions/{FunctionName}/event-invoke-config DeleteFunctionEventInvokeConfig
GET /2019-09-25/functions/{FunctionName}/event-invoke-config GetFunctionEventInvokeConfig
POST /2019-09-25/functions/{FunctionName}/event-invoke-config UpdateFunctionEventInvokeConfig
PUT /2019-09-25/functions/{FunctionName}/event-invoke-config PutFunctionEventInvokeConfig
GET /2019-09-25/functions/{FunctionName}/event-invoke-config/list ListFunctionEventInvokeConfigs
GET /2019-09-30/functions/{FunctionName}/concurrency GetFunctionConcurrency
DELETE /2019-09-30/functions/{FunctionName}/provisioned-concurrency DeleteProvisionedConcurrencyConfig
GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL ListProvisionedConcurrencyConfigs
GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency GetProvisionedConcurrencyConfig
PUT /2019-09-30/functions/{FunctionName}/provisioned-concurrency PutProvisionedConcurrencyConfig
POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations InvokeWithResponseStream
`),
	"scheduler": routesOf(`
GET /schedule-groups ListScheduleGroups
DELETE /schedule-groups/{Name} DeleteScheduleGroup
GET /schedule-groups/{Name} GetScheduleGroup
POST /schedule-groups/{Name} CreateScheduleGroup
GET /schedules ListSchedules
DELETE /schedules/{Name} DeleteSchedule
GET /schedules/{Name} GetSchedule
POST /schedules/{Name} CreateSchedule
PUT /schedules/{Name} UpdateSchedule
DELETE /tags/{ResourceArn} UntagResource
GET /tags/{ResourceArn} ListTagsForResource
POST /tags/{ResourceArn} TagResource
`),
}

// routesOf reads routes from lines of a method, a path and an operation. Of two routes for one path the one with a
// query comes first.
func routesOf(text string) routes {
	all := routes{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		path, query, _ := strings.Cut(words[1], "?")
		parts := split(path)
		key := kindOf(words[0], parts)
		parameters, _ := url.ParseQuery(query)
		all[key] = append(all[key], route{words[2], parts, parameters})
	}
	return all
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

func kindOf(method string, parts []string) string { return method + strings.Repeat("/", len(parts)) }

// find returns the route of a request and what its path says: "FunctionName" to "f".
func (all routes) find(r *http.Request) (operation string, labels map[string]string) {
	parts := split(r.URL.EscapedPath())
	for i := range parts {
		if plain, err := url.PathUnescape(parts[i]); err == nil {
			parts[i] = plain
		}
	}
	var query url.Values
	for _, candidate := range all[kindOf(r.Method, parts)] {
		if len(candidate.query) > 0 && query == nil {
			query = r.URL.Query()
		}
		if labels, ok := candidate.match(parts, query); ok {
			return candidate.operation, labels
		}
	}
	return "", nil
}

func (c route) match(parts []string, query url.Values) (map[string]string, bool) {
	labels := map[string]string{}
	for i, want := range c.parts {
		if name, ok := strings.CutPrefix(want, "{"); ok {
			labels[strings.TrimSuffix(name, "}")] = parts[i]
		} else if want != parts[i] {
			return nil, false
		}
	}
	for name := range c.query {
		if query.Get(name) != c.query.Get(name) {
			return nil, false
		}
	}
	return labels, true
}
