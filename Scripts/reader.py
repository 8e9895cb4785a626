#!/usr/bin/env python3
"""Reads the store of a cbstore vault by docs/format.md alone: a second opinion on that page.

    reader.py STORE list            KIND MODE UID GID SIZE MTIME NLINK WHAT PATH of each path
    reader.py STORE extract DIR     makes the new folder DIR of it all

WHAT is the SHA-256 of a regular file, the target of a link, MAJOR:MINOR of a device, else "-". Lines are
sorted by path, bytewise. In paths and targets blanks, control bytes, backslashes and bytes that are not
UTF-8 stand as \\xNN. The recovery phrase comes from standard input or from --phrase-file. What breaks a rule
of the format and has no second copy ends the program with status 1. Records that only the journal holds are
counted, not applied. Needs `pip install cryptography zstandard`.
"""
import argparse, collections, hashlib, os, re, stat, struct, sys
from pathlib import Path
from reader_objects import BROKEN, CHUNK, LIST, NODE, Bytes, first, message, need, reference
from reader_store import Store, warn

ATTRIBUTES, CONTENT, EXTENDED, BACK, REDIRECT, ENTRY = 1, 2, 3, 4, 5, 16
REGULAR, DIRECTORY, LINK, _, _, CHARACTER, BLOCK = range(1, 8)
KINDS = [None, "regular", "directory", "link", "fifo", "socket", "character-device", "block-device"]
MODES = [0, 0, 0, 0, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK]
ROOT = bytes(15) + b"\1"

# Section 9: the tree

def shown(value):
    """How many versions a value has, and the payload of the one that is shown."""
    source, versions = Bytes(value), []
    while source.more():
        versions.append((source.number(8), source.varint(), source.lp()))
        need(len(versions) < 2 or versions[-2][:2] < versions[-1][:2], "versions ascend")
    return len(versions), max(versions, key=lambda version: (version[1], version[0]))[2]

def own_tally(kind, versions, payload):
    size = first(message(payload)[1]) if kind == CONTENT else 0
    folder = kind == ENTRY and payload[16] == DIRECTORY
    return [1, kind == ATTRIBUTES, folder, size, kind == REDIRECT or versions > 1]

def walk(store, node, greatest, level, records):
    """Adds all records below a node to the others, and gives its tally."""
    data = store.content(node, NODE)
    source, key, tally = Bytes(data), b"", [0] * 5
    own_level, count = source.varint(), source.varint()
    need(level in (None, own_level), "a child stands one level below its parent")
    need(0 < count and len(data) <= 262144, "a node has entries, and up to 262,144 bytes")
    for _ in range(count):
        shared, rest, value, before = source.varint(), source.lp(), source.lp(), key
        key = before[:shared] + rest
        need(before < key and len(key) <= 1024, "keys ascend, and have up to 1,024 bytes")
        need(shared <= len(before) and rest[:1] != before[shared:shared + 1], "keys share what they can")
        if own_level:
            child = Bytes(value)
            below = reference(child.lp())
            told = [child.varint() for _ in range(5)]
            need(not child.more(), "nothing follows a tally")
            part = walk(store, below, key, own_level - 1, records)
            need(part == told, f"the tally of a node is {told}, and not {part}")
        else:
            need(not records or key > next(reversed(records)), "keys ascend from node to node")
            versions, records[key] = shown(value)
            part = own_tally(key[16], versions, records[key])
        tally = [(one + other) % 2**64 for one, other in zip(tally, part)]
    need(not source.more() and greatest in (None, key), "a node ends with the key that its parent has")
    return tally

def tree(store):
    """The payloads of all records, by file id, kind and the rest of the key."""
    records, files = {}, collections.defaultdict(lambda: collections.defaultdict(dict))
    if store.root:
        walk(store, store.root, None, None, records)
    for key, payload in records.items():
        files[key[:16]][key[16]][key[17:]] = payload
    return files

def paths(files, folder, path, seen):
    """Each path at or below a directory, with its file's id."""
    need(folder not in seen, "a directory has one name")
    seen.add(folder)
    yield path, folder
    for name, payload in files[folder][ENTRY].items():
        named = 0 < len(name) < 256 and name not in (b".", b"..") and not re.search(rb"[/\0]", name)
        need(named, f"a name is one component of a path, not {name}")
        child, kind = payload[:16], payload[16]
        if REDIRECT not in files[child]:
            need(folder + name in files[child][BACK], "each entry has its back pointer")
        for _ in range(32):
            child = files[child][REDIRECT].get(b"", child)[:16] if REDIRECT in files[child] else child
        need(attributes(files[child])[1] == [kind], "an entry has the kind of its file")
        if kind == DIRECTORY:
            yield from paths(files, child, path + b"/" + name, seen)
        else:
            yield path + b"/" + name, child

def attributes(file):
    return message(file[ATTRIBUTES][b""])

def listed(store, node, depth):
    """What a chunk list covers: (count, bytes or None for a hole), one behind the other."""
    source, entries = Bytes(store.content(node, LIST)), 0
    while source.more():
        tag, entries = source.number(1), entries + 1
        need(tag in ((0, 1, 3) if depth == 0 else (2,)), "a chunk list has entries of its depth")
        skip = source.varint() if tag == 3 else 0
        count = source.varint() if tag != 1 else None
        below = reference(source.lp()) if tag else None
        if tag == 0:
            parts = [(count, None)]
        elif tag == 2:
            parts = listed(store, below, depth - 1)
        else:
            data = store.content(below, CHUNK)
            need(tag == 1 or skip + count <= len(data) > count, "a part is less than its chunk")
            parts = [(len(data), data)] if tag == 1 else [(count, data[skip:skip + count])]
        covered = 0
        for part in parts:
            covered += part[0]
            yield part
        need(covered > 0 and count in (None, covered), "an entry covers what it says, and something")
    need(0 < entries <= 4096, "a chunk list has 1 to 4,096 entries")

