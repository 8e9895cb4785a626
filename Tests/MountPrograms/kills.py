"""The serving process killed at any moment, while several programs work on the mount."""
import os
import random
import signal
import subprocess
import time

from mounted import Lost

WORKERS = 2
# How long a mount after a kill may take, from the command's start.
LONGEST_S = 2.0
# A program that never asks for durability: what it renamed is whole all the same.
LITTER = "while head -c 3000000 /dev/urandom > next && mv next last; do :; done"
IS_WHOLE = "test ! -e litter/last || test $(cat litter/last | wc -c) = 3000000"


def run(vault, kills, seed):
    """Kills the server of `vault`, which is mounted, and mounts again, `kills` times; what to say about it."""
    chance = random.Random(seed)
    workers = range(WORKERS)
    vault.shell("mkdir litter " + " ".join(f"worker{number}" for number in workers))
    vault.shell("touch " + " ".join(f"$OUTSIDE/record{number}" for number in workers))
    # The folders are there from now on, whatever happens.
    vault.verb("flush")
    greatest = 0.0
    for round in range(kills):
        children = [work(vault, number, round, seed) for number in workers]
        children.append(vault.start(["bash", "-c", LITTER], vault.place + "/litter", stderr=subprocess.DEVNULL))
        time.sleep(0.03 + chance.random() * (1.0 if round % 4 else 0.1))
        ended = [child.args for child in children if child.poll() is not None]
        vault.kill()
        for child in children:
            try:
                child.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                vault.abort()
                os.killpg(child.pid, signal.SIGKILL)
                raise Lost(f"kill {round}: a program hangs in the dead mount: {child.args}")
        if ended:
            raise Lost(f"kill {round}: a program had ended before: {ended}")
        taken = vault.mount()
        greatest = max(greatest, taken)
        if taken > LONGEST_S:
            raise Lost(f"kill {round}: mounting again took {taken:.2f} s")
        for number in workers:
            compare(vault, number, round, "newest")
        vault.shell(IS_WHOLE)
    acts = sum(compare(vault, number, kills - 1, "full") for number in workers)
    vault.shell("find . -type f -print0 | xargs -0 cat > /dev/null")
    return f"{kills} kills, {acts} acknowledged acts; the slowest mount took {greatest:.2f} s"


def work(vault, number, round, seed):
    program = vault.environment["TOOLS"] + "/kill_work.py"
    record = f"{vault.outside}/record{number}"
    return vault.start(
        ["python3", program, str(round), f"{seed}.{number}", record], f"{vault.place}/worker{number}",
        stdout=subprocess.DEVNULL)


def compare(vault, number, round, extent):
    """Compares a worker's folder with its record; how many acts were acknowledged."""
    record = f"{vault.outside}/record{number}"
    vault.shell(f"cd worker{number} && python3 $TOOLS/kill_check.py {record} {round} {extent}")
    with open(record) as file:
        return sum(line.startswith("done") for line in file)
