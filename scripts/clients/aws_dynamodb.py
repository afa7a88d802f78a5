#!/usr/bin/env python3
"""Walks through DynamoDB and its streams with boto3, and asserts what it sees.

It takes region, keys and endpoint from the variables that `crashlab up` prints.
Any boto3 from 1.26 on will do. Prints "ok N checks"; the first failure ends it.
"""
import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]  # which boto3 reads only from 1.28 on
RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
AWS = dict(
    endpoint_url=ENDPOINT,
    config=Config(retries={"max_attempts": 1}, max_pool_connections=16),
)
checks = 0


def check(got, want, what):
    global checks
    checks += 1
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def refused(code, message, call, **args):
    try:
        call(**args)
    except ClientError as e:
        check((e.response["Error"]["Code"], e.response["Error"]["Message"]), (code, message), "error")
        return e.response
    assert False, f"{call.__name__} went through; expected {code}"


def create(db, name):
    """A table keyed by pk and the number sk, with a global and a local index and a stream."""
    table = db.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "kind", "AttributeType": "S"}, {"AttributeName": "rank", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "byKind", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
            "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
        }],
        LocalSecondaryIndexes=[{
            "IndexName": "byRank", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
        }],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        BillingMode="PAY_PER_REQUEST",
    )
    table.wait_until_exists()
    table.reload()
    check(table.table_status, "ACTIVE", "status")
    check(table.global_secondary_indexes[0]["IndexStatus"], "ACTIVE", "index status")
    return table


def types(table):
    item = {
        "pk": "types", "sk": Decimal("-1.50"), "n": Decimal("12345678901234567890123456789012345678"), "empty": "", "none": None,
        "yes": True, "list": [1, "two", [3]], "map": {"deep": {"er": "é <&> \"quoted\""}}, "raw": Binary(b"\x00\xff"),
        "names": {"a", "b"}, "numbers": {1, Decimal("2.5")}, "raws": {b"x", b"y"},
    }
    table.put_item(Item=item)
    got = table.get_item(Key={"pk": "types", "sk": Decimal("-1.5")}, ConsistentRead=True)["Item"]
    check(got.pop("raws"), {Binary(b"x"), Binary(b"y")}, "binary set")
    item.pop("raws")
    check(got, item, "every type")


def conditions(table):
    key = {"pk": "user", "sk": 1}
    table.put_item(Item={**key, "visits": 1}, ConditionExpression=Attr("pk").not_exists())
    refused("ConditionalCheckFailedException", "The conditional request failed", table.put_item,
            Item=key, ConditionExpression=Attr("pk").not_exists())
    out = table.update_item(
        Key=key, UpdateExpression="SET visits = visits + :one, #n = if_not_exists(#n, :name), tags = list_append(if_not_exists(tags, :none), :tag)",
        ConditionExpression=Attr("visits").between(1, 5) & Attr("gone").not_exists(), ReturnValues="UPDATED_NEW",
        ExpressionAttributeNames={"#n": "name"}, ExpressionAttributeValues={":one": 1, ":name": "Ada", ":none": [], ":tag": ["x"]},
    )
    check(out["Attributes"], {"visits": 2, "name": "Ada", "tags": ["x"]}, "updated")
    out = table.update_item(Key=key, UpdateExpression="REMOVE tags[0] ADD seen :s", ExpressionAttributeValues={":s": {"a", "b"}}, ReturnValues="ALL_NEW")
    check(out["Attributes"], {**key, "visits": 2, "name": "Ada", "tags": [], "seen": {"a", "b"}}, "removed and added")
    out = table.update_item(Key=key, UpdateExpression="DELETE seen :s", ExpressionAttributeValues={":s": {"a"}}, ReturnValues="UPDATED_OLD")
    check(out["Attributes"], {"seen": {"a", "b"}}, "old")
    refused("ValidationException", "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
            table.update_item, Key=key, UpdateExpression="SET pk = :x", ExpressionAttributeValues={":x": "y"})
    refused("ValidationException", "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
            table.update_item, Key=key, UpdateExpression="SET name = :x", ExpressionAttributeValues={":x": "y"})
    refused("ValidationException", "The provided key element does not match the schema", table.get_item, Key={"pk": "user"})
    check(table.delete_item(Key=key, ReturnValues="ALL_OLD")["Attributes"]["name"], "Ada", "deleted")
    check("Item" in table.get_item(Key=key), False, "gone")