def pieces(store, file):
    """The content of a file: (count, bytes or None for a hole), one behind the other."""
    fields = message(file[CONTENT].get(b"", b""))
    inline, chunk, outermost = fields[3], fields[4], fields[5]
    need(len(inline + chunk + outermost) <= 1, "content stands in one place")
    need(first(fields[6]) <= 7, "chunk lists have up to 8 levels")
    if outermost:
        parts = listed(store, reference(outermost[0]), first(fields[6]))
    else:
        data = inline[0] if inline else store.content(reference(chunk[0]), CHUNK) if chunk else b""
        parts = [(len(data), data)]
    size = stored = 0
    for count, data in parts:
        size, stored = size + count, stored + (count if data is not None else 0)
        yield count, data
    need((size, stored) == (first(fields[1]), first(fields[2])), "content has its record's size and bytes")

def extended(store, file):
    """Each extended attribute's name and value."""
    for name, payload in file[EXTENDED].items():
        fields = message(payload)
        need(not (fields[1] and fields[2]), "an extended attribute has a value or a reference")
        yield name, store.content(reference(fields[2][0]), CHUNK) if fields[2] else first(fields[1]) or b""

# Commands

def escaped(name):
    plain = re.sub(rb"[\0-\x20\x7f\\]", lambda match: b"\\x%02x" % match[0][0], name)
    return plain.decode("utf-8", "backslashreplace")

def line(store, file, path):
    facts = attributes(file)
    kind, mode, owner, group, device = (first(facts[field]) for field in range(1, 6))
    size, what = 0, "-"
    if kind == REGULAR:
        digest = hashlib.sha256()
        for count, data in pieces(store, file):
            size += count
            for at in range(0, count, 1 << 20):
                digest.update(data[at:at + (1 << 20)] if data else bytes(min(1 << 20, count - at)))
        what = digest.hexdigest()
    elif kind == LINK:
        target = message(file[CONTENT][b""])[7][0]
        size, what = len(target), escaped(target)
    elif kind in (CHARACTER, BLOCK):
        what = f"{os.major(device)}:{os.minor(device)}"
    modified = "%d.%09d" % struct.unpack(">qI", facts[7][0])
    for _ in extended(store, file):
        pass    # opens them, to check them
    return (f"{KINDS[kind]} {mode:04o} {owner} {group} {size} {modified} {len(file[BACK])} {what} "
            + escaped(path or b"/"))

def make(target, store, file):
    facts = attributes(file)
    kind = facts[1][0]
    if kind == DIRECTORY:
        os.mkdir(target)
    elif kind == LINK:
        os.symlink(message(file[CONTENT][b""])[7][0], target)
    elif kind == REGULAR:
        with open(target, "xb") as made:
            for count, data in pieces(store, file):
                made.seek(count, os.SEEK_CUR) if data is None else made.write(data)
            made.truncate()
    else:
        os.mknod(target, MODES[kind] | 0o600, first(facts[5]))

def attempt(change, target, *values, **options):
    """Whether the system let a change be made; if not, says so."""
    try:
        change(target, *values, **options)
        return True
    except OSError as problem:
        warn(f"{escaped(target)}: {problem.strerror}")
        return False

def dress(target, store, file):
    """Gives owner, extended attributes, mode and times, in the order in which none takes back another."""
    facts = attributes(file)
    times = [struct.unpack(">qI", facts[field][0]) for field in (6, 7)]
    attempt(os.chown, target, first(facts[3]), first(facts[4]), follow_symlinks=False)
    for name, value in extended(store, file):
        attempt(os.setxattr, target, name, value, follow_symlinks=False)
    if facts[1] != [LINK]:
        attempt(os.chmod, target, first(facts[2]))
    attempt(os.utime, target, ns=tuple(s * 10**9 + n for s, n in times), follow_symlinks=False)

def extract(store, files, found, folder):
    made = {}
    for path, identity in found:
        target = os.fsencode(folder) + path
        if identity in made:
            attempt(lambda target: os.link(made[identity], target, follow_symlinks=False), target)
        elif attempt(make, target, store, files[identity]):
            made[identity] = target
        elif not path:
            sys.exit(1)
    for identity, target in reversed(made.items()):    # what is in a directory before its time is set
        dress(target, store, files[identity])

def main():
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("store", type=Path)
    parser.add_argument("command", choices=["list", "extract"])
    parser.add_argument("folder", nargs="?", help="for extract: the folder to make")
    parser.add_argument("--phrase-file", type=argparse.FileType(), default=sys.stdin)
    given = parser.parse_args()
    if (given.command == "extract") != (given.folder is not None):
        parser.error("extract takes the folder to make, list takes none")
    try:
        store = Store(given.store, given.phrase_file.read())
        if store.journal:
            warn(f"the journal holds {len(store.journal)} records beyond the checkpoint")
        files = tree(store)
        found = sorted(paths(files, ROOT, b"", set())) if ROOT in files else []
        if given.command == "extract":
            extract(store, files, found, given.folder)
        else:
            for path, identity in found:
                print(line(store, files[identity], path))
    except BROKEN as problem:
        sys.exit(f"reader.py: {problem!r}")

if __name__ == "__main__":
    main()
