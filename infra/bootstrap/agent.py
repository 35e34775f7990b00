#!/usr/bin/env python3
"""The agent on every machine: tells the beacon that the machine is ready, then beats once a minute.

    agent.py ready   enrols, then reports ready until the beacon has everything it needs
    agent.py beat    one heartbeat; its answer renews the dead-man's switch and the ssh keys of people

Requests are signed with the machine's key and answers must be signed over the request: see domain/src/beacon.rs.
Standard library only, Python 3.9 or newer. A figure that cannot be read is sent as null, never guessed.
"""

import calendar
import contextlib
import fcntl
import hashlib
import hmac
import http.client
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request

CONFIG = os.environ.get("INFRARED_CONFIG", "/etc/infrared/agent.json")
STATE_DIR = os.environ.get("INFRARED_STATE", "/var/lib/infrared")
DRY_RUN = os.environ.get("INFRARED_DRY_RUN") == "1"
INSTANCE_DATA = os.environ.get("INFRARED_INSTANCE_DATA", "/run/cloud-init/instance-data.json")
CLOCK_OFFSET_SECONDS = float(os.environ.get("INFRARED_CLOCK_OFFSET_SECONDS", "0"))

# Of AWS: what the cloud tells a machine about itself.
METADATA_URL = os.environ.get("INFRARED_METADATA_URL", "http://169.254.169.254")
METADATA_TIMEOUT_SECONDS = 2

REQUEST_TIMEOUT_SECONDS = 10
ANSWER_LIMIT_BYTES = 64 * 1024
# Together about half an hour, twice as long as anybody waits for a machine.
READY_ATTEMPTS = 70
FIRST_DELAY_SECONDS, DELAY_LIMIT_SECONDS, DELAY_GROWTH = 1.0, 30.0, 1.5
# The cloud is asked to end the machine at the deadline; the switch acts when nobody did.
DEADLINE_SLACK_SECONDS = 600
# A machine that was stopped remembers an old deadline: it has so long from boot to hear the new one.
BOOT_GRACE_SECONDS = 900


class Refused(Exception):
    """The beacon's answer is not one to act on."""


# What a call may fail with: the network, a broken answer, an answer that is not the beacon's.
FAILURES = (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, Refused)


def now_seconds():
    return time.time() + CLOCK_OFFSET_SECONDS


def write_file(name, text, mode=0o600):
    """Replaces a file in the state folder: after a crash it holds the old text or the new one, nothing between."""
    path = os.path.join(STATE_DIR, name)
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(path + ".new", "w", opener=lambda p, flags: os.open(p, flags, mode)) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


