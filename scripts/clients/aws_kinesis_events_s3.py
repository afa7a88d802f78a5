#!/usr/bin/env python3
"""Walks through Kinesis, EventBridge, CloudWatch and S3 with boto3, and asserts what it sees.

It takes region, keys and endpoint from the variables that `crashlab up` prints.
Any boto3 from 1.26 on will do. Prints "ok N checks"; the first failure ends it.
"""
import hashlib
import io
import json
import os
import time
import urllib.request
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # which boto3 reads only from 1.28 on
RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
checks = 0


def client(service, **config):
    return boto3.client(
        service, endpoint_url=ENDPOINT,
        config=Config(retries={"max_attempts": 1}, **config),
    )


def check(ok, what):
    global checks
    checks += 1
    assert ok, what


def refused(code, call, **args):
    try:
        call(**args)
    except ClientError as e:
        check(e.response["Error"]["Code"] == code, f"{e} instead of {code}")
        return e.response
    check(False, f"{call.__name__} went through; expected {code}")


def eventually(what, poll, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = poll()
        if found:
            check(True, what)
            return found
        time.sleep(0.02)
    check(False, f"{what}: not within {seconds} s")


def kinesis():
    k, name = client("kinesis"), f"orders-{RUN}"
    k.create_stream(StreamName=name, ShardCount=2)
    k.get_waiter("stream_exists").wait(StreamName=name)
    d = k.describe_stream(StreamName=name)["StreamDescription"]
    check(d["StreamStatus"] == "ACTIVE" and len(d["Shards"]) == 2, d)
    refused("ResourceInUseException", k.create_stream, StreamName=name, ShardCount=1)
    refused("ResourceNotFoundException", k.describe_stream, StreamName="nowhere")

    first = k.put_record(StreamName=name, PartitionKey="ann", Data=b"0")
    out = k.put_records(StreamName=name, Records=[{"PartitionKey": "ann", "Data": str(i).encode()} for i in range(1, 10)])
    check(out["FailedRecordCount"] == 0 and {r["ShardId"] for r in out["Records"]} == {first["ShardId"]}, out)
    numbers = [first["SequenceNumber"]] + [r["SequenceNumber"] for r in out["Records"]]
    check(numbers == sorted(set(numbers), key=int), numbers)

    def read(shard, kind, **more):
        it = k.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]
        return k.get_records(ShardIterator=it)

    shard = first["ShardId"]
    got = read(shard, "TRIM_HORIZON")
    check([r["Data"] for r in got["Records"]] == [str(i).encode() for i in range(10)] and got["MillisBehindLatest"] == 0, got)
    check(len(read(shard, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[6])["Records"]) == 3, "after the seventh")
    check(len(read(shard, "AT_TIMESTAMP", Timestamp=d["StreamCreationTimestamp"])["Records"]) == 10, "since the creation")
    check(read(shard, "LATEST")["Records"] == [], "from the tip")
    refused("InvalidArgumentException", k.get_records, ShardIterator="nonsense")

    keys = next(s for s in d["Shards"] if s["ShardId"] == shard)["HashKeyRange"]
    middle = (int(keys["StartingHashKey"]) + int(keys["EndingHashKey"])) // 2
    k.split_shard(StreamName=name, ShardToSplit=shard, NewStartingHashKey=str(middle))
    got = read(shard, "TRIM_HORIZON")
    check("NextShardIterator" not in got and len(got["ChildShards"]) == 2, got.get("ChildShards"))
    after = k.put_record(StreamName=name, PartitionKey="ann", Data=b"10")
    check(after["ShardId"] in {c["ShardId"] for c in got["ChildShards"]} and int(after["SequenceNumber"]) > int(numbers[-1]), after)
    k.update_shard_count(StreamName=name, TargetShardCount=4, ScalingType="UNIFORM_SCALING")
    opened = k.list_shards(StreamName=name, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    check(len(opened) == 4, opened)
    consumer = k.register_stream_consumer(StreamARN=d["StreamARN"], ConsumerName="c")["Consumer"]["ConsumerARN"]
    eventually("the consumer", lambda: k.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]["ConsumerStatus"] == "ACTIVE")
    refused("ResourceInUseException", k.register_stream_consumer, StreamARN=d["StreamARN"], ConsumerName="c")
    k.deregister_stream_consumer(ConsumerARN=consumer)
    refused("UnknownOperationException", k.enable_enhanced_monitoring, StreamName=name, ShardLevelMetrics=["ALL"])
    k.delete_stream(StreamName=name)


