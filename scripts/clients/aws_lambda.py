#!/usr/bin/env python3
"""Walks through Lambda with boto3 and asserts what it sees: a handler in Python, its errors, a queue and a stream that it reads.

It takes region, keys and endpoint from the variables that `crashlab up --functions` prints.
Any boto3 from 1.26 on will do. Prints "ok N checks"; the first failure ends it.
"""
import base64
import io
import json
import os
import time
import uuid
import zipfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
ROLE = "arn:aws:iam::000000000000:role/f"
CODE = """
import base64


def handle(event, context):
    if "Records" in event and "kinesis" in event["Records"][0]:
        records = [r["kinesis"] for r in event["Records"]]
        bad = [r["sequenceNumber"] for r in records if base64.b64decode(r["data"]) == b"bad"]
        return {"batchItemFailures": [{"itemIdentifier": i} for i in bad]}
    if "Records" in event:
        bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": i} for i in bad]}
    print("handled", event)
    if event.get("fail"):
        raise KeyError("fail")
    return {"name": context.function_name, "event": event}
"""
checks = 0


def client(service):
    return boto3.client(
        service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=Config(retries={"max_attempts": 1})
    )


def check(ok, what):
    global checks
    checks += 1
    assert ok, what


archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as z:
    z.writestr("app.py", CODE)

f, sqs, name = client("lambda"), client("sqs"), f"worker-{RUN}"
made = f.create_function(
    FunctionName=name, Runtime="python3.9", Handler="app.handle", Role=ROLE, Code={"ZipFile": archive.getvalue()},
    Timeout=10, Publish=True,
)
check(made["Version"] == "1", made)
f.get_waiter("function_active_v2").wait(FunctionName=name)
check(name in [x["FunctionName"] for x in f.list_functions()["Functions"]], "listed")

answer = f.invoke(FunctionName=name, Payload=json.dumps({"n": 1}), LogType="Tail")
check(json.load(answer["Payload"]) == {"name": name, "event": {"n": 1}}, "answer")
log = base64.b64decode(answer["LogResult"]).decode()
check("handled {'n': 1}" in log and "REPORT RequestId" in log and "Init Duration" in log, log)
answer = f.invoke(FunctionName=f"{name}:1", Payload=json.dumps({"fail": True}))
check(answer["FunctionError"] == "Unhandled", answer)
check(json.load(answer["Payload"])["errorType"] == "KeyError", "error type")

try:
    f.invoke(FunctionName="nobody")
    check(False, "a function that does not exist answers")
except f.exceptions.ResourceNotFoundException as e:
    check("Function not found" in str(e), e)
f.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
try:
    f.invoke(FunctionName=name)
    check(False, "a throttled function answers")
except ClientError as e:
    check(e.response["Error"]["Code"] == "TooManyRequestsException", e)
    check(e.response["ResponseMetadata"]["HTTPStatusCode"] == 429, e)
f.delete_function_concurrency(FunctionName=name)

url = sqs.create_queue(QueueName=f"work-{RUN}", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sqs.send_message_batch(
    QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(["good", "bad", "good"])]
)
mapping = f.create_event_source_mapping(
    FunctionName=name, EventSourceArn=arn, FunctionResponseTypes=["ReportBatchItemFailures"]
)


def counts():
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [int(found[n]) for n in names]


deadline = time.monotonic() + 10
while counts() != [0, 1] and time.monotonic() < deadline:
    time.sleep(0.05)
check(counts() == [0, 1], f"the bad message alone is left, not {counts()}")
f.delete_event_source_mapping(UUID=mapping["UUID"])

# The function fails one record of a stream: it is retried, and then the destination is told, and the next is handled.
kinesis, stream = client("kinesis"), f"log-{RUN}"
kinesis.create_stream(StreamName=stream, ShardCount=1)
stream_arn = kinesis.describe_stream(StreamName=stream)["StreamDescription"]["StreamARN"]
lost_url = sqs.create_queue(QueueName=f"lost-{RUN}")["QueueUrl"]
put = [
    kinesis.put_record(StreamName=stream, PartitionKey="k", Data=data)["SequenceNumber"]
    for data in ["good", "skip", "bad", "good"]
]
mapping = f.create_event_source_mapping(
    FunctionName=name, EventSourceArn=stream_arn, StartingPosition="TRIM_HORIZON", MaximumRetryAttempts=1,
    BisectBatchOnFunctionError=True, FunctionResponseTypes=["ReportBatchItemFailures"],
    FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": [{"anything-but": "skip"}]})}]},
    DestinationConfig={"OnFailure": {"Destination": arn.replace(f"work-{RUN}", f"lost-{RUN}")}},
)
lost = sqs.receive_message(QueueUrl=lost_url, WaitTimeSeconds=20)["Messages"]
record = json.loads(lost[0]["Body"])
check(record["requestContext"]["condition"] == "RetryAttemptsExhausted", record)
batch = record["KinesisBatchInfo"]
check((batch["startSequenceNumber"], batch["endSequenceNumber"], batch["batchSize"]) == (put[2], put[2], 1), batch)
deadline = time.monotonic() + 10
while time.monotonic() < deadline:
    result = f.get_event_source_mapping(UUID=mapping["UUID"])["LastProcessingResult"]
    if result == "OK":
        break
    time.sleep(0.05)
check(result == "OK", result)
f.delete_event_source_mapping(UUID=mapping["UUID"])
kinesis.delete_stream(StreamName=stream)
f.delete_function(FunctionName=name)
print(f"ok {checks} checks")
