"""stress-ng's stressors of file systems, one after the other, each with its own checks switched on."""
import re

from mounted import Lost

SECONDS = 3
# What is not run, and why.
LEFT_OUT = {
    "bind-mount": "mounts the root of the machine elsewhere", "binderfs": "mounts a file system of its own",
    "eventfd": "makes no files", "ioprio": "is about the scheduler of disks", "procfs": "reads /proc",
    "fiemap": "FUSE does not pass on the question where on a disk a file lies",
    "verity": "FUSE does not pass on its ioctls",
}


def run(vault, options):
    listed = vault.shell("stress-ng --class 'filesystem?' 2>&1").split(":", 1)[1].split()
    names = [name for name in listed if name not in LEFT_OUT]
    failed = []
    for name in names:
        try:
            vault.shell(
                f"mkdir -p stress && stress-ng --{name} 2 --timeout {SECONDS} --temp-path stress --verify "
                f"--seed {options.seed} 2>&1", limit=SECONDS * 20 + 60)
        except Lost as error:
            why = re.findall(r"(?:fail|error):.*", str(error)) or [str(error)]
            failed.append(f"{name}: {why[0]}")
    if failed:
        raise Lost("\n".join(failed))
    return f"{len(names)} stressors, {SECONDS} s each; left out: {', '.join(LEFT_OUT)}"
