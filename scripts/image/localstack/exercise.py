"""Calls services of an endpoint once; fails if one does not answer as it should."""

import sys
import time

import boto3
from botocore.config import Config

ENDPOINT, SERVICES = sys.argv[1], sys.argv[2:]


def client(name):
    return boto3.client(
        name,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1}, read_timeout=60),
    )


def within(seconds, what, call):
    """Calls until the answer is true; raises the last error, or says what never came."""
    end = time.monotonic() + seconds
    while True:
        try:
            if answer := call():
                return answer
        except Exception:
            if time.monotonic() > end:
                raise
        if time.monotonic() > end:
            raise TimeoutError(f"{what} after {seconds} s")
        time.sleep(0.1)


def dynamodb():
    ddb, streams = client("dynamodb"), client("dynamodbstreams")
    within(120, "DynamoDB does not answer", lambda: ddb.list_tables() and True)
    table = ddb.create_table(
        TableName="warm",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    key = {"id": {"S": "1"}}
    ddb.put_item(TableName="warm", Item={**key, "n": {"N": "1"}}, ConditionExpression="attribute_not_exists(id)")
    ddb.update_item(
        TableName="warm",
        Key=key,
        UpdateExpression="SET n = n + :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    ddb.transact_write_items(TransactItems=[{"Put": {"TableName": "warm", "Item": {"id": {"S": "2"}}}}])
    item = ddb.get_item(TableName="warm", Key=key, ConsistentRead=True)["Item"]
    assert item["n"]["N"] == "2", item
    found = ddb.query(
        TableName="warm", KeyConditionExpression="id = :id", ExpressionAttributeValues={":id": {"S": "2"}}
    )
    assert found["Count"] == 1, found
    arn = table["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    assert len(streams.get_records(ShardIterator=at)["Records"]) == 3
    ddb.delete_table(TableName="warm")


def kinesis():
    k = client("kinesis")
    within(60, "Kinesis does not answer", lambda: k.list_streams() and True)
    k.create_stream(StreamName="warm", ShardCount=1)
    within(
        30,
        "the stream is not active",
        lambda: k.describe_stream_summary(StreamName="warm")["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE",
    )
    put = k.put_record(StreamName="warm", PartitionKey="k", Data=b"one")
    at = k.get_shard_iterator(StreamName="warm", ShardId=put["ShardId"], ShardIteratorType="TRIM_HORIZON")
    assert k.get_records(ShardIterator=at["ShardIterator"])["Records"][0]["Data"] == b"one"


def sqs():
    """A notification, an event and an object, each seen in a queue or a bucket."""
    q, topics, events, s3 = client("sqs"), client("sns"), client("events"), client("s3")
    url = q.create_queue(QueueName="warm")["QueueUrl"]
    arn = q.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = topics.create_topic(Name="warm")["TopicArn"]
    topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    events.put_rule(Name="warm", EventPattern='{"source": ["warm"]}')
    events.put_targets(Rule="warm", Targets=[{"Id": "q", "Arn": arn}])
    topics.publish(TopicArn=topic, Message="one")
    events.put_events(Entries=[{"Source": "warm", "DetailType": "t", "Detail": "{}"}])
    seen = []

    def both():
        seen.extend(q.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", []))
        return len(seen) == 2

    within(30, "the notification and the event did not both come", both)
    s3.create_bucket(Bucket="warm")
    s3.put_object(Bucket="warm", Key="k", Body=b"one", IfNoneMatch="*")
    assert s3.get_object(Bucket="warm", Key="k")["Body"].read() == b"one"


def stepfunctions():
    sfn = client("stepfunctions")
    machine = sfn.create_state_machine(
        name="warm",
        roleArn="arn:aws:iam::000000000000:role/warm",
        definition='{"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": {"a": 1}, "End": true}}}',
    )["stateMachineArn"]
    run = sfn.start_execution(stateMachineArn=machine)["executionArn"]
    within(
        30, "the execution did not succeed", lambda: sfn.describe_execution(executionArn=run)["status"] == "SUCCEEDED"
    )


for service in SERVICES:
    began = time.monotonic()
    globals()[service]()
    print(f"{service}: {time.monotonic() - began:.1f} s", flush=True)
