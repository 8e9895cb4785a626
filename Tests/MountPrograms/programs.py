"""Real programs at work in a mounted folder. A part does its work in a folder of its own, raises `Lost` when something is not
as it has to be, and returns what to say. `AGAIN` holds what must be true of it after the vault was mounted anew."""
import os
import random
import signal
import subprocess
import time

from mounted import Lost


def git(vault, options):
    """Clones a repository, repacks it, checks all objects, and compares a checkout of each commit with the original's."""
    # Nothing of git goes on in the background when a command has ended: the mount could not be left.
    vault.shell("git config --global maintenance.auto false && git config --global gc.auto 0")
    vault.shell("$TOOLS/make-repository $OUTSIDE/origin")
    vault.shell("""
        mkdir git && cd git
        git clone --quiet --no-local $OUTSIDE/origin clone && cd clone
        git fsck --full --strict --no-progress
        git config user.name a && git config user.email a@example.org && git config core.fsync all
        git checkout --quiet -b work
        for n in $(seq 20); do echo $n >> log && git add log && git commit --quiet -m $n; done
        git rebase --quiet --force-rebase main && git repack -qadf && git gc --quiet --prune=now
        git worktree add --quiet ../tree main && git push --quiet origin work
        test -z "$(git status --porcelain)"
        """)
    vault.shell(AGAIN["git"])
    return vault.shell("cd git/clone && git count-objects -v | grep in-pack").strip()


def build(vault, options):
    """Compiles and links 120 files of C with make, in parallel; make must find all done, and after a touch what is not."""
    vault.shell("mkdir build && cd build && $TOOLS/make-sources 120 && make -j2 --silent && make -q && ./program")
    vault.shell(AGAIN["build"])
    return vault.shell("cd build && touch part7.h && make -j2 | grep -c ' -c '").strip() + " of 120 built after a touch"


def swift(vault, options):
    """Builds a package of two modules with all that the package manager makes, changes it, and builds it again."""
    vault.shell("""
        mkdir -p swift/Sources/Tool swift/Sources/Lib && cd swift
        echo '// swift-tools-version: 6.0' > Package.swift
        echo 'import PackageDescription' >> Package.swift
        echo 'let parts: [Target] = [.target(name: "Lib"), .executableTarget(name: "Tool", dependencies: ["Lib"])]' >> Package.swift
        echo 'let package = Package(name: "Tool", targets: parts)' >> Package.swift
        echo 'public func answer() -> Int { 41 }' > Sources/Lib/Lib.swift
        echo 'import Lib; print(answer() + 1)' > Sources/Tool/main.swift
        swift build --disable-sandbox --scratch-path build && test $(build/debug/Tool) = 42
        echo 'public func answer() -> Int { 42 }' > Sources/Lib/Lib.swift
        swift build --disable-sandbox --scratch-path build && test $(build/debug/Tool) = 43
        """, limit=600)
    return vault.shell("du -sh swift/build | cut -f1").strip() + " in its build folder"


def sqlite(vault, options):
    """Kills writers of a database with either journal in the midst of their transactions; no acknowledged row may be gone."""
    chance = random.Random(options.seed)
    vault.shell("mkdir sqlite")
    rows = 0
    for mode in ("wal", "delete"):
        for round in range(10):
            record = f"{vault.outside}/rows-{mode}"
            writer = vault.start(
                ["python3", vault.environment["TOOLS"] + "/rows.py", "write", mode, record, str(round)],
                vault.place + "/sqlite")
            time.sleep(0.1 + chance.random() / 2)
            if writer.poll() is not None:
                raise Lost(f"the writer ended by itself with {writer.returncode}")
            os.killpg(writer.pid, signal.SIGKILL)
            writer.wait()
            vault.shell(f"cd sqlite && python3 $TOOLS/rows.py check {mode} {record}")
        with open(f"{vault.outside}/rows-{mode}") as file:
            rows += len(file.readlines())
    return f"20 killed writers, {rows} acknowledged rows"


