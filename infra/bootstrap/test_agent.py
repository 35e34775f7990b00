"""What can be checked of the agent without a beacon; the rest is checked against a real one in infra/local."""

import contextlib
import io
import json
import os
import tempfile
import threading
import unittest
import unittest.mock
from http.server import BaseHTTPRequestHandler, HTTPServer

FOLDER = tempfile.TemporaryDirectory()
for name in ("HOME", "RUN", "STATE", "KEYS"):
    os.environ["INFRARED_" + name] = os.path.join(FOLDER.name, name.lower())
os.environ["INFRARED_DRY_RUN"] = "1"
os.environ["INFRARED_INSTANCE_DATA"] = os.path.join(FOLDER.name, "instance-data.json")

import agent

HERE = os.path.dirname(os.path.abspath(__file__))
agent.LOG_DIR = os.path.join(FOLDER.name, "log")
HOUR = 3600


def config(**changes):
    return {
        "beacon_url": "http://127.0.0.1:9",
        "reservation_id": "01JD",
        "count": 1,
        "first_number": 1,
        "environments": [],
        "cluster": None,
        "package_index": None,
        "hostname": "r-7k2mq",
        "enrolment_key": "e",
        "login_user": "ubuntu",
        "is_spot": False,
        **changes,
    }


def write(path, text, mode=0o755):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def read(*path):
    return agent.read_json(os.path.join(*path))


def answer(now, left=HOUR, **more):
    return {"now_epoch_seconds": now, "deadline_epoch_seconds": now + left, "ended": False, **more}


class Case(unittest.TestCase):
    def setUp(self):
        for folder in (agent.HOME, agent.RUN_DIR, agent.RUN_DIR + "-root", agent.STATE_DIR, agent.KEYS_DIR):
            agent.shutil.rmtree(folder, ignore_errors=True)
        self.patches = contextlib.ExitStack()
        self.addCleanup(self.patches.close)

    def patch(self, name, value):
        self.patches.enter_context(unittest.mock.patch.object(agent, name, value))


class Beacon:
    """Signs whatever it is told to say, and notes what it hears."""

    def __init__(self, says, key="k"):
        outer = self
        self.heard = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                given = self.headers["x-infrared-signature"].removeprefix("v1=")
                outer.heard.append((self.path.rsplit("/", 1)[1], json.loads(body), self.headers))
                said = json.dumps(says(outer)).encode()
                self.send_response(200)
                self.send_header("x-infrared-signature", "v1=" + agent.sign(key, f"v1:answer:{given}:", said))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Signing(Case):
    def test_the_shared_vector(self):
        vector = read(HERE, "signing_vector.json")
        key = vector["node_key"]
        prefix = f"v1:{vector['action']}:{vector['timestamp_ms']}:"
        request = agent.sign(key, prefix, vector["request_body"].encode())
        self.assertEqual("v1=" + request, vector["request_signature"])
        signed = agent.sign(key, f"v1:answer:{request}:", vector["answer_body"].encode())
        self.assertEqual("v1=" + signed, vector["answer_signature"])


class State(Case):
    def test_what_is_saved_is_loaded_and_private(self):
        agent.save_state({"node_key": "k"})
        self.assertEqual(agent.load_state(), {"node_key": "k"})
        for folder in (agent.RUN_DIR, agent.STATE_DIR):
            mode = os.stat(os.path.join(folder, "state.json")).st_mode
            self.assertEqual(mode & 0o777, 0o600)

    def test_a_restart_loads_what_is_on_the_disk(self):
        agent.save_state({"node_key": "k"})
        agent.shutil.rmtree(agent.RUN_DIR)
        self.assertEqual(agent.load_state(), {"node_key": "k"})

    def test_no_secret_is_where_others_read(self):
        agent.keep({}, answer(1000, node_key="k", authorized_keys=["ssh-ed25519 A"]))
        said = os.path.join(agent.RUN_DIR, "heard.json")
        self.assertEqual(os.stat(said).st_mode & 0o777, 0o644)
        self.assertNotIn("k", read(said))


