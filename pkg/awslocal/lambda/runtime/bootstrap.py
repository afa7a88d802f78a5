"""Runs a Lambda handler: takes requests from the Runtime API, one after the other."""
import http.client
import importlib
import json
import os
import sys
import time
import traceback

api = os.environ["AWS_LAMBDA_RUNTIME_API"]
root = "/2018-06-01/runtime/"
sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])


def ask(method, path, body=None, headers={}):
    connection = http.client.HTTPConnection(api)
    connection.request(method, root + path, body, headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def report(path, error, request_id=""):
    trace = traceback.format_exception(type(error), error, error.__traceback__)
    frames = [line for line in trace[1:-1] if "<string>" not in line]
    name = type(error).__name__
    print("[ERROR] %s: %s\nTraceback (most recent call last):\n%s" % (name, error, "".join(frames)), flush=True)
    body = {"errorMessage": str(error), "errorType": name, "requestId": request_id, "stackTrace": frames}
    ask("POST", path, json.dumps(body), {"Lambda-Runtime-Function-Error-Type": name})


class Context:
    function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
    function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
    memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
    log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
    identity = None
    client_context = None

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))


try:
    module, _, function = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module.replace("/", ".")), function)
except BaseException as error:
    report("init/error", error)
    sys.exit(1)

while True:
    response, body = ask("GET", "invocation/next")
    context = Context(response.headers)
    path = "invocation/" + context.aws_request_id
    try:
        answer = json.dumps(handler(json.loads(body), context))
    except Exception as error:
        report(path + "/error", error, context.aws_request_id)
    else:
        sys.stdout.flush()
        ask("POST", path + "/response", answer)
