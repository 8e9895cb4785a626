"""Compares the current folder with the record of who worked in it: kill_check.py RECORD ROUND full|newest

With `full`, every file ever acknowledged is read, else those of the newest round.
"""
import hashlib, os, sqlite3, sys
newest, full = f"r{sys.argv[2]}-", sys.argv[3] == "full"
files, maybe, gone = {}, {}, set()
replaced, blocks, rows = [None], {}, set()
log_maybe, pending = [], None
for text in open(sys.argv[1]):
    words = text.split()
    state, kind, rest = words[0], words[1], words[2:]
    if state == "begin":
        pending = (kind, rest)
        if kind == "replace": replaced.append(rest[1])
        elif kind == "append": log_maybe.append(bytes.fromhex(rest[1]))
        elif kind == "block": blocks.setdefault(int(rest[0]), [0]).append(int(rest[1]))
        elif kind == "create": maybe[rest[0]] = rest[1]
        elif kind == "rename":
            del files[rest[0]]
            maybe[rest[0]] = maybe[rest[1]] = rest[2]
        elif kind == "remove":
            del files[rest[0]]
            maybe[rest[0]] = rest[1]
    else:
        if kind == "create": files[rest[0]] = maybe.pop(rest[0])
        elif kind == "rename":
            del maybe[rest[0]]
            files[rest[1]] = maybe.pop(rest[1])
            gone.add(rest[0])
        elif kind == "remove":
            del maybe[rest[0]]
            gone.add(rest[0])
        elif kind == "replace": replaced = [rest[1]]
        elif kind == "block": blocks[int(rest[0])] = [int(rest[1])]
        elif kind == "row": rows.add((int(rest[0]), int(rest[1])))
        pending = None
content = lambda path: open(path, "rb").read()
digest = lambda path: hashlib.sha256(content(path)).hexdigest()
checked = 0
for path, hashed in files.items():
    if full or newest in path or f"moved-{sys.argv[2]}-" in path:
        assert digest(path) == hashed, ("content", path)
        checked += 1
for path in gone - set(files) - set(maybe):
    assert not os.path.exists(path), ("came back", path)
if pending and pending[0] == "rename":
    assert [digest(path) for path in pending[1][:2] if os.path.exists(path)] == [pending[1][2]], ("rename", pending)
if None in replaced:
    assert not os.path.exists("replaced") or digest("replaced") in replaced
else:
    assert digest("replaced") in replaced, ("replaced", replaced)
# A line that was begun and not acknowledged is there whole or not at all: it was one write.
there, at = content("log") if os.path.exists("log") else b"", 0
done = {bytes.fromhex(text.split()[3]) for text in open(sys.argv[1]) if text.startswith("done append")}
for line in log_maybe:
    if there[at:at + len(line)] == line:
        at += len(line)
    else:
        assert line not in done, ("log", line)
assert at == len(there), ("log has more", at, len(there))
if any(len(values) == 1 for values in blocks.values()):
    there = content("blocks")
    for place, values in blocks.items():
        block = there[place * 4096:place * 4096 + 4096]
        if len(values) == 1:
            assert block == bytes(values) * 4096, ("block", place, values)
        else:
            assert block in [bytes([value]) * 4096 for value in values] + [b""], ("block", place, values)
if rows:
    base = sqlite3.connect("base.sqlite")
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    there = set(base.execute("select a, b from t"))
    assert rows <= there, rows - there
print(checked, len(rows))