class Number(Case):
    def told(self, meta_data, name="meta-data"):
        write(agent.INSTANCE_DATA, json.dumps({"ds": {name: meta_data}}))

    def test_a_machine_alone_is_the_first_whatever_it_is_told(self):
        self.assertEqual(agent.node_number(config()), 1)
        self.assertEqual(agent.node_number(config(first_number=5)), 5)

    def test_one_of_several_counts_by_its_launch_index(self):
        for index, number in (("0", 1), ("2", 3), (19, 20)):
            for name, key in (("meta-data", "ami-launch-index"), ("meta_data", "ami_launch_index")):
                self.told({key: index}, name)
                self.assertEqual(agent.node_number(config(count=20)), number)
                self.assertEqual(agent.node_number(config(count=20, first_number=4)), number + 3)

    def test_without_an_index_it_is_nobody_until_it_is_told(self):
        for nothing in ({}, {"ami-launch-index": "x"}, {"ami-launch-index": None}):
            self.told(nothing)
            with self.assertRaises(agent.FAILURES):
                agent.node_number(config(count=3))
        os.remove(agent.INSTANCE_DATA)
        with self.assertRaises(agent.FAILURES):
            agent.node_number(config(count=3))

    def test_it_shows_its_number_on_its_prompt(self):
        agent.name_machine(config(), 1)
        self.assertFalse(os.path.exists(os.path.join(agent.HOME, "hostname.json")))
        for several, number in ((config(count=3), 2), (config(first_number=5), 5)):
            agent.name_machine(several, number)
            self.assertEqual(read(agent.HOME, "hostname.json"), ["hostnamectl", "set-hostname", f"r-7k2mq-{number}"])

    def test_number_one_of_a_cluster_is_its_master(self):
        cluster = config(count=3, cluster={"framework": "spark", "notebook": "jupyter"}, environments=["go"])
        self.assertEqual([agent.role(cluster, number) for number in (1, 2)], ["master", "worker"])
        self.assertEqual(agent.role(config(), 1), "single")
        self.assertEqual(agent.steps(cluster, 1), ["go", "spark", "jupyter"])
        self.assertEqual(agent.steps(cluster, 2), ["go", "spark"])


