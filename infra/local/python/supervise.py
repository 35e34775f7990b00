"""Runs a command so that it never outlives the process that asked for it.

    python supervise.py [--scratch FOLDER] COMMAND [ARGUMENT ...]

The command runs in a process group of its own. Its end comes in one of two ways: it exits, or our standard input
reaches its end, which is how we learn that the parent is gone, however it died (Ctrl-C, a panic, kill -9).
Then the whole group is asked to stop, and killed if it has not within the grace time. The scratch folder, where the
command may leave what it likes, is removed last.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 3


def main():
    arguments = sys.argv[1:]
    scratch = None
    if arguments[:1] == ["--scratch"]:
        scratch, arguments = arguments[1], arguments[2:]
    ignore_terminal_signals()
    child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: signal_group(child.pid, signal.SIGTERM))
    threading.Thread(target=stop_when_parent_is_gone, args=(child,), daemon=True).start()
    code = child.wait()
    # What the command started may still run: the emulator's Lambdas are processes of its group.
    signal_group(child.pid, signal.SIGKILL)
    if scratch:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(code if code >= 0 else 128 - code)


def ignore_terminal_signals():
    """A Ctrl-C reaches every process of the terminal's group. The parent decides what it means, not us."""
    for name in ("SIGINT", "SIGQUIT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)


def stop_when_parent_is_gone(child):
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal_group(child.pid, signal.SIGTERM)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        signal_group(child.pid, signal.SIGKILL)


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass  # Nobody is left in it.
    except PermissionError:
        pass  # macOS answers this for a group of which only an unreaped process is left.


if __name__ == "__main__":
    main()
