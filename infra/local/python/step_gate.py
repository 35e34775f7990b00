"""Asks before each step of a workflow what shall become of it, so that tests can make steps go wrong.

POST {"step", "reservation_id"} is answered, once the step may go on, with {"fate": ...}:
    run     it is carried out
    fail    it is not, and the workflow is told `error`
    lose    it is carried out, and the workflow is told `error`
    twice   it is carried out twice
    kill    its process is killed `after_seconds`, unless it has answered by then
"""

import http.client
import json
import threading

from ministack.services import lambda_svc, stepfunctions

# How often a worker that still starts is looked at; a step takes tens of milliseconds.
LOOK_SECONDS = 0.001


def ask_before_steps(address):
    call_lambda = stepfunctions._call_lambda
    run_and_kill = killer(call_lambda)

    def call(function, event):
        if not isinstance(event, dict) or "step" not in event or not event.get("reservation_id"):
            return call_lambda(function, event)
        answer = ask(address, event)
        fate = answer["fate"]
        if fate == "kill":
            return run_and_kill(function, event, answer["after_seconds"])
        if fate != "fail":
            result = call_lambda(function, event)
        if fate == "twice":
            result = call_lambda(function, event)
        if fate in ("fail", "lose"):
            raise stepfunctions._ExecutionError(answer["error"], "a test wants it so")
        return result

    stepfunctions._call_lambda = call


def ask(address, event):
    # Without a timeout: a step may be held as long as its test likes.
    connection = http.client.HTTPConnection(address)
    try:
        body = json.dumps({"step": event["step"], "reservation_id": event["reservation_id"]})
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        return json.load(connection.getresponse())
    finally:
        connection.close()


def killer(call_lambda):
    """A call whose worker is killed. Workers are chosen deep inside the emulator, but in the thread that calls."""
    acquire_worker = lambda_svc.acquire_worker
    mine = threading.local()

    def acquire(*arguments, **options):
        worker, reason = acquire_worker(*arguments, **options)
        doom = getattr(mine, "doom", None)
        if doom is not None and worker is not None:
            threading.Thread(target=kill, args=(worker, *doom), daemon=True).start()
        return worker, reason

    def run_and_kill(function, event, after_seconds):
        has_answered = threading.Event()
        mine.doom = (after_seconds, has_answered)
        try:
            return call_lambda(function, event)
        finally:
            has_answered.set()
            mine.doom = None

    lambda_svc.acquire_worker = acquire
    return run_and_kill


def kill(worker, after_seconds, has_answered):
    # Not while it starts, for that would be another failure.
    while not is_at_work(worker):
        if has_answered.wait(LOOK_SECONDS):
            return
    if not has_answered.wait(after_seconds) and is_at_work(worker):
        worker._proc.kill()


def is_at_work(worker):
    process = worker._proc
    return process is not None and process.poll() is None and worker._current_request_id is not None