class Setup(Case):
    def setUp(self):
        super().setUp()
        self.patch("DRY_RUN", False)
        with open(os.path.join(HERE, "lib.sh")) as lib:
            write(os.path.join(agent.HOME, "lib.sh"), lib.read())

    def step(self, name, script):
        write(os.path.join(agent.HOME, "setup", name + ".sh"), script)

    def setup(self, *steps):
        return agent.setup(config(environments=list(steps)))

    def test_each_step_runs_once_and_in_order(self):
        for name in ("go", "rust"):
            self.step(name, 'echo "$0 $INFRARED_NUMBER $INFRARED_ROLE $INFRARED_LOGIN_USER $INFRARED_NODES" '
                            f'>>"$INFRARED_HOME/ran"; echo {name} >>"$INFRARED_HOME/ran"')
        for _ in range(2):
            self.assertEqual(self.setup("go", "rust"), 0)
        with open(os.path.join(agent.HOME, "ran")) as ran:
            self.assertEqual(ran.read(), "bash 1 single ubuntu 1\ngo\nbash 1 single ubuntu 1\nrust\n")
        self.assertFalse(os.path.exists(os.path.join(agent.HOME, "failed.json")))

    def test_the_first_that_fails_is_noted_with_the_end_of_its_log_and_tried_again(self):
        self.step("go", "seq 5000; echo the end; false; echo not reached")
        self.step("rust", 'touch "$INFRARED_HOME/rust"')
        self.assertEqual(self.setup("go", "rust"), 1)
        failed = read(agent.HOME, "failed.json")
        self.assertEqual(failed["step"], "go")
        self.assertTrue(failed["log"].endswith("5000\nthe end\n"))
        self.assertLessEqual(len(failed["log"]), agent.LOG_END_BYTES)
        self.assertFalse(os.path.exists(os.path.join(agent.HOME, "rust")))
        self.step("go", "true")
        self.assertEqual(self.setup("go", "rust"), 0)
        self.assertFalse(os.path.exists(os.path.join(agent.HOME, "failed.json")))

    def test_clusters_take_packages_from_the_deployments_index(self):
        spark = {"framework": "spark", "notebook": "jupyter"}
        for name in ("go", "spark", "jupyter"):
            self.step(name, 'echo "$INFRARED_ROLE $PIP_INDEX_URL" >>"$INFRARED_HOME/ran"')
        index = "https://mirror.example/simple"
        self.assertEqual(agent.setup(config(environments=["go"], cluster=spark, package_index=index)), 0)
        with open(os.path.join(agent.HOME, "ran")) as ran:
            self.assertEqual(ran.read(), f"master {index}\n" * 3)

    def test_mistakes_in_a_step_are_failures(self):
        for script in ('echo "$nothing"', "false | true", "nonsense", "if"):
            self.step("go", script)
            self.assertEqual(self.setup("go"), 1, script)
        self.assertEqual(self.setup("absent"), 1)

    def test_a_step_that_hangs_is_ended(self):
        self.patch("STEP_LIMIT_SECONDS", 1)
        self.step("go", "echo before; sleep 60")
        self.assertEqual(self.setup("go"), 1)
        self.assertIn("before\n\nthis took longer", read(agent.HOME, "failed.json")["log"])

    def test_what_was_set_up_is_checked_and_named(self):
        self.step("go", 'version go "1.22 (linux)"; check go <<<$\'#!/bin/sh\\ntest -e "$0.works"\'')
        self.assertEqual(self.setup("go"), 0)
        beacon = Beacon(lambda it: answer(1000, complete=len(it.heard) > 1))
        self.addCleanup(beacon.close)
        state = {"node_key": "k", "node_id": "01JD-1"}
        report = lambda: agent.report_ready(config(beacon_url=beacon.url), state)
        write(os.path.join(agent.STATE_DIR, "certificate.sha256"), "ab\n")
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertFalse(report())
            self.assertFalse(report())
        write(os.path.join(agent.HOME, "checks", "go.works"), "#!/bin/sh\n")
        self.assertTrue(report())
        said = [body for _, body, _ in beacon.heard]
        self.assertEqual([body["is_ready"] for body in said], [False, False, True])
        self.assertEqual(said[0]["versions"], {"go": "1.22 (linux)"})
        self.assertEqual(said[0]["certificate_sha256"], "ab")

    def test_a_failure_is_reported_until_it_is_taken_note_of(self):
        self.patch("FIRST_DELAY_SECONDS", 0.01)
        self.step("go", "echo no; false")
        self.assertEqual(self.setup("go"), 1)
        agent.save_state({"node_key": "k", "node_id": "01JD-1"})
        beacon = Beacon(lambda it: answer(1000, complete=len(it.heard) > 1))
        self.addCleanup(beacon.close)
        self.assertEqual(agent.ready(config(beacon_url=beacon.url)), 1)
        said = [(action, body) for action, body, _ in beacon.heard]
        self.assertEqual(said, [("failed", {"step": "go", "log": "no\n"})] * 2)


class Cluster(Case):
    def test_what_its_services_wait_for(self):
        agent.keep_cluster({"master_address": None, "workers": 2, "secret": "s", "notebook_token": "t"})
        secrets, known = (os.path.join(agent.STATE_DIR, name) for name in ("cluster-secrets.json", "cluster.json"))
        self.assertEqual(read(secrets), {"secret": "s", "notebook_token": "t"})
        self.assertEqual(os.stat(secrets).st_mode & 0o777, 0o600)
        self.assertFalse(os.path.exists(known))
        agent.keep_cluster({"master_address": "10.0.0.5", "workers": 2})
        self.assertEqual(read(known), {"master_address": "10.0.0.5", "workers": 2})
        self.assertEqual(os.stat(known).st_mode & 0o777, 0o644)
        before = os.stat(known)
        agent.keep_cluster({"master_address": "10.0.0.5", "workers": 2})
        self.assertEqual(os.stat(known).st_ino, before.st_ino)
        agent.keep_cluster({"master_address": "10.0.0.5", "workers": 1})
        self.assertEqual(read(known)["workers"], 1)
        self.assertEqual(read(secrets)["secret"], "s")


