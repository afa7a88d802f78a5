#!/usr/bin/env python3
"""Walks through redis-py 8 in RESP2 and in RESP3, and has RQ work off a queue in both.

It takes the address from the variable that `crashlab up` prints. Prints "ok N checks"; the
first failure ends it.
"""
import math
import os
import threading
import uuid

import redis
from rq import Queue, Retry, SimpleWorker
from rq.timeouts import TimerDeathPenalty

HOST, PORT = os.environ["REDIS_ADDR"].rsplit(":", 1)
RUN = uuid.uuid4().hex[:8]  # so that it can be run again on the same endpoint
checks = 0


def check(got, want, what):
    global checks
    checks += 1
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def connect(protocol, **options):
    return redis.Redis(HOST, int(PORT), protocol=protocol, **options)


def values(r, key):
    check(r.set(key("s"), "v", nx=True, ex=100), True, "set")
    check((r.get(key("s")), r.get(key("none"))), ("v", None), "get")
    check(r.incrbyfloat(key("f"), 1.5), 1.5, "increment")
    r.hset(key("h"), mapping={"a": 1, "b": 2})
    check(r.hgetall(key("h")), {"a": "1", "b": "2"}, "hash")
    r.zadd(key("z"), {"x": 1.5, "y": 2})
    check([tuple(pair) for pair in r.zrange(key("z"), 0, -1, withscores=True)], [("x", 1.5), ("y", 2.0)], "sorted set")
    r.sadd(key("set"), "1", "2")
    check(set(r.smembers(key("set"))), {"1", "2"}, "set's members")
    check(r.blpop([key("none")], timeout=0.01), None, "time-out")
    check(sorted(r.scan_iter(match=key("*"), count=1)), sorted(map(key, ("s", "f", "h", "z", "set"))), "scan")


def transactions(r, key):
    with r.pipeline() as pipe:
        check(pipe.incr(key("n")).get(key("n")).execute(), [1, "1"], "transaction")
        pipe.watch(key("n"))
        r.incr(key("n"))
        pipe.multi()
        pipe.incr(key("n"))
        try:
            pipe.execute()
            raise AssertionError("no conflict")
        except redis.WatchError:
            check(r.get(key("n")), "2", "conflict")
    add = r.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    check(add(keys=[key("n")], args=[5]), 7, "script")
    with r.lock(key("lock"), timeout=10):
        check(r.lock(key("lock")).acquire(blocking=False), False, "lock")
    check(r.exists(key("lock")), 0, "released")


def streams(r, key):
    stream, group = key("stream"), "g"
    r.xgroup_create(stream, group, mkstream=True)
    sent = r.xadd(stream, {"f": "v"})
    got = r.xreadgroup(group, "c", {stream: ">"})
    entries = got[stream][0] if isinstance(got, dict) else got[0][1]
    check(entries, [(sent, {"f": "v"})], "read")
    check(r.xpending(stream, group)["pending"], 1, "pending")
    check(r.xautoclaim(stream, group, "other", 0)[1][0][0], sent, "claimed")
    check(r.xack(stream, group, sent), 1, "acknowledged")


def messages(r, key):
    with r.pubsub() as sub:
        sub.subscribe(key("channel"))
        check(sub.get_message(timeout=5)["type"], "subscribe", "subscribed")
        threading.Timer(0.05, r.publish, [key("channel"), "hello"]).start()
        check(sub.get_message(timeout=5)["data"], "hello", "message")


class Worker(SimpleWorker):
    death_penalty_class = TimerDeathPenalty


def jobs(r, key):
    queue = Queue(key("queue"), connection=r)
    sent = [queue.enqueue(math.factorial, n) for n in range(10)]
    bad = queue.enqueue(math.factorial, -1, retry=Retry(max=2))
    Worker([queue], connection=r).work(burst=True, logging_level="CRITICAL")
    check([job.return_value() for job in sent], [math.factorial(n) for n in range(10)], "results")
    check((bad.get_status(refresh=True).value, len(queue.failed_job_registry)), ("failed", 1), "failed job")


for protocol in (2, 3):
    text = connect(protocol, decode_responses=True)
    check(text.client_info()["resp"], str(protocol), "protocol")
    for walk in (values, transactions, streams, messages):
        walk(text, lambda name: f"{RUN}:{protocol}:{name}")
    jobs(connect(protocol), lambda name: f"{RUN}-{protocol}-{name}")
print(f"ok {checks} checks")
