#!/usr/bin/env python3
"""The agent on every machine: sets it up, calls the beacon, and shows people how long they have.

    agent.py enrol    exchanges the key of first boot for the machine's own
    agent.py setup    as root: runs the steps that the machine was asked to have, each once
    agent.py ready    runs the checks and reports until the beacon has everything it needs
    agent.py beat     one heartbeat; notes what the beacon says
    agent.py apply    as root: sets the dead-man's switch and people's ssh keys as the beacon said
    agent.py updates  as root: has security updates installed from now on

    infrared status                how long this machine runs, for whoever is logged in
    infrared busy 3h "training"    it has work to do; `infrared busy off` when that is done

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
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import time
import urllib.request

CONFIG = os.environ.get("INFRARED_CONFIG", "/etc/infrared/agent.json")
# Root's: steps, checks, and what came of them.
HOME = os.environ.get("INFRARED_HOME", "/opt/infrared")
# The agent's: what it knows now, in memory, and what outlives a restart.
RUN_DIR = os.environ.get("INFRARED_RUN", "/run/infrared")
STATE_DIR = os.environ.get("INFRARED_STATE", "/var/lib/infrared")
KEYS_DIR = os.environ.get("INFRARED_KEYS", "/etc/infrared/keys")
LOG_DIR = "/var/log/infrared"
DRY_RUN = os.environ.get("INFRARED_DRY_RUN") == "1"
INSTANCE_DATA = os.environ.get("INFRARED_INSTANCE_DATA", "/run/cloud-init/instance-data.json")
CLOCK_OFFSET_SECONDS = float(os.environ.get("INFRARED_CLOCK_OFFSET_SECONDS", "0"))

# Of AWS: what the cloud tells a machine about itself.
METADATA_URL = os.environ.get("INFRARED_METADATA_URL", "http://169.254.169.254")
NOTEBOOK_URL = "https://127.0.0.1:443/api/kernels"
SPARK_URL = "http://127.0.0.1:8080/json/"
LOCAL_TIMEOUT_SECONDS = 2

REQUEST_TIMEOUT_SECONDS = 10
ANSWER_LIMIT_BYTES = 64 * 1024
# A quarter of an hour is as long as anybody waits for a machine.
STEP_LIMIT_SECONDS = 600
CHECK_LIMIT_SECONDS = 10
LOG_END_BYTES = 4000
# A cluster's master waits for its workers, for others in their stead, for its owner's answer, and once more.
REPORT_LIMIT_SECONDS = 7200
FIRST_DELAY_SECONDS, DELAY_GROWTH = 1.0, 1.5
# Between reports that are heard, and between calls that are not.
HEARD_DELAY_LIMIT_SECONDS, AWAY_DELAY_LIMIT_SECONDS = 4.0, 30.0
# The cloud is asked to end the machine at the deadline; the switch acts when nobody did.
DEADLINE_SLACK_SECONDS = 600
# A machine that was stopped remembers an old deadline: it has so long from boot to hear the new one.
BOOT_GRACE_SECONDS = 900


class Refused(Exception):
    """The beacon's answer is not one to act on."""


# What a call may fail with: the network, a broken answer, an answer that is not the beacon's.
FAILURES = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, Refused)


def measure(read):
    try:
        return read()
    except FAILURES + (subprocess.SubprocessError, ArithmeticError, RecursionError, StopIteration):
        return None


# Time and memory


def uptime_seconds():
    """Goes on while the machine sleeps, and whatever becomes of its clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) + CLOCK_OFFSET_SECONDS


def clock_seconds():
    return time.time() + CLOCK_OFFSET_SECONDS


def now_seconds():
    """By the beacon's clock as far as it was heard since boot, for the machine's own may be wrong."""
    booted = (measure(heard) or {}).get("booted_epoch_seconds")
    return clock_seconds() if booted is None else booted + uptime_seconds()


def read_json(path):
    with open(path) as file:
        return json.load(file)


def read_or_nothing(path):
    try:
        return read_json(path)
    except (OSError, ValueError):
        return {}


def write_file(path, text, mode=0o600):
    """Replaces a file: after a crash it holds the old text or the new one, nothing between."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(path + ".new", "w", opener=lambda p, flags: os.open(p, flags, mode)) as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def write_if_changed(path, text, mode):
    """Whoever waits for a file is not woken for nothing."""
    with contextlib.suppress(OSError), open(path) as file:
        if file.read() == text:
            return
    write_file(path, text, mode)