def events():
    e, sqs, k = client("events"), client("sqs"), client("kinesis")
    bus, stream = f"shop-{RUN}", f"audit-{RUN}"
    e.create_event_bus(Name=bus)
    refused("ResourceAlreadyExistsException", e.create_event_bus, Name=bus)
    queues = {}
    for name in ("orders", "dead", "line.fifo"):
        attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name.endswith(".fifo") else {}
        url = sqs.create_queue(QueueName=f"{RUN}-{name}", Attributes=attributes)["QueueUrl"]
        queues[name] = (url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])
    k.create_stream(StreamName=stream, ShardCount=1)
    k.get_waiter("stream_exists").wait(StreamName=stream)
    stream_arn = k.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]

    pattern = {"source": [{"prefix": "shop."}], "detail": {"total": [{"numeric": [">", 100]}], "test": [{"exists": False}]}}
    e.put_rule(Name="big", EventBusName=bus, EventPattern=json.dumps(pattern))
    refused("InvalidEventPatternException", e.put_rule, Name="bad", EventBusName=bus, EventPattern='{"source":"shop"}')
    refused("ValidationException", e.put_rule, Name="bad", EventBusName=bus, ScheduleExpression="rate(1 minute)")
    out = e.put_targets(Rule="big", EventBusName=bus, Targets=[
        {"Id": "orders", "Arn": queues["orders"][1], "InputTransformer": {"InputPathsMap": {"id": "$.detail.id", "total": "$.detail.total"}, "InputTemplate": '{"order": <id>, "text": "worth <total>"}'}},
        {"Id": "line", "Arn": queues["line.fifo"][1], "SqsParameters": {"MessageGroupId": "g"}, "InputPath": "$.detail.id"},
        {"Id": "audit", "Arn": stream_arn, "KinesisParameters": {"PartitionKeyPath": "$.detail.id"}},
        {"Id": "gone", "Arn": queues["orders"][1] + "-gone", "DeadLetterConfig": {"Arn": queues["dead"][1]}},
    ])
    check(out["FailedEntryCount"] == 0, out)
    check(len(e.list_targets_by_rule(Rule="big", EventBusName=bus)["Targets"]) == 4, "targets")

    e.create_archive(ArchiveName=f"a-{RUN}", EventSourceArn=e.describe_event_bus(Name=bus)["Arn"])
    out = e.put_events(Entries=[
        {"EventBusName": bus, "Source": "shop.web", "DetailType": "order", "Detail": json.dumps({"id": "o-1", "total": 150})},
        {"EventBusName": bus, "Source": "shop.web", "DetailType": "order", "Detail": json.dumps({"id": "o-2", "total": 50})},
        {"EventBusName": bus, "Source": "shop.web", "DetailType": "order", "Detail": "not json"},
    ])
    check(out["FailedEntryCount"] == 1 and out["Entries"][2]["ErrorCode"] == "MalformedDetail", out)

    def receive(name):
        got = sqs.receive_message(QueueUrl=queues[name][0], MessageAttributeNames=["All"], WaitTimeSeconds=1).get("Messages", [])
        for m in got:
            sqs.delete_message(QueueUrl=queues[name][0], ReceiptHandle=m["ReceiptHandle"])
        return got

    check(json.loads(eventually("the order", lambda: receive("orders"))[0]["Body"]) == {"order": "o-1", "text": "worth 150"}, "transformed")
    check(eventually("the order in line", lambda: receive("line.fifo"))[0]["Body"] == '"o-1"', "by path")
    dead = eventually("the dead letter", lambda: receive("dead"))[0]
    check(dead["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_RESOURCE", dead)
    check(json.loads(dead["Body"])["detail"]["id"] == "o-1", dead)

    def audit():
        it = k.get_shard_iterator(StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        return k.get_records(ShardIterator=it)["Records"]

    record = eventually("the audit record", audit)[0]
    check(record["PartitionKey"] == "o-1" and json.loads(record["Data"])["source"] == "shop.web", record)

    archive = eventually("the archive", lambda: [a for a in [e.describe_archive(ArchiveName=f"a-{RUN}")] if a["EventCount"] == 2])[0]
    now = time.time()
    e.start_replay(ReplayName=f"r-{RUN}", EventSourceArn=archive["ArchiveArn"], EventStartTime=now - 600, EventEndTime=now + 600, Destination={"Arn": archive["EventSourceArn"]})
    eventually("the replay", lambda: e.describe_replay(ReplayName=f"r-{RUN}")["State"] == "COMPLETED")
    check(json.loads(eventually("the order again", lambda: receive("orders"))[0]["Body"])["order"] == "o-1", "replayed")

    event = {"id": "1", "account": "0", "source": "a", "time": "2024-05-01T12:00:00Z", "region": "us-east-1", "detail-type": "d", "resources": [], "detail": {"n": 1}}
    check(e.test_event_pattern(EventPattern='{"detail":{"n":[{"anything-but":2}]}}', Event=json.dumps(event))["Result"], "pattern")
    refused("ValidationException", e.delete_rule, Name="big", EventBusName=bus)
    e.remove_targets(Rule="big", EventBusName=bus, Ids=["orders", "line", "audit", "gone"])
    e.delete_rule(Name="big", EventBusName=bus)
    e.delete_archive(ArchiveName=f"a-{RUN}")
    e.delete_event_bus(Name=bus)
    k.delete_stream(StreamName=stream)
    for url, _ in queues.values():
        sqs.delete_queue(QueueUrl=url)


def cloudwatch():
    c, ns = client("cloudwatch"), f"shop-{RUN}"
    c.put_metric_data(Namespace=ns, MetricData=[
        {"MetricName": "latency", "Values": [1, 2, 30], "Counts": [50, 49, 1], "Unit": "Milliseconds",
         "Dimensions": [{"Name": "route", "Value": "/"}]},
        {"MetricName": "orders", "Value": 3, "StorageResolution": 1},
    ])
    c.put_metric_data(Namespace=ns, MetricData=[{"MetricName": "orders", "Value": i} for i in range(1000)])  # compressed
    check(len(c.list_metrics(Namespace=ns)["Metrics"]) == 2, "list_metrics")
    span = {"StartTime": time.time() - 3600, "EndTime": time.time() + 60}
    points = c.get_metric_statistics(
        Namespace=ns, MetricName="latency", Dimensions=[{"Name": "route", "Value": "/"}], Period=3600 * 24, **span,
        Statistics=["Sum", "Maximum"], ExtendedStatistics=["p99"])["Datapoints"]
    check([(p["Sum"], p["Maximum"], p["ExtendedStatistics"]["p99"]) for p in points] == [(178, 30, 2)], points)
    results = c.get_metric_data(**span, MetricDataQueries=[
        {"Id": "m", "ReturnData": False, "MetricStat": {
            "Metric": {"Namespace": ns, "MetricName": "orders"}, "Period": 3600 * 24, "Stat": "SampleCount"}},
        {"Id": "e", "Expression": "m * 2"},
    ])["MetricDataResults"]
    check([(r["Id"], sum(r["Values"])) for r in results] == [("e", 2002)], results)

    topic = client("sns").create_topic(Name=f"pager-{RUN}")["TopicArn"]
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName=f"pager-{RUN}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    c.put_metric_alarm(
        AlarmName=ns, Namespace=ns, MetricName="orders", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=5,
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic], TreatMissingData="ignore")
    alarm = c.describe_alarms(AlarmNames=[ns])["MetricAlarms"][0]
    check(alarm["StateValue"] in ("INSUFFICIENT_DATA", "ALARM") and alarm["Threshold"] == 5, alarm)
    c.set_alarm_state(AlarmName=ns, StateValue="OK", StateReason="a drill")
    c.set_alarm_state(AlarmName=ns, StateValue="ALARM", StateReason="a drill")
    message = eventually("the alarm's message", lambda: sqs.receive_message(
        QueueUrl=queue, WaitTimeSeconds=1).get("Messages"))[0]["Body"]
    check(json.loads(message)["NewStateReason"] == "a drill", message)
    check(len(c.describe_alarm_history(AlarmName=ns)["AlarmHistoryItems"]) >= 3, "history")
    c.delete_alarms(AlarmNames=[ns])
    refused("ResourceNotFound", c.delete_alarms, AlarmNames=[ns])
    sqs.delete_queue(QueueUrl=queue)
    client("sns").delete_topic(TopicArn=topic)


