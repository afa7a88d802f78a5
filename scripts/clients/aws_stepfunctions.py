#!/usr/bin/env python3
"""Walks through Step Functions with boto3, and asserts what it sees.

It takes region, keys and endpoint from the variables that `crashlab up` prints.
Any boto3 from 1.26 on will do. Prints "ok N checks"; the first failure ends it.
"""
import json
import os
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # which boto3 reads only from 1.28 on
RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
ROLE = "arn:aws:iam::000000000000:role/machine"
checks = 0


def client(service):
    # An emulator has one host: StartSyncExecution must not put "sync-" before it.
    return boto3.client(
        service, endpoint_url=ENDPOINT,
        config=Config(retries={"max_attempts": 1}, inject_host_prefix=False),
    )


sfn = client("stepfunctions")


def check(ok, what):
    global checks
    checks += 1
    assert ok, what


def refused(code, call, **args):
    try:
        call(**args)
    except ClientError as e:
        check(e.response["Error"]["Code"] == code, f"{e} instead of {code}")
        return
    check(False, f"{call.__name__} went through; expected {code}")


def machine(name, states, kind="STANDARD"):
    definition = {"StartAt": next(iter(states)), "States": states}
    return sfn.create_state_machine(
        name=f"{name}-{RUN}", definition=json.dumps(definition), roleArn=ROLE, type=kind,
    )["stateMachineArn"]


def start(arn, value):
    return sfn.start_execution(stateMachineArn=arn, input=json.dumps(value))["executionArn"]


def ended(execution, status, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        out = sfn.describe_execution(executionArn=execution)
        if out["status"] != "RUNNING":
            check(out["status"] == status, f"{out['status']} {out.get('error')}: {out.get('cause')}")
            return out
        time.sleep(0.02)
    check(False, f"{execution} did not end within {seconds} s")


def kinds(execution):
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution, maxResults=3)
    return [event["type"] for page in pages for event in page["events"]]


def saga():
    """A payment by an activity's worker, whose failure is retried and then compensated in a table."""
    dynamodb, table = client("dynamodb"), f"refunds-{RUN}"
    dynamodb.create_table(
        TableName=table, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "order", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "order", "AttributeType": "S"}],
    )
    activity = sfn.create_activity(name=f"pay-{RUN}")["activityArn"]
    arn = machine("saga", {
        "Pay": {
            "Type": "Task", "Resource": activity, "TimeoutSeconds": 60, "End": True,
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": "Refund"}],
        },
        "Refund": {
            "Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": True,
            "Parameters": {
                "TableName": table, "ConditionExpression": "attribute_not_exists(#o)",
                "ExpressionAttributeNames": {"#o": "order"}, "Item": {"order": {"S.$": "$.order"}},
            },
        },
    })
    execution = start(arn, {"order": "o-1"})
    for error in "Busy", "Declined":
        task = sfn.get_activity_task(activityArn=activity, workerName="boto3")
        check(json.loads(task["input"]) == {"order": "o-1"}, task)
        sfn.send_task_heartbeat(taskToken=task["taskToken"])
        sfn.send_task_failure(taskToken=task["taskToken"], error=error, cause="no")
    ended(execution, "SUCCEEDED")
    got = kinds(execution)
    check(got.count("ActivityFailed") == 2 and got.count("TaskSucceeded") == 1, got)
    check(dynamodb.scan(TableName=table)["Count"] == 1, "the refund")
    refused("TaskTimedOut", sfn.send_task_success, taskToken=task["taskToken"], output="1")

    again = start(arn, {"order": "o-1"})
    task = sfn.get_activity_task(activityArn=activity)
    sfn.send_task_failure(taskToken=task["taskToken"], error="Declined")
    out = ended(again, "FAILED")
    check(out["error"] == "DynamoDB.ConditionalCheckFailedException", out["error"])
    if hasattr(sfn, "redrive_execution"):
        dynamodb.delete_item(TableName=table, Key={"order": {"S": "o-1"}})
        sfn.redrive_execution(executionArn=again)
        check(ended(again, "SUCCEEDED")["redriveCount"] == 1, "redriven once")
        check("ExecutionRedriven" in kinds(again), "the history goes on")


def callback():
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=f"approvals-{RUN}")["QueueUrl"]
    arn = machine("callback", {
        "Ask": {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True,
            "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
        },
    })
    execution = start(arn, {})
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"][0]
    sfn.send_task_success(taskToken=json.loads(message["Body"])["token"], output='{"approved":true}')
    check(json.loads(ended(execution, "SUCCEEDED")["output"]) == {"approved": True}, "the callback's output")


def express():
    arn = machine("express", {"A": {"Type": "Pass", "Result": 7, "End": True}}, "EXPRESS")
    out = sfn.start_sync_execution(stateMachineArn=arn)
    check((out["status"], out["output"]) == ("SUCCEEDED", "7"), out)
    check(out["billingDetails"]["billedDurationInMilliseconds"] == 100, out["billingDetails"])
    refused("StateMachineTypeNotSupported", sfn.list_executions, stateMachineArn=arn)


def machines():
    arn = machine("kept", {"A": {"Type": "Wait", "Seconds": 600, "End": True}})
    first = sfn.start_execution(stateMachineArn=arn, name="x", input="{}")
    check(sfn.start_execution(stateMachineArn=arn, name="x", input="{}")["startDate"] == first["startDate"], "same")
    refused("ExecutionAlreadyExists", sfn.start_execution, stateMachineArn=arn, name="x", input="[]")
    sfn.stop_execution(executionArn=first["executionArn"], error="Enough")
    check(ended(first["executionArn"], "ABORTED")["error"] == "Enough", "stopped")
    check(len(sfn.list_executions(stateMachineArn=arn, statusFilter="ABORTED")["executions"]) == 1, "listed")
    sfn.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "pay"}])
    check(sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "pay"}], "tags")
    refused("InvalidDefinition", sfn.create_state_machine, name="bad", definition="{}", roleArn=ROLE)
    sfn.delete_state_machine(stateMachineArn=arn)
    refused("StateMachineDoesNotExist", sfn.describe_state_machine, stateMachineArn=arn)


for part in machines, saga, callback, express:
    part()
print(f"ok {checks} checks")
