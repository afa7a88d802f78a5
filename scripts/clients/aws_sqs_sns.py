#!/usr/bin/env python3
"""Walks through SQS, SNS and STS with boto3, and asserts what it sees.

It takes region, keys and endpoint from the variables that `crashlab up` prints.
Any boto3 from 1.26 on will do: until 1.28 it speaks SQS's query protocol, since then JSON.
botocore verifies the digests of sent messages itself. Prints "ok N checks"; the first
failure ends it.
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
checks = 0


def client(service):
    return boto3.client(
        service, endpoint_url=ENDPOINT,
        config=Config(retries={"max_attempts": 1}),
    )


sqs, sns, sts = client("sqs"), client("sns"), client("sts")


def check(got, want, what):
    global checks
    checks += 1
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def refused(codes, call, **args):
    """Expects one of the codes: boto3 shows a code of the query protocol with or without its old prefix."""
    try:
        call(**args)
    except ClientError as e:
        code = e.response["Error"]["Code"]
        check(code in codes.split("|"), True, f"{code} instead of {codes}")
        check(e.response["ResponseMetadata"]["HTTPStatusCode"] in range(400, 500), True, "status")
        return
    raise AssertionError(f"no error, wanted {codes}")


def queue(name, **attributes):
    url = sqs.create_queue(QueueName=f"{name}-{RUN}" + (".fifo" if "FifoQueue" in attributes else ""), Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def receive(url, **args):
    args = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], "MessageAttributeNames": ["All"], **args}
    return sqs.receive_message(QueueUrl=url, **args).get("Messages", [])


def bodies(url, **args):
    return [m["Body"] for m in receive(url, **args)]


def await_bodies(url, count):
    """Receives until there are as many, for deliveries that take their time elsewhere."""
    got, deadline = [], time.monotonic() + 20
    while len(got) < count and time.monotonic() < deadline:
        got += bodies(url, WaitTimeSeconds=1)
    return got


def counts(url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return [int(got[n]) for n in names]


def identity():
    me = sts.get_caller_identity()
    check(me["Account"], "000000000000", "account")
    check(me["Arn"].startswith("arn:aws:iam::"), True, "arn")


def messages():
    url, arn = queue("standard", VisibilityTimeout="30")
    check(arn, f"arn:aws:sqs:us-east-1:000000000000:standard-{RUN}", "arn")
    check(sqs.get_queue_url(QueueName=f"standard-{RUN}")["QueueUrl"], url, "url")
    check(url in sqs.list_queues(QueueNamePrefix=f"standard-{RUN}")["QueueUrls"], True, "list")

    body = "line\r\n\ttab <&> \u00e4\u20ac\U0001f600"
    sent = sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes={
        "text": {"DataType": "String", "StringValue": "<v>"}, "n": {"DataType": "Number", "StringValue": "-1.5e3"},
        "raw": {"DataType": "Binary", "BinaryValue": bytes(range(256))},
    })
    [m] = receive(url)
    check(m["MessageId"], sent["MessageId"], "id")
    check(m["Body"], body, "body")
    check(m["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"], "digest of attributes")
    check(m["MessageAttributes"]["raw"]["BinaryValue"], bytes(range(256)), "binary attribute")
    check(m["MessageAttributes"]["text"], {"DataType": "String", "StringValue": "<v>"}, "text attribute")
    check(m["Attributes"]["ApproximateReceiveCount"], "1", "receive count")
    check(abs(int(m["Attributes"]["SentTimestamp"]) / 1000 - time.time()) < 60, True, "sent timestamp")
    check(counts(url), [0, 1, 0], "counts in flight")
    check(receive(url), [], "invisible")

    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"], VisibilityTimeout=0)
    [m] = receive(url)
    check(m["Attributes"]["ApproximateReceiveCount"], "2", "receive count")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    check(counts(url), [0, 0, 0], "counts at the end")

    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    check(counts(url), [0, 0, 1], "counts delayed")
    begin = time.monotonic()
    check(bodies(url, WaitTimeSeconds=10), ["later"], "long poll")
    check(0.5 < time.monotonic() - begin < 5, True, "the poll ends with the delay")
    sqs.purge_queue(QueueUrl=url)
    check(counts(url), [0, 0, 0], "purged")

    sqs.tag_queue(QueueUrl=url, Tags={"team": "a", "stage": "b"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["stage"])
    check(sqs.list_queue_tags(QueueUrl=url)["Tags"], {"team": "a"}, "tags")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "3"})
    got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    check((got["DelaySeconds"], got["VisibilityTimeout"], got["MaximumMessageSize"]), ("3", "30", "1048576"), "attributes")
    sqs.delete_queue(QueueUrl=url)
    refused("AWS.SimpleQueueService.NonExistentQueue|QueueDoesNotExist", sqs.send_message, QueueUrl=url, MessageBody="m")


def batches():
    url, _ = queue("batch")
    out = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "a", "MessageBody": "1", "MessageAttributes": {"k": {"DataType": "String", "StringValue": "v"}}},
        {"Id": "b", "MessageBody": "2", "DelaySeconds": 901}, {"Id": "c", "MessageBody": "3"},
    ])
    check([e["Id"] for e in out["Successful"]], ["a", "c"], "sent")
    check([(e["Id"], e["Code"], e["SenderFault"]) for e in out["Failed"]], [("b", "InvalidParameterValue", True)], "not sent")
    got = receive(url)
    out = sqs.change_message_visibility_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 60} for i, m in enumerate(got)])
    check(len(out["Successful"]), 2, "changed")
    out = sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(got)] + [{"Id": "x", "ReceiptHandle": "nonsense"}])
    check((len(out["Successful"]), out["Failed"][0]["Id"]), (2, "x"), "deleted")
    refused("AWS.SimpleQueueService.BatchEntryIdsNotDistinct|BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "1"}] * 2)
    refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest|TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": "1"} for i in range(11)])


def fifo():
    url, _ = queue("ordered", FifoQueue="true", ContentBasedDeduplication="true")
    first = sqs.send_message(QueueUrl=url, MessageBody="a1", MessageGroupId="a")
    again = sqs.send_message(QueueUrl=url, MessageBody="a1", MessageGroupId="a")
    check(again["MessageId"], first["MessageId"], "duplicate")
    for body in ["b1", "a2"]:
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=body[0])
    [m] = receive(url, MaxNumberOfMessages=1)
    check((m["Body"], m["Attributes"]["SequenceNumber"]), ("a1", first["SequenceNumber"]), "first")
    check(bodies(url), ["b1"], "group a is locked")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    check(bodies(url), ["a2"], "group a is free")
    refused("MissingParameter|MissingRequiredParameterException", sqs.send_message, QueueUrl=url, MessageBody="m")


def dead_letters():
    dlq, dlq_arn = queue("dead")
    url, arn = queue("work", VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 2}))
    check(sqs.list_dead_letter_source_queues(QueueUrl=dlq)["queueUrls"], [url], "sources")
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        check(bodies(url), ["poison"], "received")
    check(bodies(url), [], "moved on the third receive")
    [m] = receive(dlq, VisibilityTimeout=1)
    check((m["Body"], m["Attributes"]["DeadLetterQueueSourceArn"]), ("poison", arn), "parked")
    if not hasattr(sqs, "start_message_move_task"):
        return
    deadline = time.monotonic() + 10
    while counts(dlq)[0] == 0 and time.monotonic() < deadline:
        time.sleep(0.1)
    sqs.start_message_move_task(SourceArn=dlq_arn)
    while True:
        [task] = sqs.list_message_move_tasks(SourceArn=dlq_arn)["Results"]
        if task["Status"] != "RUNNING" or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    check((task["Status"], task["ApproximateNumberOfMessagesMoved"]), ("COMPLETED", 1), "move task")
    check(bodies(url), ["poison"], "moved back")


def queue_errors():
    url, _ = queue("errors")
    refused("AWS.SimpleQueueService.NonExistentQueue|QueueDoesNotExist", sqs.get_queue_url, QueueName="none-" + RUN)
    refused("InvalidAttributeName", sqs.create_queue, QueueName="x-" + RUN, Attributes={"Color": "red"})
    refused("InvalidAttributeValue", sqs.create_queue, QueueName="x-" + RUN, Attributes={"DelaySeconds": "901"})
    refused("QueueAlreadyExists|QueueNameExists", sqs.create_queue, QueueName="errors-" + RUN, Attributes={"DelaySeconds": "9"})
    refused("InvalidParameterValue|InvalidParameterValueException", sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)
    refused("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")
    refused("InvalidMessageContents", sqs.send_message, QueueUrl=url, MessageBody="\x01")


def fan_out():
    topic = sns.create_topic(Name="topic-" + RUN, Tags=[{"Key": "k", "Value": "v"}])["TopicArn"]
    check(topic, f"arn:aws:sns:us-east-1:000000000000:topic-{RUN}", "topic")
    raw, raw_arn = queue("raw")
    wrapped, wrapped_arn = queue("wrapped")
    filtered, filtered_arn = queue("filtered")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    sub = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=wrapped_arn)["SubscriptionArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=filtered_arn, Attributes={
        "RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody",
        "FilterPolicy": json.dumps({"order": {"total": [{"numeric": [">=", 100]}], "kind": [{"prefix": "b2"}]}}),
    })
    check(len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]), 3, "subscriptions")

    small, large = '{"order":{"total":99,"kind":"b2b"}}', '{"order":{"total":100,"kind":"b2c"}}'
    sent = sns.publish(TopicArn=topic, Message=small, Subject="s", MessageAttributes={"k": {"DataType": "String", "StringValue": "v"}})
    out = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[{"Id": "a", "Message": large}, {"Id": "b", "Message": "x", "Subject": "s" * 101}])
    check([e["Id"] for e in out["Successful"]], ["a"], "published")
    check([(e["Id"], e["Code"]) for e in out["Failed"]], [("b", "InvalidParameter")], "not published")

    got = []
    deadline = time.monotonic() + 20
    while len(got) < 2 and time.monotonic() < deadline:
        got += receive(raw, WaitTimeSeconds=1)
    check(sorted(m["Body"] for m in got), sorted([small, large]), "raw")
    check([m["MessageAttributes"]["k"]["StringValue"] for m in got if "MessageAttributes" in m], ["v"], "attributes of raw delivery")
    envelopes = {e["MessageId"]: e for e in map(json.loads, await_bodies(wrapped, 2))}
    e = envelopes[sent["MessageId"]]
    check(set(e), {"Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes"}, "envelope")
    check((e["Type"], e["TopicArn"], e["Subject"], e["Message"]), ("Notification", topic, "s", small), "envelope's values")
    check(e["MessageAttributes"], {"k": {"Type": "String", "Value": "v"}}, "envelope's attributes")
    check(await_bodies(filtered, 1), [large], "filtered")

    sns.set_subscription_attributes(SubscriptionArn=sub, AttributeName="FilterPolicy", AttributeValue='{"k":["v"]}')
    got = sns.get_subscription_attributes(SubscriptionArn=sub)["Attributes"]
    check((got["FilterPolicy"], got["FilterPolicyScope"], got["PendingConfirmation"]), ('{"k":["v"]}', "MessageAttributes", "false"), "subscription")
    check(sns.list_tags_for_resource(ResourceArn=topic)["Tags"], [{"Key": "k", "Value": "v"}], "tags")
    sns.unsubscribe(SubscriptionArn=sub)
    check(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["TopicArn"], topic, "topic attributes")
    sns.delete_topic(TopicArn=topic)
    refused("NotFound|NotFoundException", sns.publish, TopicArn=topic, Message="m")


def fifo_topic():
    topic = sns.create_topic(Name=f"topic-{RUN}.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"})["TopicArn"]
    url, arn = queue("ordered-copy", FifoQueue="true")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for body in ["1", "2", "2", "3"]:
        sns.publish(TopicArn=topic, Message=body, MessageGroupId="g")
    got, deadline = [], time.monotonic() + 20
    while len(got) < 3 and time.monotonic() < deadline:
        for m in receive(url, WaitTimeSeconds=1):
            got.append(m["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    check(got, ["1", "2", "3"], "in order, once")
    refused("InvalidParameter|InvalidParameterException", sns.publish, TopicArn=topic, Message="m")
    refused("InvalidParameter|InvalidParameterException", sns.subscribe, TopicArn=topic, Protocol="pigeon", Endpoint="x")


for walk in (identity, messages, batches, fifo, dead_letters, queue_errors, fan_out, fifo_topic):
    walk()
print(f"ok {checks} checks")
