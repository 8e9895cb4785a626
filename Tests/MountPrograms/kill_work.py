"""Works in the current folder until its file system is gone: kill_work.py ROUND SEED RECORD

Before each act a line `begin …` goes to RECORD, which lies elsewhere, and after its fsync returned `done …`: so the record
says what must be there, and what may be. Prints the number of each act that is done.
"""
import hashlib, os, random, sqlite3, sys
round, seed, record = int(sys.argv[1]), sys.argv[2], os.open(sys.argv[3], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
random.seed(f"{seed}-{round}")
say = lambda *words: os.write(record, (" ".join(map(str, words)) + "\n").encode())
digest = lambda data: hashlib.sha256(data).hexdigest()
def durable(path, data, flags):
    file = os.open(path, os.O_WRONLY | flags)
    for start in range(0, len(data), 100_000):
        os.write(file, data[start:start + 100_000])
    os.fsync(file)
    os.close(file)
def create(number):
    path, data = f"d{number % 5}/r{round}-{number}", random.randbytes(random.choice([0, 1, 900, 5000, 70_000, 1_300_000]))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    say("begin", "create", path, digest(data))
    durable(path, data, os.O_CREAT | os.O_EXCL)
    say("done", "create", path, digest(data))
    known.append((path, digest(data)))
def litter(number):
    with open(f"litter{number}", "wb") as file:
        file.write(random.randbytes(300))
def rename(number):
    if not known: return
    path, hashed = known.pop(random.randrange(len(known)))
    target = f"moved-{round}-{number}"
    say("begin", "rename", path, target, hashed)
    os.rename(path, target)
    file = os.open(target, os.O_RDONLY)
    os.fsync(file)
    os.close(file)
    say("done", "rename", path, target, hashed)
    known.append((target, hashed))
def replace(number):
    data = random.randbytes(random.choice([10, 3000, 40_000]))
    say("begin", "replace", "replaced", digest(data))
    durable("replaced.new", data, os.O_CREAT | os.O_TRUNC)
    os.rename("replaced.new", "replaced")
    file = os.open("replaced", os.O_RDONLY)
    os.fsync(file)
    os.close(file)
    say("done", "replace", "replaced", digest(data))
def append(number):
    line = b"%d-%d %s\n" % (round, number, random.randbytes(50).hex().encode())
    say("begin", "append", "log", line.hex())
    durable("log", line, os.O_APPEND | os.O_CREAT)
    say("done", "append", "log", line.hex())
def overwrite(number):
    place, fill = random.randrange(64), random.randrange(1, 256)
    say("begin", "block", place, fill)
    file = os.open("blocks", os.O_RDWR | os.O_CREAT)
    os.pwrite(file, bytes([fill]) * 4096, place * 4096)
    os.fdatasync(file)
    os.close(file)
    say("done", "block", place, fill)
def transact(number):
    say("begin", "row", round, number)
    base.execute("insert into t values (?, ?, ?)", (round, number, random.randbytes(2000)))
    base.commit()
    # SQLite takes a folder that it cannot open for one that needs no sync: on a mount that has just died it would say
    # that the removal of its journal lasts.
    os.fsync(folder)
    say("done", "row", round, number)
def remove(number):
    if not known: return
    path, hashed = known.pop(random.randrange(len(known)))
    say("begin", "remove", path, hashed)
    os.unlink(path)
    file = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    os.fsync(file)
    os.close(file)
    say("done", "remove", path)
known, number = [], 0
try:
    folder = os.open(".", os.O_RDONLY)
    base = sqlite3.connect("base.sqlite")
    base.execute("pragma synchronous = extra")
    base.execute("create table if not exists t (a int, b int, c blob)")
    base.commit()
    while True:
        random.choice([create, create, litter, rename, replace, append, overwrite, transact, remove])(number)
        print(number)
        number += 1
except (OSError, sqlite3.Error):
    pass