class Deadline(Case):
    """Of the machine's own clock, and of the beacon's as far as it was heard."""

    def shutdown(self):
        self.assertEqual(agent.apply(config()), 0)
        return read(agent.HOME, "shutdown.json")

    def test_nothing_is_set_before_the_beacon_was_heard(self):
        self.assertEqual(agent.apply(config()), 0)
        self.assertFalse(os.path.exists(os.path.join(agent.HOME, "shutdown.json")))

    def test_it_acts_ten_minutes_after_the_deadline_by_the_beacons_clock(self):
        for clock in (0, 1_000, 10_000_000_000):
            self.patch("clock_seconds", lambda clock=clock: clock)
            agent.keep({}, answer(1_800_000_000))
            self.assertEqual(self.shutdown(), ["shutdown", "-h", "+70"])

    def test_a_deadline_long_past_or_an_end_ends_the_machine_within_a_minute(self):
        agent.keep({}, answer(1_800_000_000, left=-HOUR))
        self.assertEqual(self.shutdown()[-1], "+1")
        agent.keep({}, {**answer(1_800_000_000), "ended": True})
        self.assertEqual(self.shutdown()[-1], "+1")

    def test_a_last_minute_that_has_begun_is_not_begun_anew(self):
        self.patch("SCHEDULED", os.path.join(FOLDER.name, "scheduled"))
        agent.keep({}, answer(1_800_000_000, left=-HOUR))
        for seconds, is_set in ((30, False), (90, True), (None, True)):
            at = "" if seconds is None else f"USEC={int((agent.time.time() + seconds) * 1e6)}\nMODE=poweroff\n"
            write(agent.SCHEDULED, at)
            agent.apply(config())
            self.assertEqual(os.path.exists(os.path.join(agent.HOME, "shutdown.json")), is_set)
            agent.shutil.rmtree(agent.HOME, ignore_errors=True)

    def test_it_comes_nearer_while_the_beacon_is_away(self):
        agent.keep({"node_key": "k"}, answer(1_800_000_000))
        up = agent.uptime_seconds()
        self.patch("uptime_seconds", lambda: up + 30 * 60)
        agent.save_state({**agent.load_state(), "node_id": "01JD-1"})
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(agent.beat(config()), 1)
        self.assertEqual(self.shutdown()[-1], "+40")

    def test_a_disk_that_is_full_changes_nothing(self):
        write(agent.STATE_DIR, "no folder, so that nothing can be written in it")
        self.addCleanup(os.remove, agent.STATE_DIR)
        agent.keep({"node_key": "k"}, answer(1_800_000_000))
        self.assertEqual(agent.load_state()["node_key"], "k")
        self.assertEqual(self.shutdown()[-1], "+70")

    def restarted(self, up, clock=1_800_000_000.0, **state):
        agent.shutil.rmtree(agent.RUN_DIR, ignore_errors=True)
        agent.write_file(os.path.join(agent.STATE_DIR, "state.json"), json.dumps({
            "node_key": "k", "node_id": "01JD-1", "deadline_epoch_seconds": 0, "left_seconds": 0, **state,
        }))
        self.patch("uptime_seconds", lambda: up)
        self.patch("clock_seconds", lambda: clock)
        with contextlib.redirect_stderr(io.StringIO()):
            agent.beat(config())
        return self.shutdown()[-1]

    def test_a_machine_that_was_off_has_time_to_hear_its_new_deadline(self):
        self.assertEqual(self.restarted(60), "+14")
        for uptime in (900, 90_000):
            self.assertEqual(self.restarted(uptime), "+1")
        later = {"deadline_epoch_seconds": 1_800_000_000 + HOUR, "left_seconds": 2 * HOUR}
        self.assertEqual(self.restarted(60, **later), "+70")

    def test_a_slow_clock_does_not_lengthen_the_life_of_a_machine_that_was_restarted(self):
        known = {"deadline_epoch_seconds": 1_800_000_000, "left_seconds": HOUR}
        self.assertEqual(self.restarted(60, clock=0.0, **known), "+70")


