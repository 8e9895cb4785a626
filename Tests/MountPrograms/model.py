"""Random calls by several processes, the same wherever they are carried out: model.py FOLDER SEED STEPS [COMMAND]

Makes FOLDER, which becomes the root of all paths (so this needs to be root), and prints each call with what it came to. Now
and then, and in the end, it prints the tree. COMMAND is run beside the calls, again and again. What two file systems print
must be equal, line by line: all that may differ between them is left out here or in `calls.status`, each with its reason:

RENAME_WHITEOUT, O_TMPFILE  not offered by FUSE
O_DIRECT                    memory has no alignment to keep
SEEK_DATA, SEEK_HOLE        where a hole begins depends on the size of a block
device nodes                opening them depends on options of the mount
"""
import os
import random
import subprocess
import sys

import calls

LONG, TOO_LONG = "l" * 255, "l" * 256
TARGETS = ["n0", "n1", "n2/n3", "../n0", "/n1", ".", "..", "n4", "gone", LONG, "x" * 4095]
MODES = [0o644, 0o666, 0o777, 0o777, 0o755, 0o755, 0o4755, 0o2775, 0o1777, 0o000, 0o6711, 0o440]
ATTRIBUTES = ["user.a", "user.b", "trusted.a", "security.a", "user." + "k" * 250, "user." + "k" * 251, "system.other", "odd"]


