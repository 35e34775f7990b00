"""Runs ministack with three differences from AWS removed that this product would run into.

    python emulator.py [PUBLIC_PARAMETERS]

PUBLIC_PARAMETERS is a JSON file of names and values below /aws/service/, such as the ids of current images. Neither AWS nor
the emulator lets anybody write there, and the emulator knows two of them.

Written against the one version that requirements.txt pins; a missing name stops the start, not a test far away.
"""

import json
import sys

from ministack import app
from ministack.services import eventbridge, lambda_svc, ssm, stepfunctions


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
            if waiting is not None:
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


def main():
    if len(sys.argv) > 1:
        serve_public_parameters(sys.argv[1])
    fail_callback_tasks_whose_function_fails()
    deliver_events_asynchronously()
    sys.argv = ["ministack"]
    app.main()


if __name__ == "__main__":
    main()