def queries(table):
    with table.batch_writer() as batch:  # more than one BatchWriteItem
        for i in range(40):
            batch.put_item(Item={"pk": "q", "sk": i, "kind": "even" if i % 2 == 0 else "odd", "rank": 100 - i, "title": f"t{i}"})
    numbers = lambda out: [int(i["sk"]) for i in out["Items"]]
    check(numbers(table.query(KeyConditionExpression=Key("pk").eq("q") & Key("sk").between(8, 11))), [8, 9, 10, 11], "between")
    check(numbers(table.query(KeyConditionExpression=Key("pk").eq("q") & Key("sk").gt(9), ScanIndexForward=False, Limit=2)), [39, 38], "backward")
    out = table.query(KeyConditionExpression=Key("pk").eq("q"), FilterExpression=Attr("kind").eq("odd") & Attr("title").begins_with("t3"))
    check((out["Count"], out["ScannedCount"]), (6, 40), "filtered")
    out = table.query(IndexName="byKind", KeyConditionExpression=Key("kind").eq("even") & Key("rank").lt(66))
    check(numbers(out), [38, 36], "global index")
    check(set(out["Items"][0]), {"pk", "sk", "kind", "rank", "title"}, "projection")
    out = table.query(IndexName="byRank", KeyConditionExpression=Key("pk").eq("q"), ConsistentRead=True, Limit=3, ProjectionExpression="title")
    check([i["title"] for i in out["Items"]], ["t39", "t38", "t37"], "local index fetches")
    refused("ValidationException", "Consistent reads are not supported on global secondary indexes", table.query,
            IndexName="byKind", KeyConditionExpression=Key("kind").eq("even"), ConsistentRead=True)
    pages, start = 0, {}
    seen = []
    while True:
        out = table.query(KeyConditionExpression=Key("pk").eq("q"), Limit=15, **start)
        seen += numbers(out)
        pages += 1
        if "LastEvaluatedKey" not in out:
            break
        start = {"ExclusiveStartKey": out["LastEvaluatedKey"]}
    check((seen, pages), (list(range(40)), 3), "pages")
    parts = [table.scan(Segment=s, TotalSegments=4, FilterExpression=Key("pk").eq("q"))["Count"] for s in range(4)]
    check(sum(parts), 40, "parallel scan")
    used = table.query(KeyConditionExpression=Key("pk").eq("q"), Select="COUNT", ReturnConsumedCapacity="INDEXES")
    check((used["Count"], used["ConsumedCapacity"]["Table"]["CapacityUnits"]), (40, 0.5), "count and capacity")


def batches(client, name):
    key = lambda i: {"pk": {"S": "b"}, "sk": {"N": str(i)}}
    client.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": key(i)}} for i in range(25)]})
    out = client.batch_get_item(RequestItems={name: {"Keys": [key(i) for i in range(30)], "ConsistentRead": True}})
    check((len(out["Responses"][name]), out["UnprocessedKeys"]), (25, {}), "batch get")
    refused("ValidationException", "Provided list of item keys contains duplicates", client.batch_get_item, RequestItems={name: {"Keys": [key(1), key(1)]}})


def transactions(client, name):
    key = lambda i: {"pk": {"S": "t"}, "sk": {"N": str(i)}}
    add = {"Update": {"TableName": name, "Key": key(1), "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}}
    absent = {"ConditionCheck": {"TableName": name, "Key": key(2), "ConditionExpression": "attribute_exists(pk)"}}
    token = uuid.uuid4().hex
    for _ in range(2):  # the second is the same transaction
        client.transact_write_items(TransactItems=[add, {"Put": {"TableName": name, "Item": key(3)}}], ClientRequestToken=token)
    refused("IdempotentParameterMismatchException",
            "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.",
            client.transact_write_items, TransactItems=[add], ClientRequestToken=token)
    answer = refused("TransactionCanceledException",
                     "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
                     client.transact_write_items, TransactItems=[add, absent])
    check([r["Code"] for r in answer["CancellationReasons"]], ["None", "ConditionalCheckFailed"], "reasons")
    out = client.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": key(i)}} for i in (1, 2)])
    check(out["Responses"], [{"Item": {**key(1), "n": {"N": "1"}}}, {}], "transactional read")


def counters(table):
    def add(_):
        table.update_item(Key={"pk": "counter", "sk": 0}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(300)))
    check(table.get_item(Key={"pk": "counter", "sk": 0}, ConsistentRead=True)["Item"]["n"], 300, "6 clients x 50")


def streams(client, table):
    s = boto3.client("dynamodbstreams", **AWS)
    arn = s.list_streams(TableName=table.name)["Streams"][0]["StreamArn"]
    check(arn, table.latest_stream_arn, "stream")
    shard = s.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = s.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="LATEST")["ShardIterator"]
    table.put_item(Item={"pk": "s", "sk": 1})
    table.update_item(Key={"pk": "s", "sk": 1}, UpdateExpression="SET v = :v", ExpressionAttributeValues={":v": "x"})
    table.delete_item(Key={"pk": "s", "sk": 1})
    records = s.get_records(ShardIterator=iterator)["Records"]
    check([r["eventName"] for r in records], ["INSERT", "MODIFY", "REMOVE"], "events")
    check(records[2]["dynamodb"]["OldImage"]["v"], {"S": "x"}, "old image")


def expiry(client, table):
    client.update_time_to_live(TableName=table.name, TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True})
    check(client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]["TimeToLiveStatus"], "ENABLED", "ttl")
    table.put_item(Item={"pk": "ttl", "sk": 1, "expires": int(time.time()) - 10})
    deadline = time.monotonic() + 15
    while "Item" in table.get_item(Key={"pk": "ttl", "sk": 1}):
        assert time.monotonic() < deadline, "not expired within 15 s"
        time.sleep(0.05)
    check(True, True, "expired")


def tags(client, table):
    client.tag_resource(ResourceArn=table.table_arn, Tags=[{"Key": "team", "Value": "a"}])
    check(client.list_tags_of_resource(ResourceArn=table.table_arn)["Tags"], [{"Key": "team", "Value": "a"}], "tags")


def main():
    db = boto3.resource("dynamodb", **AWS)
    client = db.meta.client
    name = f"items-{RUN}"
    table = create(db, name)
    check(name in client.list_tables()["TableNames"], True, "listed")
    types(table)
    conditions(table)
    queries(table)
    batches(boto3.client("dynamodb", **AWS), name)
    transactions(boto3.client("dynamodb", **AWS), name)
    counters(table)
    streams(client, table)
    expiry(client, table)
    tags(client, table)
    table.delete()
    table.wait_until_not_exists()
    refused("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found", client.describe_table, TableName=name)
    print(f"ok {checks} checks")


if __name__ == "__main__":
    main()