@contextlib.contextmanager
def alone():
    """Keeps `ready` and `beat` from overwriting each other's state."""
    make_busy_folder()
    with open(os.path.join(RUN_DIR, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def load_state():
    now = read_or_nothing(os.path.join(RUN_DIR, "state.json"))
    return now or read_or_nothing(os.path.join(STATE_DIR, "state.json"))


def save_state(state):
    text = json.dumps(state)
    write_file(os.path.join(RUN_DIR, "state.json"), text)
    # A full disk must not keep the machine from living on, nor from ending.
    with contextlib.suppress(OSError):
        write_file(os.path.join(STATE_DIR, "state.json"), text)


def heard():
    """What the beacon said last, for root and for whoever is logged in."""
    return read_json(os.path.join(RUN_DIR, "heard.json"))


# Calls


def sign(key, text, body):
    return hmac.new(key.encode(), text.encode() + body, hashlib.sha256).hexdigest()


def call(config, state, action, content):
    """Sends one signed request, and keeps what the verified answer says."""
    key = config["enrolment_key"] if action == "enrol" else state["node_key"]
    # Saved before it is used, so that a time is never used twice, whatever the clock does.
    timestamp = max(int(clock_seconds() * 1000), state.get("timestamp_ms", 0) + 1)
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
    answer = json.loads(answer)
    keep(state, answer)
    return answer


def keep(state, answer):
    """Notes what an answer says: for this boot, and for one in which nobody is heard."""
    now = int(answer["now_epoch_seconds"])
    state["deadline_epoch_seconds"] = int(answer["deadline_epoch_seconds"])
    state["left_seconds"] = state["deadline_epoch_seconds"] - now
    if "authorized_keys" in answer:
        state["authorized_keys"] = [key for key in answer["authorized_keys"] if isinstance(key, str)]
    if "node_key" in answer:
        state["node_key"] = answer["node_key"]
    save_state(state)
    note(state, ended=answer["ended"] is True, booted_epoch_seconds=now - uptime_seconds(), heard_epoch_seconds=now)
    if answer.get("cluster"):
        keep_cluster(answer["cluster"])


def note(state, **said):
    """What root applies; it holds no secret."""
    said = {"deadline_epoch_seconds": state["deadline_epoch_seconds"], **said}
    said["authorized_keys"] = state.get("authorized_keys")
    write_file(os.path.join(RUN_DIR, "heard.json"), json.dumps(said), mode=0o644)


def keep_cluster(cluster):
    """Where the services of a cluster wait for it."""
    if cluster.get("secret"):
        secrets = {name: cluster.get(name) for name in ("secret", "notebook_token")}
        write_if_changed(os.path.join(STATE_DIR, "cluster-secrets.json"), json.dumps(secrets), 0o600)
    if cluster.get("master_address"):
        known = {name: cluster[name] for name in ("master_address", "workers")}
        write_if_changed(os.path.join(STATE_DIR, "cluster.json"), json.dumps(known), 0o644)


def until(done, doing):
    """Repeats until it is done, or nobody waits for it any more; the exit code."""
    end, delay = time.monotonic() + REPORT_LIMIT_SECONDS, FIRST_DELAY_SECONDS
    while time.monotonic() < end:
        limit = HEARD_DELAY_LIMIT_SECONDS
        try:
            with alone():
                if done(load_state()):
                    return 0
        except FAILURES as error:
            print(f"{doing}: {error}", file=sys.stderr)
            limit = AWAY_DELAY_LIMIT_SECONDS
        delay = min(delay * DELAY_GROWTH, limit)
        time.sleep(delay * random.uniform(0.8, 1.2))
    return 1


# First boot


def node_number(config):
    """Which of the machines of its reservation this is: of those launched together, the one thing not told alike."""
    if config["count"] == 1:
        return config["first_number"]
    told = read_json(INSTANCE_DATA)["ds"]
    # EC2 spells it with hyphens, and so does the file; cloud-init's documentation shows it with underscores.
    told = told["meta-data"] if "meta-data" in told else told["meta_data"]
    index = told["ami-launch-index"] if "ami-launch-index" in told else told["ami_launch_index"]
    return config["first_number"] + int(index)


def role(config, number):
    if not config["cluster"]:
        return "single"
    return "master" if number == 1 else "worker"


def steps(config, number):
    cluster = config["cluster"] or {}
    of_cluster = [cluster.get("framework")] + [cluster.get("notebook")] * (role(config, number) == "master")
    return config["environments"] + [step for step in of_cluster if step]


def enrol(config):
    def enrolled(state):
        if "node_key" not in state:
            state["node_id"] = f"{config['reservation_id']}-{node_number(config)}"
            call(config, state, "enrol", {"node_id": state["node_id"]})
        return True

    return until(enrolled, "not enrolled yet")


def setup(config):
    number = node_number(config)
    name_machine(config, number)
    if DRY_RUN:
        return 0
    failure = os.path.join(HOME, "failed.json")
    with contextlib.suppress(FileNotFoundError):
        os.remove(failure)
    for step in steps(config, number):
        if not run_step(config, step, number):
            write_file(failure, json.dumps({"step": step, "log": end_of_log(step)}), mode=0o644)
            return 1
    return 0


def name_machine(config, number):
    """Names on prompts are for people: a machine without its own is still theirs."""
    if config["count"] == 1 and config["first_number"] == 1:
        return
    command = ["hostnamectl", "set-hostname", f"{config['hostname']}-{number}"]
    if DRY_RUN:
        write_file(os.path.join(HOME, "hostname.json"), json.dumps(command))
    else:
        measure(lambda: subprocess.run(command, check=False, timeout=REQUEST_TIMEOUT_SECONDS))


def run_step(config, step, number):
    """Runs a step unless it was completed before; whether it is complete."""
    done = os.path.join(HOME, "done", step)
    if os.path.exists(done):
        return True
    os.makedirs(LOG_DIR, exist_ok=True)
    script = f". {HOME}/lib.sh; . {HOME}/setup/{step}.sh"
    # Nobody answers it, and its time is bounded: what asks or hangs is a failure.
    command = ["timeout", "--kill-after=10", str(STEP_LIMIT_SECONDS), "bash", "-euo", "pipefail", "-c", script]
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        "INFRARED_HOME": HOME,
        "INFRARED_NUMBER": str(number),
        "INFRARED_ROLE": role(config, number),
        "INFRARED_LOGIN_USER": config["login_user"],
        "INFRARED_NODES": str(config["count"]),
        "PIP_INDEX_URL": config["package_index"] or "",
    }
    with open(log_of(step), "w") as log:
        ran = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
        if ran.returncode == 124:
            log.write(f"\nthis took longer than {STEP_LIMIT_SECONDS // 60} minutes\n")
    if ran.returncode == 0:
        write_file(done, "")
    return ran.returncode == 0


def log_of(step):
    return os.path.join(LOG_DIR, step + ".log")


def end_of_log(step):
    with open(log_of(step), "rb") as log:
        log.seek(max(0, os.path.getsize(log_of(step)) - LOG_END_BYTES))
        return log.read().decode(errors="replace")


def updates(config):
    """Apart from the other steps: nobody waits for it."""
    return 0 if run_step(config, "updates", config["first_number"]) else 1


def ready(config):
    failure = read_or_nothing(os.path.join(HOME, "failed.json"))
    if failure:
        until(lambda state: call(config, state, "failed", failure)["complete"] is True, "failure not reported yet")
        return 1
    return until(lambda state: report_ready(config, state), "not ready yet")


def report_ready(config, state):
    is_ready = all([passes(check) for check in files_of("checks")])
    report = {
        "is_ready": is_ready,
        "uptime_seconds": int(uptime_seconds()),
        "versions": {name: first_line(os.path.join(HOME, "versions", name)) for name in files_of("versions")},
        "certificate_sha256": measure(lambda: first_line(os.path.join(STATE_DIR, "certificate.sha256"))),
    }
    return call(config, state, "ready", report)["complete"] is True and is_ready


def files_of(folder):
    return sorted(measure(lambda: os.listdir(os.path.join(HOME, folder))) or [])


def passes(check):
    def run():
        command = [os.path.join(HOME, "checks", check)]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        return subprocess.run(command, check=False, timeout=CHECK_LIMIT_SECONDS, **quiet).returncode == 0

    passed = measure(run) is True
    if not passed:
        print(f"not ready yet: {check}", file=sys.stderr)
    return passed


def first_line(path):
    with open(path) as file:
        return file.readline().strip()


# Each minute


def beat(config):
    with alone():
        state = load_state()
        if "node_key" not in state:
            return 0  # not enrolled yet: nothing to renew
        try:
            call(config, state, "beat", sample(config, state))
            return 0
        except FAILURES as error:
            print(f"no heartbeat: {error}", file=sys.stderr)
            if measure(heard) is None:
                remember(state)
            return 1


def remember(state):
    """A restart forgets what was heard, the state does not. A clock that is slow must not lengthen a machine's life."""
    now = clock_seconds()
    deadline = min(state["deadline_epoch_seconds"], now + state["left_seconds"])
    grace = now - uptime_seconds() + BOOT_GRACE_SECONDS - DEADLINE_SLACK_SECONDS
    note({**state, "deadline_epoch_seconds": max(deadline, grace)}, ended=False)


def sample(config, state):
    busy = measure(lambda: busy_markers(state["deadline_epoch_seconds"])) or []
    is_master = state["node_id"].endswith("-1") and config["cluster"]
    return {
        "interruption_epoch_seconds": measure(interruption_epoch_seconds) if config["is_spot"] else None,
        "login_sessions": measure(login_sessions),
        "busy_kernels": measure(busy_kernels) if is_master else None,
        "spark_applications": measure(spark_applications) if is_master else None,
        "busy_until_epoch_seconds": max((marker["until_epoch_seconds"] for marker in busy), default=None),
        "load_1m": measure(lambda: os.getloadavg()[0]),
        "uptime_seconds": int(uptime_seconds()),
        "network_bytes": measure(lambda: network_bytes_since(state)),
        "disk_used_percent": measure(disk_used_percent),
    }


def get(url, method="GET", headers=None, context=None):
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=LOCAL_TIMEOUT_SECONDS, context=context) as response:
        return response.read(ANSWER_LIMIT_BYTES)


