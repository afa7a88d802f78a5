// Runs a Lambda handler: takes requests from the Runtime API, one after the other.
const http = require("http");
const path = require("path");
const fs = require("fs");
const { pathToFileURL } = require("url");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");

function ask(method, where, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, method, path: "/2018-06-01/runtime/" + where, headers },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      }
    );
    request.on("error", reject);
    request.end(body);
  });
}

function report(where, error) {
  const name = (error && error.name) || "Error";
  const message = error && error.message !== undefined ? error.message : String(error);
  const trace = ((error && error.stack) || "").split("\n");
  console.error("ERROR\tInvoke Error\t" + JSON.stringify({ errorType: name, errorMessage: message, stack: trace }));
  const body = JSON.stringify({ errorType: name, errorMessage: message, trace });
  return ask("POST", where, body, { "Lambda-Runtime-Function-Error-Type": name });
}

async function load() {
  const at = process.env._HANDLER.lastIndexOf(".");
  const file = path.join(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER.slice(0, at));
  const found = [".js", ".mjs", ".cjs"].map((ext) => file + ext).find((name) => fs.existsSync(name));
  if (!found) throw Object.assign(new Error("Cannot find module '" + file + "'"), { name: "Runtime.ImportModuleError" });
  const module = await import(pathToFileURL(found).href);
  const name = process.env._HANDLER.slice(at + 1);
  const handler = module[name] || (module.default && module.default[name]);
  if (!handler) {
    throw Object.assign(new Error(process.env._HANDLER + " is undefined or not exported"), {
      name: "Runtime.HandlerNotFound",
    });
  }
  return handler;
}

function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const answer = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
    if (answer && typeof answer.then === "function") answer.then(resolve, reject);
    else if (handler.length < 3) resolve(answer);
  });
}

(async () => {
  let handler;
  try {
    handler = await load();
  } catch (error) {
    await report("init/error", error);
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await ask("GET", "invocation/next");
    const id = headers["lambda-runtime-aws-request-id"];
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    const context = {
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      awsRequestId: id,
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    };
    try {
      const answer = await call(handler, JSON.parse(body), context);
      await ask("POST", "invocation/" + id + "/response", JSON.stringify(answer === undefined ? null : answer));
    } catch (error) {
      await report("invocation/" + id + "/error", error);
    }
  }
})();
