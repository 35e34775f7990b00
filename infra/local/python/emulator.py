"""Runs ministack with five differences from AWS removed that this product would run into.

    python emulator.py [PUBLIC_PARAMETERS [CALLS [PRICE_LIST [STEPS]]]]

PUBLIC_PARAMETERS is a JSON file of names and values below /aws/service/, such as the ids of current images. Neither AWS nor
the emulator lets anybody write there, and the emulator knows two of them.

CALLS is a file that gets a line of JSON for every permission that somebody was found to need:
{"principal": ARN, "action": "dynamodb:PutItem", "resource": ARN, "allowed": true}

PRICE_LIST is the address of whoever plays the Price List, which the emulator does not have. It says who asks, and whether
they may; the rest is passed on.

STEPS is the host:port at which to ask, before each step of a workflow, what shall become of it: see step_gate.py.

Written against the one version that requirements.txt pins; a missing name stops the start, not a test far away.
"""

import asyncio
import base64
import json
import sys
import urllib.error
import urllib.request
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import ec2_access
import step_gate
from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses, router
from ministack.services import eventbridge, lambda_svc, ssm, stepfunctions

# It is on this machine and answers at once.
PRICE_LIST_SECONDS = 10
# In which the gate before EC2 tells the tags of what a request names, by id: JSON in base64.
RESOURCE_TAGS_HEADER = "x-infrared-resource-tags"


def serve_public_parameters(path):
    with open(path, encoding="utf-8") as file:
        ssm._PUBLIC_AMI_PARAMETERS.update(json.load(file))


def fail_callback_tasks_whose_function_fails():
    """Otherwise a failed .waitForTaskToken function is ignored and its Task waits until it times out."""
    call_lambda = stepfunctions._call_lambda

    def call(function, event):
        try:
            return call_lambda(function, event)
        except stepfunctions._ExecutionError as error:
            waiting = stepfunctions._task_tokens.get(event.get("task_token")) if isinstance(event, dict) else None
            # Told before that its wait is over, it has ended; a function that fails afterwards changes nothing.
            if waiting is not None and not waiting["event"].is_set():
                waiting["error"] = {"Error": error.error, "Cause": error.cause}
                waiting["event"].set()
            raise

    stepfunctions._call_lambda = call


def deliver_events_asynchronously():
    """Otherwise rules and schedules call a function once, without its retries and its failure destination."""
    invoke = lambda_svc.invoke_async_with_retry

    def dispatch(arn, payload):
        record, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not record or not config:
            print(f"no function {name} to deliver an event to", file=sys.stderr)
            return
        invoke(record, json.loads(payload))

    eventbridge._dispatch_to_lambda = dispatch


def principal(access_key):
    """The ARN and the account behind an access key whose signature was checked."""
    identity = iam_evaluator.resolve_caller_identity(access_key)
    return identity["userArn"], identity["accountId"]


def record_permissions(path):
    """Every permission that is asked for passes one function. The account's root, who needs none, is left out."""
    enforce = iam_evaluator.enforce
    # Line by line: others read it while we write.
    calls = open(path, "a", encoding="utf-8", buffering=1)

    def recording(access_key, action, service, region, resource_arn="*", service_context=None):
        denied = enforce(access_key, action, service, region, resource_arn, service_context)
        if not isinstance(denied, iam_evaluator.AuthError) and not iam_evaluator.is_root_access_key(access_key):
            call = {"principal": principal(access_key)[0], "action": action, "resource": resource_arn,
                    "allowed": denied is None}
            calls.write(json.dumps(call) + "\n")
        return denied

    iam_evaluator.enforce = recording


def judge_requests_to_ec2():
    """Says whose a request is and whether it may be, and leaves what it does to the emulator of EC2.

    The signature is checked as for any service. Policies are not compared with the one resource that ministack would
    guess, but with each that the request is about.
    """
    enforce = iam_evaluator.enforce

    def only_authenticate(access_key, action, service, region, resource_arn="*", service_context=None):
        if service == "ec2":
            return iam_evaluator.check_credentials(access_key, service)
        return enforce(access_key, action, service, region, resource_arn, service_context)

    async def judge(method, path, headers, body, query_params):
        access_key = router.extract_access_key_id(headers, query_params)
        region = responses.get_region()
        arn, account = principal(access_key)
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        tags_of = json.loads(base64.b64decode(headers[RESOURCE_TAGS_HEADER]))
        for action, resource, keys in ec2_access.needed(form, region, account, tags_of):
            denied = enforce(access_key, action, "ec2", region, resource, {**keys, "aws:RequestedRegion": region})
            if denied:
                return unauthorized(iam_actions.identity_denial_message(action, arn, resource, denied.decision == "Deny"))
        return 200, {"Content-Type": "application/json"}, json.dumps({"principal": arn, "account": account}).encode()

    iam_evaluator.enforce = only_authenticate
    app.SERVICE_HANDLERS["ec2"] = judge


def unauthorized(reason):
    """EC2's refusal, whose reason ends in an encoded message that nobody here can decode."""
    message = (f"You are not authorized to perform this operation. {reason}. "
               "Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abc")
    body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>UnauthorizedOperation</Code>"
            f"<Message>{escape(message)}</Message></Error></Errors>"
            "<RequestID>59dbff89-35bd-4eac-99ed-000000000000</RequestID></Response>")
    return 403, {"Content-Type": "text/xml;charset=UTF-8"}, body.encode()


def pass_on_requests_to_the_price_list(url):
    """A service of its own to the emulator, so that signatures and policies are checked as for any other."""
    def fetch(headers, body):
        passed = {name: headers[name] for name in ("content-type", "x-amz-target") if name in headers}
        request = urllib.request.Request(url, body, passed, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PRICE_LIST_SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    async def serve(method, path, headers, body, query_params):
        status, answer = await asyncio.to_thread(fetch, headers, body)
        return status, {"Content-Type": "application/x-amz-json-1.1"}, answer

    router.SERVICE_PATTERNS["pricing"] = {"target_prefixes": ["AWSPriceListService"]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["pricing"] = "pricing"
    app.SERVICE_HANDLERS["pricing"] = serve


def main():
    if len(sys.argv) > 1:
        serve_public_parameters(sys.argv[1])
    if len(sys.argv) > 3:
        pass_on_requests_to_the_price_list(sys.argv[3])
    if len(sys.argv) > 4:
        step_gate.ask_before_steps(sys.argv[4])
    fail_callback_tasks_whose_function_fails()
    deliver_events_asynchronously()
    if len(sys.argv) > 2:
        record_permissions(sys.argv[2])
    judge_requests_to_ec2()
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
