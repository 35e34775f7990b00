"""What can be checked of the agent without a beacon; the rest is checked against a real one in infra/local."""

import json
import os
import tempfile
import unittest

FOLDER = tempfile.TemporaryDirectory()
os.environ["INFRARED_STATE"] = FOLDER.name
os.environ["INFRARED_DRY_RUN"] = "1"
os.environ["INFRARED_INSTANCE_DATA"] = os.path.join(FOLDER.name, "instance-data.json")

import agent

HERE = os.path.dirname(os.path.abspath(__file__))


class Signing(unittest.TestCase):
    def test_the_shared_vector(self):
        with open(os.path.join(HERE, "signing_vector.json")) as file:
            vector = json.load(file)
        key = vector["node_key"]
        prefix = f"v1:{vector['action']}:{vector['timestamp_ms']}:"
        request = agent.sign(key, prefix, vector["request_body"].encode())
        self.assertEqual("v1=" + request, vector["request_signature"])
        answer = agent.sign(key, f"v1:answer:{request}:", vector["answer_body"].encode())
        self.assertEqual("v1=" + answer, vector["answer_signature"])


class State(unittest.TestCase):
    def test_what_is_saved_is_loaded_and_private(self):
        agent.save_state({"node_key": "k"})
        self.assertEqual(agent.load_state(), {"node_key": "k"})
        mode = os.stat(os.path.join(agent.STATE_DIR, "state.json")).st_mode
        self.assertEqual(mode & 0o777, 0o600)


class Number(unittest.TestCase):
    def told(self, meta_data, name="meta-data"):
        with open(agent.INSTANCE_DATA, "w") as file:
            json.dump({"ds": {name: meta_data}}, file)

    def test_a_machine_alone_is_the_first_whatever_it_is_told(self):
        self.assertEqual(agent.node_number(1), 1)

    def test_one_of_several_counts_from_one_by_its_launch_index(self):
        for index, number in (("0", 1), ("2", 3), (19, 20)):
            for name, key in (("meta-data", "ami-launch-index"), ("meta_data", "ami_launch_index")):
                self.told({key: index}, name)
                self.assertEqual(agent.node_number(20), number)

    def test_without_an_index_it_is_nobody_until_it_is_told(self):
        for nothing in ({}, {"ami-launch-index": "x"}, {"ami-launch-index": None}):
            self.told(nothing)
            with self.assertRaises(agent.FAILURES):
                agent.node_number(3)
        os.remove(agent.INSTANCE_DATA)
        with self.assertRaises(agent.FAILURES):
            agent.node_number(3)

    def test_it_shows_its_number_on_its_prompt(self):
        agent.set_hostname("r-7k2mq-2")
        with open(os.path.join(agent.STATE_DIR, "hostname.json")) as file:
            self.assertEqual(json.load(file), ["hostnamectl", "set-hostname", "r-7k2mq-2"])


class DeadMansSwitch(unittest.TestCase):
    def command_for(self, deadline):
        agent.set_dead_mans_switch(deadline)
        with open(os.path.join(agent.STATE_DIR, "shutdown.json")) as file:
            return json.load(file)

    def test_it_acts_ten_minutes_after_the_deadline(self):
        self.assertEqual(self.command_for(agent.now_seconds() + 3600), ["shutdown", "-h", "+70"])

    def test_a_deadline_long_past_ends_the_machine_within_a_minute(self):
        self.assertEqual(self.command_for(0), ["shutdown", "-h", "+1"])

    def test_a_machine_that_was_off_has_time_to_hear_its_new_deadline(self):
        old = {"deadline_epoch_seconds": 0}
        just_booted = self.command_for(agent.remembered_deadline(old, 60))
        self.assertEqual(just_booted, ["shutdown", "-h", "+14"])
        for uptime in (900, 90_000, None):
            command = self.command_for(agent.remembered_deadline(old, uptime))
            self.assertEqual(command, ["shutdown", "-h", "+1"])
        later = {"deadline_epoch_seconds": agent.now_seconds() + 3600}
        self.assertEqual(self.command_for(agent.remembered_deadline(later, 60)), ["shutdown", "-h", "+70"])


class Measures(unittest.TestCase):
    def test_what_cannot_be_read_is_unknown(self):
        def fails():
            raise OSError

        self.assertIsNone(agent.measure(fails))

    def test_keys_are_whole_lines(self):
        agent.allow_keys("ubuntu", ["ssh-ed25519 A", "ssh-ed25519 B\nssh-ed25519 C", 7])
        with open(os.path.join(agent.STATE_DIR, "keys", "ubuntu")) as file:
            self.assertEqual(file.read(), "ssh-ed25519 A\n")


if __name__ == "__main__":
    unittest.main()
