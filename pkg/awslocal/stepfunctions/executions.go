package stepfunctions

import (
	"slices"
)

type included struct {
	Included bool `json:"included"`
}

// executionShape is an execution as DescribeExecution gives it.
type executionShape struct {
	ExecutionArn        string    `json:"executionArn"`
	StateMachineArn     string    `json:"stateMachineArn"`
	Name                string    `json:"name"`
	Status              string    `json:"status"`
	StartDate           float64   `json:"startDate"`
	StopDate            *float64  `json:"stopDate,omitempty"`
	Input               *string   `json:"input,omitempty"`
	InputDetails        *included `json:"inputDetails,omitempty"`
	Output              *string   `json:"output,omitempty"`
	OutputDetails       *included `json:"outputDetails,omitempty"`
	TraceHeader         string    `json:"traceHeader,omitempty"`
	Error               string    `json:"error,omitempty"`
	Cause               string    `json:"cause,omitempty"`
	RedriveCount        int       `json:"redriveCount"`
	RedriveDate         *float64  `json:"redriveDate,omitempty"`
	RedriveStatus       string    `json:"redriveStatus"`
	RedriveStatusReason string    `json:"redriveStatusReason,omitempty"`
}

func (s *Service) describeExecution(a *account, in *struct{ ExecutionArn, IncludedData string }) (any, error) {
	x, err := a.execution(in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	data := in.IncludedData != "METADATA_ONLY"
	shape := executionShape{
		ExecutionArn: x.arn, StateMachineArn: x.machine.arn, Name: x.name, Status: x.status,
		StartDate: seconds(x.started), StopDate: secondsOrNil(x.stopped), InputDetails: &included{data},
		TraceHeader: x.trace, RedriveCount: x.redrives, RedriveDate: secondsOrNil(x.redriven), RedriveStatus: "REDRIVABLE",
	}
	if data {
		shape.Input, shape.Output, shape.Error, shape.Cause = &x.text, x.output, x.error, x.cause
	}
	if x.output != nil {
		shape.OutputDetails = &included{data}
	}
	if reason := x.notRedrivable(); reason != "" {
		shape.RedriveStatus, shape.RedriveStatusReason = "NOT_REDRIVABLE", reason
	}
	return shape, nil
}

func (s *Service) describeStateMachineForExecution(a *account, in *struct{ ExecutionArn string }) (any, error) {
	x, err := a.execution(in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	shape := x.machine.shape(x.revision)
	shape.UpdateDate = secondsOrNil(x.revision.updated)
	return shape, nil
}

type executionItem struct {
	ExecutionArn    string   `json:"executionArn"`
	StateMachineArn string   `json:"stateMachineArn"`
	Name            string   `json:"name"`
	Status          string   `json:"status"`
	StartDate       float64  `json:"startDate"`
	StopDate        *float64 `json:"stopDate,omitempty"`
	RedriveCount    int      `json:"redriveCount"`
	RedriveDate     *float64 `json:"redriveDate,omitempty"`
}

// listExecutions gives the executions of a machine, the newest first.
func (s *Service) listExecutions(a *account, in *struct {
	StateMachineArn, StatusFilter, RedriveFilter, MapRunArn string
	page
}) (any, error) {
	if in.MapRunArn != "" {
		return nil, validation("Distributed maps are not supported by the embedded AWS: mapRunArn")
	}
	m, err := a.machine(in.StateMachineArn)
	statuses := []string{succeeded, timedOut, "PENDING_REDRIVE", aborted, failed, running}
	switch {
	case err != nil:
		return nil, err
	case m.express:
		return nil, notSupported()
	case in.StatusFilter != "" && !slices.Contains(statuses, in.StatusFilter):
		return nil, member(in.StatusFilter, "statusFilter",
			"satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]")
	case in.RedriveFilter != "" && in.RedriveFilter != "REDRIVEN" && in.RedriveFilter != "NOT_REDRIVEN":
		return nil, member(in.RedriveFilter, "redriveFilter", "satisfy enum value set: [REDRIVEN, NOT_REDRIVEN]")
	}
	var all []*execution
	for _, x := range a.order {
		if x.machine == m && (in.StatusFilter == "" || in.StatusFilter == x.status) &&
			(in.RedriveFilter == "" || (in.RedriveFilter == "REDRIVEN") == (x.redrives > 0)) {
			all = append(all, x)
		}
	}
	from, to, next, err := in.ofNewest("executions", len(all), 3096)
	if err != nil {
		return nil, err
	}
	out := struct {
		Executions []executionItem `json:"executions"`
		NextToken  string          `json:"nextToken,omitempty"`
	}{[]executionItem{}, next}
	for i := to - 1; i >= from; i-- {
		x := all[i]
		out.Executions = append(out.Executions, executionItem{
			x.arn, m.arn, x.name, x.status, seconds(x.started), secondsOrNil(x.stopped), x.redrives, secondsOrNil(x.redriven),
		})
	}
	return out, nil
}