def interruption_epoch_seconds():
    """When EC2 takes this spot machine back; it says so two minutes before, and answers 404 until then."""
    ttl = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    token = get(METADATA_URL + "/latest/api/token", "PUT", ttl)
    headers = {"X-aws-ec2-metadata-token": token.decode()}
    notice = json.loads(get(METADATA_URL + "/latest/meta-data/spot/instance-action", headers=headers))
    return calendar.timegm(time.strptime(notice["time"], "%Y-%m-%dT%H:%M:%SZ"))


def login_sessions():
    who = subprocess.run(["who"], capture_output=True, text=True, check=True, timeout=REQUEST_TIMEOUT_SECONDS)
    return len(who.stdout.splitlines())


def busy_kernels():
    token = read_json(os.path.join(STATE_DIR, "cluster-secrets.json"))["notebook_token"]
    # The certificate is the machine's own, and so is the address.
    context = ssl._create_unverified_context()
    kernels = json.loads(get(NOTEBOOK_URL, headers={"authorization": f"token {token}"}, context=context))
    return sum(kernel["execution_state"] == "busy" for kernel in kernels)


def spark_applications():
    return len(json.loads(get(SPARK_URL))["activeapps"])


def network_bytes_since(state):
    """Received and sent on every interface but loopback, since the last time."""
    total = 0
    with open("/proc/net/dev") as file:
        for line in file.readlines()[2:]:
            name, _, figures = line.partition(":")
            if name.strip() != "lo":
                total += int(figures.split()[0]) + int(figures.split()[8])
    last, state["network_bytes"] = state.get("network_bytes"), total
    if last is None:
        return None
    # A restart counts from nought.
    return total - last if total >= last else total