def tar(vault, options):
    """Takes a tree of everything that tar knows in and out again, and compares names, links, times, modes, attributes, bytes."""
    vault.shell("""
        mkdir -p tar/in $OUTSIDE/tar/out
        python3 $TOOLS/make_tree.py $OUTSIDE/tar/tree
        all="--xattrs --xattrs-include=* --sparse --numeric-owner"
        tar $all -C $OUTSIDE/tar/tree -cf $OUTSIDE/tar/archive . && tar $all -C tar/in -xpf $OUTSIDE/tar/archive
        tar $all -C tar/in -cf - . | tar $all -C $OUTSIDE/tar/out -xpf -
        cp -a tar/in tar/copy && tar -cf tar/archive -C tar/in .
        for tree in tree out; do python3 $TOOLS/calls.py $OUTSIDE/tar/$tree > $OUTSIDE/tar/list-$tree; done
        diff $OUTSIDE/tar/list-tree $OUTSIDE/tar/list-out
        """)
    vault.shell(AGAIN["tar"])
    return vault.shell("wc -l < $OUTSIDE/tar/list-tree").strip() + " names, in and out alike"


def fio(vault, options):
    """Writes with several patterns and ways, in random order and side by side, and reads every block's checksum back."""
    vault.shell("""
        mkdir fio && cd fio
        common="--directory=. --size=48m --verify=crc32c --verify_fatal=1 --do_verify=1 --minimal"
        fio $common --name=pages --rw=randwrite --bs=4k --ioengine=psync --fdatasync=64
        fio $common --name=pieces --rw=randwrite --bsrange=512-128k --ioengine=psync --bs_unaligned --norandommap
        fio $common --name=stream --rw=write --bs=1m --ioengine=psync --end_fsync=1 --numjobs=3
        fio $common --name=mapping --rw=randwrite --bs=4k --ioengine=mmap
        fio $common --name=vector --rw=randwrite --bs=16k --ioengine=pvsync --numjobs=2
        fio $common --name=queue --rw=randwrite --bs=8k --ioengine=libaio --iodepth=16
        fio $common --name=beside --rw=randwrite --bs=4k --ioengine=psync --direct=1
        fio $common --name=mix --rw=randrw --bs=4k --ioengine=psync --verify_backlog=100
        """, limit=900)
    return "8 ways of writing, all checksums right"


def model(vault, options):
    """Random calls of several processes, with results and trees as in memory; `CallModelTests` runs the same for less long."""
    for seed in range(options.seed, options.seed + 10):
        vault.shell(f"""
            memory=$(mktemp -d /dev/shm/cbstore-XXXXXX) && trap 'rm -rf $memory' EXIT
            python3 $TOOLS/model.py $memory/model {seed} 20000 > $OUTSIDE/expected
            python3 $TOOLS/model.py model-{seed} {seed} 20000 "{vault.program} flush" > $OUTSIDE/found
            cmp $OUTSIDE/expected $OUTSIDE/found || {{ diff $OUTSIDE/expected $OUTSIDE/found | head -20; false; }}
            """)
    return f"10 × 20,000 calls alike, seeds {options.seed} to {options.seed + 9}"


AGAIN = {
    "git": """
        cd git/clone && git fsck --full --strict --no-progress && test -z "$(git status --porcelain)"
        for commit in $(git -C $OUTSIDE/origin rev-list main | head -20); do
            cmp <(git archive $commit) <(git -C $OUTSIDE/origin archive $commit)
        done
        """,
    "build": "cd build && make -q && test $(./program) = 7140",
    "tar": """
        for tree in in copy; do python3 $TOOLS/calls.py tar/$tree | diff $OUTSIDE/tar/list-tree -; done
        tar -df tar/archive -C tar/in
        """,
    "sqlite": "cd sqlite && for mode in wal delete; do python3 $TOOLS/rows.py check $mode $OUTSIDE/rows-$mode; done",
}