@contextlib.contextmanager
def alone():
    """Keeps `ready` and `beat` from overwriting each other's state."""
    os.makedirs(STATE_DIR, mode=0o755, exist_ok=True)
    with open(os.path.join(STATE_DIR, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def load_state():
    try:
        with open(os.path.join(STATE_DIR, "state.json")) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def save_state(state):
    write_file("state.json", json.dumps(state))


def sign(key, text, body):
    return hmac.new(key.encode(), text.encode() + body, hashlib.sha256).hexdigest()


def call(config, state, action, content):
    """Sends one signed request and returns the verified answer."""
    key = config["enrolment_key"] if action == "enrol" else state["node_key"]
    # Saved before it is used, so that a time is never used twice, whatever the clock does.
    timestamp = max(int(now_seconds() * 1000), state.get("timestamp_ms", 0) + 1)
    state["timestamp_ms"] = timestamp
    save_state(state)
    body = json.dumps(content).encode()
    signature = sign(key, f"v1:{action}:{timestamp}:", body)
    headers = {
        "content-type": "application/json",
        "x-infrared-node": state["node_id"],
        "x-infrared-timestamp": str(timestamp),
        "x-infrared-signature": "v1=" + signature,
    }
    request = urllib.request.Request(f"{config['beacon_url']}/machines/{action}", body, headers)
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as response:
        answer = response.read(ANSWER_LIMIT_BYTES)
        given = response.headers.get("x-infrared-signature", "")
    expected = "v1=" + sign(key, f"v1:answer:{signature}:", answer)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Refused(f"the answer to {action} is not signed by the beacon")
    return json.loads(answer)


def node_number(count):
    """Which of the machines launched together this is, from 1 on: the one thing that they are not told alike."""
    if count == 1:
        return 1
    with open(INSTANCE_DATA) as file:
        told = json.load(file)["ds"]
    # EC2 spells it with hyphens, and so does the file; cloud-init's documentation shows it with underscores.
    told = told["meta-data"] if "meta-data" in told else told["meta_data"]
    index = told["ami-launch-index"] if "ami-launch-index" in told else told["ami_launch_index"]
    return int(index) + 1


def set_hostname(name):
    """Names on prompts are for people: a machine without its own is still theirs."""
    command = ["hostnamectl", "set-hostname", name]
    if DRY_RUN:
        write_file("hostname.json", json.dumps(command))
    else:
        measure(lambda: subprocess.run(command, check=False, timeout=REQUEST_TIMEOUT_SECONDS))


def ready(config):
    delay = FIRST_DELAY_SECONDS
    for _ in range(READY_ATTEMPTS):
        try:
            with alone():
                if report_ready(config, load_state()):
                    return 0
        except FAILURES as error:
            print(f"not ready yet: {error}", file=sys.stderr)
        time.sleep(delay * random.uniform(0.8, 1.2))
        delay = min(delay * DELAY_GROWTH, DELAY_LIMIT_SECONDS)
    return 1


def report_ready(config, state):
    if "node_key" not in state:
        number = node_number(config["count"])
        if config["count"] > 1:
            set_hostname(f"{config['hostname']}-{number}")
        state["node_id"] = f"{config['reservation_id']}-{number}"
        answer = call(config, state, "enrol", {"node_id": state["node_id"]})
        state["node_key"] = answer["node_key"]
        state["deadline_epoch_seconds"] = int(answer["deadline_epoch_seconds"])
        save_state(state)
    return call(config, state, "ready", {"uptime_seconds": uptime_seconds()})["complete"] is True


def beat(config):
    with alone():
        state = load_state()
        if "node_key" not in state:
            return 0  # not enrolled yet: nothing to renew
        try:
            answer = call(config, state, "beat", sample(config))
            state["deadline_epoch_seconds"] = int(answer["deadline_epoch_seconds"])
            save_state(state)
            allow_keys(config["login_user"], answer["authorized_keys"])
            ended = answer["ended"] is True
        except FAILURES as error:
            print(f"no heartbeat: {error}", file=sys.stderr)
            set_dead_mans_switch(remembered_deadline(state, uptime_seconds()))
            return 1
        set_dead_mans_switch(0 if ended else state["deadline_epoch_seconds"])
        return 0


def remembered_deadline(state, uptime):
    """A restart forgets the switch, the state does not."""
    grace = BOOT_GRACE_SECONDS - DEADLINE_SLACK_SECONDS - (BOOT_GRACE_SECONDS if uptime is None else uptime)
    return max(state["deadline_epoch_seconds"], now_seconds() + grace)


def set_dead_mans_switch(deadline_epoch_seconds):
    """Schedules the machine's own end; a later schedule replaces it. The cloud terminates what shuts down."""
    seconds = deadline_epoch_seconds + DEADLINE_SLACK_SECONDS - now_seconds()
    command = ["shutdown", "-h", f"+{max(1, math.ceil(seconds / 60))}"]
    if DRY_RUN:
        write_file("shutdown.json", json.dumps(command))
    else:
        subprocess.run(command, check=False, timeout=REQUEST_TIMEOUT_SECONDS)


def allow_keys(user, keys):
    """Where sshd looks besides the user's own file."""
    lines = [key for key in keys if isinstance(key, str) and key.isprintable()]
    write_file(os.path.join("keys", user), "".join(line + "\n" for line in lines), mode=0o644)


def sample(config):
    return {
        "interruption_epoch_seconds": measure(interruption_epoch_seconds) if config["is_spot"] else None,
        "login_sessions": measure(login_sessions),
        "load_1m": measure(lambda: os.getloadavg()[0]),
        "uptime_seconds": uptime_seconds(),
        "network_bytes": measure(network_bytes),
        "disk_used_percent": measure(disk_used_percent),
    }


def measure(read):
    try:
        return read()
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, subprocess.SubprocessError):
        return None


def interruption_epoch_seconds():
    """When EC2 takes this spot machine back; it says so two minutes before, and answers 404 until then."""
    token = metadata("PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})
    headers = {"X-aws-ec2-metadata-token": token.decode()}
    notice = json.loads(metadata("GET", "/latest/meta-data/spot/instance-action", headers))
    return calendar.timegm(time.strptime(notice["time"], "%Y-%m-%dT%H:%M:%SZ"))


def metadata(method, path, headers):
    request = urllib.request.Request(METADATA_URL + path, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=METADATA_TIMEOUT_SECONDS) as response:
        return response.read(ANSWER_LIMIT_BYTES)


def login_sessions():
    who = subprocess.run(["who"], capture_output=True, text=True, check=True, timeout=REQUEST_TIMEOUT_SECONDS)
    return len(who.stdout.splitlines())


def uptime_seconds():
    def read():
        with open("/proc/uptime") as file:
            return int(float(file.read().split()[0]))

    return measure(read)


def network_bytes():
    """Received and sent on every interface but loopback, since boot."""
    total = 0
    with open("/proc/net/dev") as file:
        for line in file.readlines()[2:]:
            name, _, figures = line.partition(":")
            if name.strip() != "lo":
                total += int(figures.split()[0]) + int(figures.split()[8])
    return total


def disk_used_percent():
    usage = shutil.disk_usage("/")
    return round(100 * usage.used / usage.total, 1)


def main():
    commands = {"ready": ready, "beat": beat}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    with open(CONFIG) as file:
        config = json.load(file)
    return commands[sys.argv[1]](config)


if __name__ == "__main__":
    sys.exit(main())