def disk_used_percent():
    usage = shutil.disk_usage("/")
    return round(100 * usage.used / usage.total, 1)


# What root does with what the beacon said


def apply(config):
    said = measure(heard)
    if said is None:
        return 0  # nobody was heard yet: what is set stays
    deadline = 0 if said["ended"] else float(said["deadline_epoch_seconds"])
    left = deadline - now_seconds()
    set_dead_mans_switch(left)
    measure(lambda: tell(config, deadline, left))
    if said["authorized_keys"] is not None:
        allow_keys(config["login_user"], said["authorized_keys"])
    return 0


def set_dead_mans_switch(left_seconds):
    """Schedules the machine's own end; a later schedule replaces it. The cloud terminates what shuts down."""
    minutes = max(1, math.ceil((left_seconds + DEADLINE_SLACK_SECONDS) / 60))
    if minutes == 1 and measure(is_ending):
        return  # a minute that begins anew each minute never ends
    command = ["shutdown", "-h", f"+{minutes}"]
    if DRY_RUN:
        write_file(os.path.join(HOME, "shutdown.json"), json.dumps(command))
    else:
        # Without the system's own words on terminals, which name the switch's time and not the deadline.
        subprocess.run(command + ["--no-wall"], check=False, timeout=REQUEST_TIMEOUT_SECONDS)