def s3():
    s, bucket = client("s3"), f"bucket-{RUN}"
    s.create_bucket(Bucket=bucket)
    s.get_waiter("bucket_exists").wait(Bucket=bucket)
    put = s.put_object(Bucket=bucket, Key="a/ü b+c", Body=b"0123456789", ContentType="text/plain", CacheControl="no-store", Metadata={"user": "ann"})
    check(put["ETag"] == f'"{hashlib.md5(b"0123456789").hexdigest()}"', put)
    got = s.get_object(Bucket=bucket, Key="a/ü b+c")
    check(got["Body"].read() == b"0123456789" and got["Metadata"] == {"user": "ann"} and got["CacheControl"] == "no-store", got)
    check(s.get_object(Bucket=bucket, Key="a/ü b+c", Range="bytes=2-4")["Body"].read() == b"234", "range")
    check(s.head_object(Bucket=bucket, Key="a/ü b+c")["ContentLength"] == 10, "head")
    refused("NoSuchKey", s.get_object, Bucket=bucket, Key="nope")
    refused("404", s.head_object, Bucket=bucket, Key="nope")
    refused("InvalidRange", s.get_object, Bucket=bucket, Key="a/ü b+c", Range="bytes=99-")
    refused("NoSuchBucket", s.list_objects_v2, Bucket=bucket + "-nowhere")
    refused("BucketNotEmpty", s.delete_bucket, Bucket=bucket)
    refused("304", s.get_object, Bucket=bucket, Key="a/ü b+c", IfNoneMatch=put["ETag"])
    refused("PreconditionFailed", s.get_object, Bucket=bucket, Key="a/ü b+c", IfMatch='"00"')
    if "IfNoneMatch" in s.meta.service_model.operation_model("PutObject").input_shape.members:  # boto3 from 2024 on
        refused("PreconditionFailed", s.put_object, Bucket=bucket, Key="a/ü b+c", Body=b"", IfNoneMatch="*")

    for i in range(5):
        s.put_object(Bucket=bucket, Key=f"logs/{i}", Body=b"x")
    pages = list(s.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}))
    check([c["Key"] for p in pages for c in p["Contents"]] == ["a/ü b+c"] + [f"logs/{i}" for i in range(5)] and len(pages) == 3, pages)
    folders = s.list_objects_v2(Bucket=bucket, Delimiter="/")
    check([p["Prefix"] for p in folders["CommonPrefixes"]] == ["a/", "logs/"] and folders["KeyCount"] == 2, folders)
    check([c["Key"] for c in s.list_objects(Bucket=bucket, Marker="logs/2")["Contents"]] == ["logs/3", "logs/4"], "V1")

    big = bytes(range(256)) * 4096 * 20  # 20 MB: the transfer manager uploads it in parts
    s.upload_fileobj(io.BytesIO(big), bucket, "big")
    back = io.BytesIO()
    s.download_fileobj(bucket, "big", back)
    head = s.head_object(Bucket=bucket, Key="big")
    check(back.getvalue() == big and "-" in head["ETag"], head["ETag"])
    s.copy({"Bucket": bucket, "Key": "big"}, bucket, "big-copy")
    check(s.head_object(Bucket=bucket, Key="big-copy")["ContentLength"] == len(big), "copied in parts")

    s.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    ids = [s.put_object(Bucket=bucket, Key="v", Body=b.encode())["VersionId"] for b in ("one", "two")]
    marker = s.delete_object(Bucket=bucket, Key="v")
    check(marker["DeleteMarker"] is True, marker)
    refused("NoSuchKey", s.get_object, Bucket=bucket, Key="v")
    refused("MethodNotAllowed", s.get_object, Bucket=bucket, Key="v", VersionId=marker["VersionId"])
    check(s.get_object(Bucket=bucket, Key="v", VersionId=ids[0])["Body"].read() == b"one", "an old version")
    listed = s.list_object_versions(Bucket=bucket, Prefix="v")
    check([v["VersionId"] for v in listed["Versions"]] == ids[::-1] and listed["DeleteMarkers"][0]["IsLatest"], listed)
    s.put_object_tagging(Bucket=bucket, Key="logs/0", Tagging={"TagSet": [{"Key": "team", "Value": "ops"}]})
    check(s.get_object_tagging(Bucket=bucket, Key="logs/0")["TagSet"] == [{"Key": "team", "Value": "ops"}], "tags")
    refused("NotImplemented", s.put_bucket_policy, Bucket=bucket, Policy="{}")

    signer = client("s3", signature_version="s3v4")
    url = signer.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "signed"})
    urllib.request.urlopen(urllib.request.Request(url, data=b"hello", method="PUT", headers={"Content-Type": "text/plain"})).close()
    url = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "signed"})
    with urllib.request.urlopen(url) as answer:
        check(answer.read() == b"hello", "presigned")

    everything = s.list_object_versions(Bucket=bucket)
    objects = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in everything["Versions"] + everything["DeleteMarkers"]]
    out = s.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    check(len(out["Deleted"]) == len(objects) and "Errors" not in out, out)
    s.delete_bucket(Bucket=bucket)
    check(bucket not in [b["Name"] for b in s.list_buckets()["Buckets"]], "bucket gone")


for walk in (kinesis, events, cloudwatch, s3):
    walk()
print(f"ok {checks} checks")
