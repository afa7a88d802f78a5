#!/usr/bin/env python3
"""Walks through EventBridge Scheduler and scheduled rules with boto3, and asserts what it sees.

It takes region, keys and endpoint from the variables that `crashlab up` prints.
Any boto3 from 1.26 on will do. Prints "ok N checks"; the first failure ends it.
"""
import datetime
import json
import os
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # which boto3 reads only from 1.28 on
RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
ROLE = "arn:aws:iam::000000000000:role/scheduler"
checks = 0


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT, config=Config(retries={"max_attempts": 1}))


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


sqs, s, e = client("sqs"), client("scheduler"), client("events")
url = sqs.create_queue(QueueName=f"due-{RUN}")["QueueUrl"]
queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
OFF = {"Mode": "OFF"}


def receive():
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for m in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
            check(True, "a message")
            return m["Body"]
    check(False, "no message within 20 s")


def in_a_moment():
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
    return f"at({at:%Y-%m-%dT%H:%M:%S})"


def schedules():
    group, name = f"group-{RUN}", f"once-{RUN}"
    s.create_schedule_group(Name=group, Tags=[{"Key": "team", "Value": "shop"}])
    refused("ConflictException", s.create_schedule_group, Name=group)
    arn = s.get_schedule_group(Name=group)["Arn"]
    check(s.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "shop"}], "tags")
    target = {"Arn": queue, "RoleArn": ROLE, "Input": '{"n":1}'}
    s.create_schedule(
        Name="nightly", GroupName=group, ScheduleExpression="cron(30 2 * * ? *)", FlexibleTimeWindow=OFF, Target=target,
        ScheduleExpressionTimezone="Europe/Berlin")
    got = s.get_schedule(Name="nightly", GroupName=group)
    check(got["State"] == "ENABLED" and got["ScheduleExpressionTimezone"] == "Europe/Berlin", got)
    check(got["Target"]["Input"] == '{"n":1}' and isinstance(got["CreationDate"], datetime.datetime), got)
    s.update_schedule(
        Name="nightly", GroupName=group, ScheduleExpression="rate(1 day)", FlexibleTimeWindow=OFF, Target=target,
        State="DISABLED")
    got = s.get_schedule(Name="nightly", GroupName=group)
    check(got["State"] == "DISABLED" and got["ScheduleExpressionTimezone"] == "UTC", "an update replaces all")
    check([x["Name"] for x in s.list_schedules(GroupName=group, State="DISABLED")["Schedules"]] == ["nightly"], "list")
    check(s.list_schedules(GroupName=group, NamePrefix="x")["Schedules"] == [], "prefix")
    args = {"Name": "bad", "GroupName": group, "FlexibleTimeWindow": OFF, "Target": target}
    refused("ValidationException", s.create_schedule, ScheduleExpression="rate(1 fortnight)", **args)
    refused("ResourceNotFoundException", s.get_schedule, Name="gone", GroupName=group)
    s.create_schedule(Name=name, ScheduleExpression=in_a_moment(), FlexibleTimeWindow=OFF, Target=target)
    check(receive() == '{"n":1}', "a one-time schedule")
    s.create_schedule(Name=f"universal-{RUN}", ScheduleExpression=in_a_moment(), FlexibleTimeWindow=OFF, Target={
        "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "RoleArn": ROLE,
        "Input": json.dumps({"QueueUrl": url, "MessageBody": "universal"})})
    check(receive() == "universal", "a universal target")
    for each in (name, f"universal-{RUN}"):
        s.delete_schedule(Name=each)
    s.delete_schedule_group(Name=group)
    refused("ResourceNotFoundException", s.get_schedule_group, Name=group)


def rules():
    name = f"minutely-{RUN}"
    e.put_rule(Name=name, ScheduleExpression="rate(1 minute)", State="DISABLED")
    got = e.describe_rule(Name=name)
    check(got["ScheduleExpression"] == "rate(1 minute)" and got["State"] == "DISABLED", got)
    out = e.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": queue, "Input": "{}"}])
    check(out["FailedEntryCount"] == 0, out)
    e.put_rule(Name=name, ScheduleExpression="cron(0 12 ? * MON-FRI *)")
    check(e.describe_rule(Name=name)["State"] == "ENABLED", "put again")
    for expression in ("rate(1 minutes)", "rate(0 hours)", "cron(0 12 * * * *)", "at(2030-01-01T00:00:00)"):
        refused("ValidationException", e.put_rule, Name="bad", ScheduleExpression=expression)
    e.remove_targets(Rule=name, Ids=["q"])
    e.delete_rule(Name=name)


for walk in (schedules, rules):
    walk()
sqs.delete_queue(QueueUrl=url)
print(f"ok {checks} checks")