# Where systemd keeps a shutdown to come.
SCHEDULED = "/run/systemd/shutdown/scheduled"


def is_ending():
    with open(SCHEDULED) as file:
        at_microseconds = next(int(line[5:]) for line in file if line.startswith("USEC="))
    return at_microseconds / 1e6 <= time.time() + 60


# On terminals, so long before the end.
TOLD_BEFORE_MINUTES = (30, 10, 5, 2)


def tell(config, deadline, left_seconds):
    """Tells whoever is logged in when the deadline has changed, and when it is near."""
    path = os.path.join(RUN_DIR + "-root", "told.json")
    told = read_or_nothing(path)
    stage = sum(left_seconds <= 60 * minutes for minutes in TOLD_BEFORE_MINUTES)
    write_file(path, json.dumps({"deadline": deadline, "stage": stage}), mode=0o644)
    if told and (deadline != told["deadline"] or stage > told["stage"]):
        text = f"InfraRed: {ending(config['hostname'], deadline, left_seconds)}"
        subprocess.run(["wall", text], check=False, timeout=REQUEST_TIMEOUT_SECONDS)


# One line of an authorized_keys file: a key and perhaps a comment, never options.
KEY = re.compile(r"(ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+( .*)?")


def allow_keys(user, keys):
    """Where sshd looks besides the user's own file. Root's, as sshd demands."""
    lines = [key for key in keys if key.isprintable() and KEY.fullmatch(key)]
    write_if_changed(os.path.join(KEYS_DIR, user), "".join(line + "\n" for line in lines), mode=0o644)


# For people on the machine


def ending(handle, deadline, left_seconds):
    if left_seconds <= 0:
        return "this machine ends now."
    at = time.strftime("%a %H:%M %Z", time.localtime(deadline - now_seconds() + time.time()))
    return f"this machine ends at {at}, in {spoken(left_seconds)}. For more time, say in Slack: extend {handle} by 2 hours"