class Maker:
    """Makes calls over few names, so that they meet."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, choices):
        return self.random.choice(choices)

    def name(self):
        roll = self.random.randrange(100)
        if roll < 94:
            return f"n{self.random.randrange(6)}"
        return self.one([LONG, TOO_LONG, ".", "..", "n0/", "\udcff\udcfe", "e\u0301", "\u00e9", "new\nline"])

    def path(self):
        roll = self.random.randrange(300)
        if roll < 3:
            # 4,095 bytes are a path, 4,096 are not.
            return repr(["./" * 2046 + "n0", "./" * 2046 + "n00", "./" * 2046 + "n01", "", "/"][self.random.randrange(5)])
        parts = [self.name() for _ in range(self.one([1, 1, 1, 1, 1, 2, 2, 3]))]
        return repr(("/" if roll < 20 else "") + "/".join(parts))

    def data(self):
        size = self.one([0, 1, 10, 100, 600, 600, 600, 4096, 5000, self.random.randrange(70_000, 140_000)])
        return f"b\"{self.random.randrange(10_000):04}+\" * {-(-size // 5)}"

    def offset(self):
        return self.one([0, 1, 100, 4095, 4096, 10_000, 65_536, 300_000, self.random.randrange(2_000_000), -1])

    def when(self):
        return self.one([0, 1_000_000_001_123_456_789, -1_500_000_000, 1_234_567_890_000_000_001, 999_999_999])

    def flags(self):
        kept = [self.one(["O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDWR", "O_RDWR"])]
        for flag, share in [("O_CREAT", 65), ("O_EXCL", 12), ("O_TRUNC", 15), ("O_APPEND", 20), ("O_DIRECTORY", 5),
                            ("O_NOFOLLOW", 10), ("O_SYNC", 2)]:
            if self.random.randrange(100) < share:
                kept.append(flag)
        # A pipe must never be waited for.
        return " | ".join(kept + ["O_NONBLOCK"])

    def file(self):
        return f"f{self.random.randrange(3)}"

    def owner(self):
        return self.one([0, 65534, 1000, -1])

    def call(self):
        make = self.random.choices(MAKERS, WEIGHTS)[0]
        return make(self)


def lines(table):
    makers, weights = [], []
    for weight, make in table:
        makers.append(make)
        weights.append(weight)
    return makers, weights


MAKERS, WEIGHTS = lines([
    (60, lambda m: f"{m.file()} = open({m.path()}, {m.flags()}, 0o{m.one(MODES):o})"),
    (6, lambda m: f"close({m.file()})"),
    (40, lambda m: f"write({m.file()}, {m.data()})"),
    (30, lambda m: f"pwrite({m.file()}, {m.data()}, {m.offset()})"),
    (20, lambda m: f"read({m.file()}, {m.one([0, 1, 5000, 200_000])})"),
    (30, lambda m: f"pread({m.file()}, {m.one([1, 5000, 200_000])}, {m.offset()})"),
    (20, lambda m: f"lseek({m.file()}, {m.offset()}, {m.one(['SEEK_SET', 'SEEK_CUR', 'SEEK_END'])})"),
    (15, lambda m: f"ftruncate({m.file()}, {m.offset()})"), (15, lambda m: f"truncate({m.path()}, {m.offset()})"),
    (5, lambda m: f"{m.one(['fsync', 'fdatasync'])}({m.file()})"), (15, lambda m: f"fstat({m.file()})"),
    (6, lambda m: f"fallocate({m.file()}, {m.one(['0', 'FALLOC_KEEP_SIZE', 'FALLOC_KEEP_SIZE | FALLOC_PUNCH_HOLE'])}, "
                  f"{m.offset()}, {m.one([0, 1, 5000, 70_000])})"),
    (5, lambda m: f"fadvise({m.file()}, 0, 0, POSIX_FADV_DONTNEED)"),
    (8, lambda m: f"copy_file_range(f0, f1, {m.one([1, 700, 100_000])}, {m.one([0, 50, 'None'])}, {m.one([0, 9000, 'None'])})"),
    (40, lambda m: f"mkdir({m.path()}, 0o{m.one(MODES):o})"), (15, lambda m: f"rmdir({m.path()})"),
    (35, lambda m: f"unlink({m.path()})"), (30, lambda m: f"link({m.path()}, {m.path()})"),
    (2, lambda m: f"link({m.path()}, 'elsewhere', outside)"), (2, lambda m: f"rename({m.path()}, 'elsewhere', 0, outside)"),
    (20, lambda m: f"symlink({m.one(TARGETS)!r}, {m.path()})"), (10, lambda m: f"readlink({m.path()})"),
    (40, lambda m: f"rename({m.path()}, {m.path()})"),
    (10, lambda m: f"rename({m.path()}, {m.path()}, RENAME_NOREPLACE)"),
    (15, lambda m: f"rename({m.path()}, {m.path()}, RENAME_EXCHANGE)"),
    (2, lambda m: f"rename({m.path()}, {m.path()}, RENAME_EXCHANGE | RENAME_NOREPLACE)"),
    (6, lambda m: f"mkfifo({m.path()}, 0o{m.one(MODES):o})"), (2, lambda m: f"mknod({m.path()}, S_IFSOCK | 0o600)"),
    (25, lambda m: f"stat({m.path()})"), (25, lambda m: f"lstat({m.path()})"), (15, lambda m: f"listdir({m.path()})"),
    (10, lambda m: f"access({m.path()}, {m.one(['R_OK', 'W_OK', 'X_OK', 'F_OK', 'R_OK | W_OK'])})"),
    (20, lambda m: f"chmod({m.path()}, 0o{m.one(MODES):o})"), (5, lambda m: f"fchmod({m.file()}, 0o{m.one(MODES):o})"),
    (12, lambda m: f"chown({m.path()}, {m.owner()}, {m.owner()})"),
    (5, lambda m: f"lchown({m.path()}, {m.owner()}, {m.owner()})"),
    (3, lambda m: f"fchown({m.file()}, {m.owner()}, {m.owner()})"),
    (15, lambda m: f"utimens({m.path()}, {m.when()}, {m.when()})"),
    (15, lambda m: f"setxattr({m.path()}, {m.one(ATTRIBUTES)!r}, {m.data()}, {m.one([0, 0, 'XATTR_CREATE', 'XATTR_REPLACE'])})"),
    (10, lambda m: f"getxattr({m.path()}, {m.one(ATTRIBUTES)!r})"), (6, lambda m: f"listxattr({m.path()})"),
    (6, lambda m: f"removexattr({m.path()}, {m.one(ATTRIBUTES)!r})"), (6, lambda m: f"chdir({m.path()})"), (6, lambda m: "chdir('/')"),
    (4, lambda m: f"umask(0o{m.one([0o022, 0, 0o077, 0o027]):o})"),
    (4, lambda m: f"lock({m.file()}, {m.one(['F_RDLCK', 'F_WRLCK', 'F_UNLCK'])}, {m.one([0, 100])}, {m.one([1, 0, 200])})"),
    (4, lambda m: f"flock({m.file()}, {m.one(['LOCK_SH', 'LOCK_EX', 'LOCK_UN'])} | LOCK_NB)"),
])


def main():
    folder, seed, steps, command = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    outside = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    os.mkdir(folder)
    os.chdir(folder)
    os.chmod(".", 0o777)
    maker = Maker(seed)
    names = dict(outside=outside, f0=calls.NONE, f1=calls.NONE, f2=calls.NONE)
    actors = [calls.Actor(**names) for _ in range(4)]
    for actor in actors:
        actor.do("chroot('.')")
    actors[3].do("become(65534, 65534)")
    beside = None
    for step in range(steps):
        if command and (beside is None or beside.poll() is not None):
            assert beside is None or beside.returncode == 0, command
            beside = subprocess.Popen(["/bin/sh", "-c", *command], stdout=subprocess.DEVNULL)
        who, call = maker.random.randrange(len(actors)), maker.call()
        print(step, who, call if len(call) < 600 else f"{call[:30]} … {call[-30:]}", "->", actors[who].do(call))
        if step % 500 == 499 or step == steps - 1:
            print(calls.tree())
    if beside:
        assert beside.wait() == 0, command


main()
