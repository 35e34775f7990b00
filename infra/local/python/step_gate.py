"""Asks before each step of a workflow what shall become of it, so that tests can make steps go wrong.

POST / {"step", "subject_id"} is answered, once the step may go on, with {"fate": ...}:
    run     it is carried out
    fail    it is not, and the workflow is told `error`
    lose    it is carried out, and the workflow is told `error`
    twice   it is carried out twice
    kill    its process is killed `after_seconds`, unless it has answered by then

Whatever is not `run` comes with the number of a mishap, and before the workflow goes on the gate is told what became of it:
POST /struck {"mishap", "has_struck"}. A step that failed by itself had no answer to lose, and no second time.
"""

import http.client
import json
import threading

from ministack.services import lambda_svc, stepfunctions

# How often a worker that still starts is looked at; a step takes tens of milliseconds.
LOOK_SECONDS = 0.001


class Mishap:
    """What is to go wrong with one call, and whether it did."""

    def __init__(self, answer):
        self.fate = answer["fate"]
        self.number = answer.get("mishap")
        self.error = answer.get("error")
        self.after_seconds = answer.get("after_seconds")
        self.has_struck = False


def ask_before_steps(address):
    call_lambda = stepfunctions._call_lambda
    run_and_kill = killer(call_lambda)

    def call(function, event):
        subject = subject_id(event)
        if subject is None:
            return call_lambda(function, event)
        mishap = Mishap(ask(address, "/", {"step": event["step"], "subject_id": subject}))
        try:
            return carry_out(mishap, function, event)
        finally:
            if mishap.number is not None:
                ask(address, "/struck", {"mishap": mishap.number, "has_struck": mishap.has_struck})

    def carry_out(mishap, function, event):
        if mishap.fate == "kill":
            return run_and_kill(mishap, function, event)
        if mishap.fate != "fail":
            result = call_lambda(function, event)
        if mishap.fate == "run":
            return result
        mishap.has_struck = True
        if mishap.fate == "twice":
            return call_lambda(function, event)
        raise stepfunctions._ExecutionError(mishap.error, "a test wants it so")

    stepfunctions._call_lambda = call


def subject_id(event):
    """What a step is about; none where the call is no step."""
    if not isinstance(event, dict) or "step" not in event:
        return None
    return event.get("reservation_id") or event.get("sweep_id") or event.get("credential_id")


def ask(address, path, question):
    # Without a timeout: a step may be held as long as its test likes.
    connection = http.client.HTTPConnection(address)
    try:
        connection.request("POST", path, json.dumps(question), {"Content-Type": "application/json"})
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
            threading.Thread(target=doom.carry_out, args=(worker,), daemon=True).start()
        return worker, reason

    def run_and_kill(mishap, function, event):
        mine.doom = doom = Doom(mishap.after_seconds)
        try:
            return call_lambda(function, event)
        except stepfunctions._ExecutionError:
            # The kill of a process that had answered already changes nothing.
            mishap.has_struck = doom.has_killed
            raise
        finally:
            doom.has_answered.set()
            mine.doom = None

    lambda_svc.acquire_worker = acquire
    return run_and_kill


class Doom:
    """The end of a worker, unless it is quicker."""

    def __init__(self, after_seconds):
        self.after_seconds = after_seconds
        self.has_answered = threading.Event()
        self.has_killed = False

    def carry_out(self, worker):
        # Not while it starts, for that would be another failure.
        while not is_at_work(worker):
            if self.has_answered.wait(LOOK_SECONDS):
                return
        if not self.has_answered.wait(self.after_seconds) and is_at_work(worker):
            self.has_killed = True
            worker._proc.kill()


def is_at_work(worker):
    process = worker._proc
    return process is not None and process.poll() is None and worker._current_request_id is not None