def spoken(seconds):
    minutes = max(1, round(seconds / 60))
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


BUSY_DIR = os.path.join(RUN_DIR, "busy")
BUSY_CHARS_MAX = 80
BUSY_BYTES_MAX = 1024
DURATION = re.compile(r"(?:(\d{1,3})d)? ?(?:(\d{1,3})h)? ?(?:(\d{1,4})m(?:in)?)?")


def make_busy_folder():
    """Everybody may leave a marker, and take away their own."""
    os.makedirs(BUSY_DIR, exist_ok=True)
    os.chmod(BUSY_DIR, 0o1777)


def busy(words):
    """Leaves a marker, or takes it away. It counts until the deadline at most."""
    path = os.path.join(BUSY_DIR, str(os.getuid()))
    if words == ["off"]:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
        print("Nothing of yours is marked as busy any more.")
        return 0
    seconds = duration_seconds(words[0]) if words else None
    if seconds is None:
        print('Say how long, and what for: infrared busy 3h "training". And when it is done: infrared busy off')
        return 2
    said = measure(heard)
    if said is None:
        print("This machine has not heard from InfraRed yet. Try again in a minute.")
        return 1
    until_seconds = min(now_seconds() + seconds, said["deadline_epoch_seconds"])
    what = " ".join(words[1:])[:BUSY_CHARS_MAX]
    write_file(path, json.dumps({"until_epoch_seconds": int(until_seconds), "what": what}), mode=0o644)
    left = until_seconds - now_seconds()
    print(f"Busy for {spoken(left)} from now.")
    if left < seconds - 60:
        print("That is when this machine ends. For more time, extend it in Slack, then say it again.")
    return 0


def duration_seconds(text):
    match = DURATION.fullmatch(text.strip().lower())
    days, hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return (days * 1440 + hours * 60 + minutes) * 60 or None


def busy_markers(deadline):
    """What people have marked that is not over. Anybody can write there, so nothing is believed unseen."""
    markers = []
    for name in os.listdir(BUSY_DIR):
        marker = measure(lambda: busy_marker(name, deadline))
        if marker and marker["until_epoch_seconds"] > now_seconds():
            markers.append(marker)
    return markers


def busy_marker(name, deadline):
    descriptor = os.open(os.path.join(BUSY_DIR, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or name != str(found.st_uid):
            raise ValueError("not a marker of its owner")
        marker = json.loads(file.read(BUSY_BYTES_MAX))
    what = "".join(character for character in str(marker["what"])[:BUSY_CHARS_MAX] if character.isprintable())
    return {"until_epoch_seconds": min(int(marker["until_epoch_seconds"]), int(deadline)), "what": what}


def status(_words):
    said = measure(heard)
    if said is None:
        print("This machine has not heard from InfraRed yet. It asks each minute.")
        return 1
    deadline, now = said["deadline_epoch_seconds"], now_seconds()
    text = ending(socket.gethostname(), deadline, deadline - now)
    print(text[0].upper() + text[1:])
    markers = measure(lambda: busy_markers(deadline)) or []
    for marker in markers:
        print(f"Busy for {spoken(marker['until_epoch_seconds'] - now)} more: {marker['what'] or 'something'}")
    if not markers:
        print('Nothing is marked as busy. To mark it: infrared busy 3h "training"')
    if said.get("heard_epoch_seconds") is None:
        print("InfraRed has not been heard since the machine started. It asks each minute.")
    else:
        print(f"InfraRed was heard {max(0, round(now - said['heard_epoch_seconds']))} seconds ago.")
    return 0


def main():
    of_agent = {"enrol": enrol, "setup": setup, "ready": ready, "beat": beat, "apply": apply, "updates": updates}
    of_people = {"status": status, "busy": busy}
    name, words = (sys.argv[1:] or [""])[0], sys.argv[2:]
    if name in of_people:
        return of_people[name](words)
    if name in of_agent and not words:
        return of_agent[name](read_json(CONFIG))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