class Clock(Case):
    def test_times_of_requests_rise_whatever_the_clock_does(self):
        beacon = Beacon(lambda _: answer(1000))
        self.addCleanup(beacon.close)
        state = {"node_key": "k", "node_id": "01JD-1"}
        for clock in (1_800_000_000, 1_700_000_000, 0, 1_800_000_001):
            self.patch("clock_seconds", lambda clock=clock: clock)
            agent.call(config(beacon_url=beacon.url), state, "beat", {})
        times = [int(headers["x-infrared-timestamp"]) for _, _, headers in beacon.heard]
        self.assertEqual(times, sorted(set(times)))

    def test_a_forged_answer_is_refused(self):
        beacon = Beacon(lambda _: answer(1000), key="another")
        self.addCleanup(beacon.close)
        with self.assertRaises(agent.Refused):
            agent.call(config(beacon_url=beacon.url), {"node_key": "k", "node_id": "01JD-1"}, "beat", {})
        self.assertFalse(os.path.exists(os.path.join(agent.RUN_DIR, "heard.json")))


class Telling(Case):
    def told(self, now, left):
        agent.keep({}, answer(now, left))
        said = []
        run = lambda command, **_: said.append(command[1])
        with unittest.mock.patch.object(agent.subprocess, "run", run):
            agent.apply(config())
        return said

    def test_people_are_told_of_a_change_and_of_the_end_and_of_nothing_else(self):
        self.assertEqual(self.told(1_800_000_000, 2 * HOUR), [])
        self.assertEqual(self.told(1_800_000_060, 2 * HOUR - 60), [])
        (changed,) = self.told(1_800_000_060, 4 * HOUR)
        self.assertIn("in 4 h. For more time, say in Slack: extend r-7k2mq by 2 hours", changed)
        self.assertEqual(self.told(1_800_000_060 + 3 * HOUR, HOUR), [])
        self.assertEqual(len(self.told(1_800_000_060 + 4 * HOUR - 1700, 1700)), 1)
        self.assertEqual(self.told(1_800_000_060 + 4 * HOUR - 1640, 1640), [])
        self.assertEqual(len(self.told(1_800_000_060 + 4 * HOUR - 290, 290)), 1)

    def test_lengths_are_for_people(self):
        for seconds, text in ((20, "1 min"), (3599, "1 h"), (5400, "1 h 30 min"), (90_000, "1 d 1 h")):
            self.assertEqual(agent.spoken(seconds), text)


class Busy(Case):
    def setUp(self):
        super().setUp()
        agent.make_busy_folder()

    def infrared(self, *words):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), unittest.mock.patch.object(agent.sys, "argv", ["infrared", *words]):
            code = agent.main()
        return code, said.getvalue()

    def test_a_marker_counts_until_it_is_over_or_taken_away(self):
        self.assertEqual(self.infrared("busy", "1h")[0], 1)
        agent.keep({}, answer(1_800_000_000, left=10 * HOUR))
        self.assertEqual(self.infrared("busy", "3h", "training", "it"), (0, "Busy for 3 h from now.\n"))
        code, said = self.infrared("status")
        self.assertEqual(code, 0)
        self.assertIn("This machine ends at", said)
        self.assertIn("in 10 h.", said)
        self.assertIn("Busy for 3 h more: training it\nInfraRed was heard 0 seconds ago.", said)
        state = {"deadline_epoch_seconds": 1_800_000_000 + 10 * HOUR, "node_id": "01JD-1"}
        until = agent.sample(config(), state)["busy_until_epoch_seconds"]
        self.assertAlmostEqual(until, 1_800_000_000 + 3 * HOUR, delta=2)
        self.infrared("busy", "off")
        self.assertIsNone(agent.sample(config(), state)["busy_until_epoch_seconds"])
        self.assertIn("Nothing is marked as busy", self.infrared("status")[1])

    def test_it_counts_until_the_deadline_at_most(self):
        agent.keep({}, answer(1_800_000_000, left=HOUR))
        code, said = self.infrared("busy", "2d")
        self.assertEqual(code, 0)
        self.assertIn("Busy for 1 h from now.\nThat is when this machine ends.", said)

    def test_what_is_no_length_is_explained(self):
        for words in ((), ("soon",), ("0h",), ("3x",), ("-1h",)):
            code, said = self.infrared("busy", *words)
            self.assertEqual(code, 2)
            self.assertIn('infrared busy 3h "training"', said)
        for text, minutes in (("90m", 90), ("1h30m", 90), ("2d", 2880), ("1h 5min", 65)):
            self.assertEqual(agent.duration_seconds(text), minutes * 60)

    def test_what_others_put_there_is_not_believed(self):
        deadline = 4_000_000_000
        own = os.path.join(agent.BUSY_DIR, str(os.getuid()))
        bad = ["", "[" * 1024, "[]", "{}", '{"until_epoch_seconds": "x", "what": ""}', '{"until_epoch_seconds": 1e999, "what": ""}']
        for text in bad + [json.dumps({"until_epoch_seconds": 9e9, "what": "x" * 2000})]:
            write(own, text)
            self.assertEqual(agent.busy_markers(deadline), [])
        write(own, json.dumps({"until_epoch_seconds": 9e9, "what": "a\x1b[2Jb\n" + "c" * 200}))
        os.symlink("/etc/passwd", os.path.join(agent.BUSY_DIR, "1"))
        os.mkfifo(os.path.join(agent.BUSY_DIR, "2"))
        os.mkdir(os.path.join(agent.BUSY_DIR, "3"))
        (marker,) = agent.busy_markers(deadline)
        self.assertEqual(marker["until_epoch_seconds"], deadline)
        self.assertTrue(marker["what"].startswith("a[2Jb"))
        self.assertLessEqual(len(marker["what"]), agent.BUSY_CHARS_MAX)


class Measures(Case):
    def test_what_cannot_be_read_is_unknown(self):
        def fails():
            raise OSError

        self.assertIsNone(agent.measure(fails))

    def test_traffic_is_since_the_last_time(self):
        state = {}
        self.assertIsNone(agent.network_bytes_since(state))
        self.assertGreaterEqual(agent.network_bytes_since(state), 0)
        state["network_bytes"] += 1 << 60
        self.assertLess(agent.network_bytes_since(state), 1 << 60)

    def test_a_master_knows_what_its_cluster_does(self):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                token = self.headers.get("authorization")
                kernels = [{"execution_state": state} for state in ("busy", "idle", "busy")]
                said = {"/spark": {"activeapps": [{}]}, "/kernels": kernels if token == "token t" else {}}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(said[self.path]).encode())

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.patch("SPARK_URL", f"http://127.0.0.1:{server.server_port}/spark")
        self.patch("NOTEBOOK_URL", f"http://127.0.0.1:{server.server_port}/kernels")
        cluster = config(cluster={"framework": "spark", "notebook": "jupyter"})
        figures = lambda it, number: (lambda of: (of["busy_kernels"], of["spark_applications"]))(
            agent.sample(it, {"node_id": f"01JD-{number}", "deadline_epoch_seconds": 0}))
        self.assertEqual(figures(cluster, 1), (None, 1))
        agent.keep_cluster({"secret": "s", "notebook_token": "t"})
        self.assertEqual(figures(cluster, 1), (2, 1))
        self.assertEqual(figures(cluster, 11), (None, None))
        self.assertEqual(figures(config(), 1), (None, None))

    def test_keys_are_whole_lines_without_options(self):
        agent.allow_keys("ubuntu", [
            "ssh-ed25519 AA== bob@home", "ssh-ed25519 B\nssh-ed25519 C", 'command="x" ssh-ed25519 D', "ssh-rsa EE",
        ])
        path = os.path.join(agent.KEYS_DIR, "ubuntu")
        with open(path) as file:
            self.assertEqual(file.read(), "ssh-ed25519 AA== bob@home\nssh-rsa EE\n")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o644)


if __name__ == "__main__":
    unittest.main()
