#!/usr/bin/env python3
"""Reads the store of a cbstore vault with its recovery phrase, by docs/format.md alone.

`reader.py STORE list` prints a line for each path: kind, mode, owner, group, device, links, size, times of
access, content, change and birth, SHA-256 of content or target, extended attributes (long ones as #SHA-256),
path. `reader.py STORE extract DIR` makes the new folder DIR of it all; a damaged file ends before its damage.
What cannot be read is told on standard error, and the status is 1. Of sealed objects over 262,144 bytes the
tags are checked, but not the digest. Needs python3-cryptography and python3-zstandard.
"""
import argparse, collections, contextlib, functools, hashlib, hmac, io, mmap, os, struct, sys
from pathlib import Path
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdDecompressor, ZstdError

CHUNK, LIST, NODE, COMMIT, KEYRING = range(1, 6)  # kinds of objects
ATTRIBUTES, CONTENT, EXTENDED, BACK, REDIRECT, ENTRY = 1, 2, 3, 4, 5, 16  # kinds of records
KINDS = ["", "regular", "directory", "symlink", "fifo", "socket", "characterDevice", "blockDevice"]
REGULAR, DIRECTORY, LINK, ROOT = 1, 2, 3, bytes(15) + b"\1"
MODES = {4: 0o010600, 5: 0o140600, 6: 0o020600, 7: 0o060600}  # of special files, for mknod
Reference = collections.namedtuple("Reference", "flags digest key length epoch size")

def need(condition, rule):
    if not condition:
        raise ValueError(f"not so: {rule}")

def told(problem): return str(problem) or "it is damaged, or sealed with other keys"  # what a tag leaves open
def first(values, default=0): return values[0] if values else default
def u64(number): return number.to_bytes(8, "big")
def number_in(data): return int.from_bytes(data, "big")
def sha256(data): return hashlib.sha256(data).digest()
def extract(salt, secret): return hmac.digest(salt, secret, "sha256")
def expand(key, info): return hmac.digest(key, info + b"\1", "sha256")  # 32 bytes
def gcm(key, nonce, aad, sealed): return AESGCM(key).decrypt(nonce, sealed, aad)

class Bytes(io.BytesIO):
    """Takes data apart from its front."""
    def more(self): return self.tell() < len(self.getbuffer())
    def lp(self): return self.take(self.varint())

    def take(self, count):
        data = self.read(count)
        need(len(data) == count, "data ends too early")
        return data

    def varint(self):
        byte, = self.take(1)
        return byte if byte < 128 else byte - 128 + (self.varint() << 7)

def message(data):
    """The values of each field, by its number."""
    fields, source = collections.defaultdict(list), Bytes(data)
    while source.more():
        field, wire = divmod(source.varint(), 8)
        fields[field].append({0: source.varint, 2: source.lp}[wire]())
    return fields

def reference(data):
    source = Bytes(data)
    version, flags, digest, key = *source.take(2), source.take(32), source.take(32)
    need(version == 1 and flags < 4, "a reference is of version 1 and has known flags")
    length, epoch = source.varint(), source.varint()
    return Reference(flags, digest, key, length, epoch, source.varint() if flags else length)

def xxh64(seed, data):
    """XXH64 of 72 bytes, as headers need it; only `rotate` and the end cut numbers to 64 bits."""
    p1, p2, p3, p4 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63
    mask, words = (1 << 64) - 1, struct.unpack("<9Q", data)
    def rotate(x, by): return (x & mask) << by & mask | (x & mask) >> 64 - by
    def turn(lane, word): return rotate(lane + word * p2, 31) * p1
    lanes = [seed + p1 + p2, seed + p2, seed, seed - p1]
    for stripe in words[:4], words[4:8]:
        lanes = [turn(lane, word) for lane, word in zip(lanes, stripe)]
    total = sum(rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18)))
    for lane in lanes:
        total = (total ^ turn(0, lane)) * p1 + p4
    total = rotate(total + 72 ^ turn(0, words[8]), 27) * p1 + p4
    for shift, factor in (33, p2), (29, p3), (32, 1):
        total = ((total & mask) ^ (total & mask) >> shift) * factor
    return total & mask

def entropy_of(phrase, words):
    need(len(phrase) == 24 and len(words) == 2048, "a phrase has 24 words out of a list of 2,048")
    bits = 0
    for typed in phrase:
        found = [at for at, word in enumerate(words) if word[:max(4, len(typed))] == typed]
        need(len(found) == 1, f"{typed!r} is no word of the list")
        bits = bits << 11 | found[0]
    data = bits.to_bytes(33, "big")
    need(sha256(data[:32])[0] == data[32], "the words of a phrase fit together")
    return data[:32]

def open_keyring(sealed, entropy):
    """The roots of epochs, and the signing keys of devices by their ids."""
    root, length = extract(b"cbstore/1/recovery", entropy), number_in(sealed[12:20])
    owner = ed25519.Ed25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery sign"))
    wrap = x25519.X25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery wrap"))
    keys = extract(b"cbstore/1/epoch", expand(root, b"cbstore/1/recovery keyring"))
    key = expand(expand(keys, b"cbstore/1/object key"), b"cbstore object key\1\5\0" + sealed[20:52])
    body = opened(sealed, KEYRING, Reference(0, sha256(sealed), key, length, 0, length))
    owner.public_key().verify(body[-64:], b"cbstore/1/keyring" + body[:-64])
    need(body[:5] == b"CBSK\1", "a keyring has its magic and version 1")
    fields, roots = message(body[5:-64]), []
    for number, epoch in enumerate(map(message, fields[5]), 1):
        wrapped, context = epoch[2][0], b"cbstore/1/epoch" + fields[1][0] + number.to_bytes(4, "big")
        shared = wrap.exchange(x25519.X25519PublicKey.from_public_bytes(wrapped[:32]))  # refuses zero
        key = expand(extract(wrapped[:32] + fields[4][0], shared), b"cbstore/1/wrap")
        roots.append(extract(b"cbstore/1/epoch", gcm(key, bytes(12), context, wrapped[32:])))
    return roots, {device[1][0]: device[3][0] for device in map(message, fields[6])}

def opened(sealed, kind, wanted):
    """The content of an object, which has to be as its kind and the reference say."""
    start = struct.pack(">4s4BIQ", b"cbst", 1, kind, wanted.flags, 13, wanted.epoch, wanted.length)
    need(sealed[:20] == start, "an object has the header that a reference to it gives")
    need(len(sealed) > 262144 or sha256(sealed) == wanted.digest, "an object has its digest")
    places = range(52, len(sealed), 8208)
    nonces = [bytes([0, 0, 0, at == places[-1]]) + u64(number) for number, at in enumerate(places)]
    body = b"".join(gcm(wanted.key, nonce, sealed[:52 if at == 52 else 20], sealed[at:at + 8208])
                    for nonce, at in zip(nonces, places))
    need(len(body) == wanted.length, "a body has its length")
    if wanted.flags & 2:
        padded = body.rstrip(b"\0")
        need(padded[-1:] == b"\x80", "80 and zeros pad")
        body = padded[:-1]
    if wanted.flags & 1:
        source, unzstd = Bytes(body), ZstdDecompressor().decompress
        need(source.varint() == wanted.size <= 64 << 20, "compressed content has its length")
        lengths = [min(65536, wanted.size - at) for at in range(0, wanted.size, 65536)]
        table = [(number_in(source.take(2)) + 1, length) for length in lengths]
        groups = [(source.take(stored), length) for stored, length in table]
        body = b"".join(group if len(group) == length else unzstd(group, length) for group, length in groups)
    need(len(body) == wanted.size, "content has its length")
    return body

class Vault:
    def __init__(self, folder, phrase, words):
        roots, devices = open_keyring((folder / "keyring").read_bytes(), entropy_of(phrase, words))
        self.key = expand(roots[0], b"cbstore/1/journal")
        self.seed = number_in(expand(extract(bytes(32), self.key), b"cbstore/local/headers/1")[:8])
        if any(b"cbs-blk1" in path.read_bytes() for path in folder.glob("journal/*.seg")):
            print("reader.py: the journal may hold more: run `cbstore flush`", file=sys.stderr)
        states = {}
        for data in [path.read_bytes() for path in folder.glob("checkpoint.[ab]")]:
            key = expand(extract(data[48:80], self.key), b"cbstore/local/checkpoint/1")
            with contextlib.suppress(InvalidTag):
                states[data[16:24]] = gcm(key, bytes(12), data[:88], data[88:88 + number_in(data[80:84])])
        state = message(states[max(states)]) if states else {2: []}
        need(state[2], "a checkpoint opens, and names a commit")
        self.objects, self.copies = (self.entries(folder / name) for name in ("objects", "copies"))
        content = self.content(reference(state[2][0]), COMMIT)
        commit = message(content)
        need(commit[1] == [1] and commit[2] == state[1], "a commit is of version 1 and has the state's root")
        need(not commit[12], f"a commit needs features that are not known: {commit[12]}")
        if commit[4][0] in devices:
            signer = ed25519.Ed25519PublicKey.from_public_bytes(devices[commit[4][0]])
            signer.verify(content[-64:], b"cbstore commit v1\0" + content[:-67])
        self.files, self.last = collections.defaultdict(lambda: collections.defaultdict(dict)), b""
        if commit[2]:
            self.walk(reference(commit[2][0]))

    def entries(self, folder):
        """Where the objects of each digest stand in the segments of a folder."""
        places = collections.defaultdict(list)
        for path in sorted(path for path in folder.glob("*.seg") if path.stat().st_size):
            with open(path, "rb") as file:
                segment = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            at = segment.find(b"cbso", 64)
            while at >= 0:
                header, end = segment[at:at + 64].ljust(64), at + 1
                if u64(xxh64(self.seed, header[:56] + bytes.fromhex(path.stem) + u64(at))) == header[56:]:
                    end = at + 64 + number_in(header[8:12])
                    if header[4] == 0:  # an object; those that were removed do no harm, as nothing names them
                        places[header[24:56]].append((segment, at + 64, end))
                at = segment.find(b"cbso", end)
        return places

    @functools.lru_cache(maxsize=8)
    def content(self, wanted, kind):
        """An object's content, by the newest entry that opens; copies serve after the others."""
        for segment, start, end in reversed(self.copies[wanted.digest] + self.objects[wanted.digest]):
            with contextlib.suppress(InvalidTag, ValueError, ZstdError):
                return opened(segment[start:end], kind, wanted)
        raise ValueError(f"the object {wanted.digest.hex()} is missing or damaged, and has no copy")

    def walk(self, node, level=None):
        """Takes in the records below a node; its tally and its greatest key."""
        source, key, tally = Bytes(self.content(node, NODE)), b"", [0] * 5
        own_level, count = source.varint(), source.varint()
        need(level in (None, own_level), "a child stands one level below its parent")
        for _ in range(count):
            key, value = key[:source.varint()] + source.lp(), Bytes(source.lp())
            if own_level:
                part, last = self.walk(reference(value.lp()), own_level - 1)
                need(part == [value.varint() for _ in range(5)] and last == key, "a parent knows its child")
            else:
                need(self.last < key, "keys ascend")
                self.last, versions = key, []
                while value.more():
                    incarnation, counter, payload = value.take(8), value.varint(), value.lp()
                    versions.append((counter, incarnation, payload))
                kind, payload = key[16], max(versions)[2]
                self.files[key[:16]][kind][key[17:]] = payload
                size = first(message(payload)[1]) if kind == CONTENT else 0
                folder = kind == ENTRY and payload[16] == DIRECTORY
                part = [1, kind == ATTRIBUTES, folder, size, kind == REDIRECT or len(versions) > 1]
            tally = [(one + other) % 2**64 for one, other in zip(tally, part)]
        return tally, key

    def paths(self, path=b"", file=ROOT):
        """Each path with its file's id: a directory, then what is in it."""
        yield path, file
        for name, payload in self.files[file][ENTRY].items():
            need(name not in (b"", b".", b"..") and not set(name) & set(b"/\0"), "a name is one component")
            child = payload[:16]
            for _ in range(32):
                child = self.files[child][REDIRECT].get(b"", child)[:16]
            yield from self.paths(path + b"/" + name, child)

    def listed(self, node, depth, size, stored):
        """What a chunk list covers, in order: (count, bytes or None for a hole)."""
        source = Bytes(self.content(node, LIST))
        while source.more():
            tag, = source.take(1)
            need(tag == 2 if depth else tag in (0, 1, 3), "a chunk list has entries of its depth")
            numbers = [source.varint() for _ in range((1, 0, 2, 2)[tag])]
            below = reference(source.lp()) if tag else None
            if tag == 2:
                parts = self.listed(below, depth - 1, *numbers)
            elif tag == 0:
                parts = [(numbers[0], None)]
            else:
                chunk = self.content(below, CHUNK)
                skip, count = numbers or (0, len(chunk))
                parts = [(count, chunk[skip:skip + count])]
            for count, data in parts:
                need(data is None or len(data) == count, "a part is in its chunk")
                size, stored = size - count, stored - (0 if data is None else count)
                yield count, data
        need(size == stored == 0, "a chunk list covers what is said where it is named")

    def pieces(self, file):
        """The content of a file, or the target of a link: (count, bytes or None for a hole)."""
        fields = message(self.files[file][CONTENT].get(b"", b""))
        size, stored, target = first(fields[1]), first(fields[2]), first(fields[7], b"")
        if fields[5]:
            return self.listed(reference(fields[5][0]), first(fields[6]), size, stored)
        data = self.content(reference(fields[4][0]), CHUNK) if fields[4] else first(fields[3], target)
        need(target or len(data) == size, "content has the size in its record")
        return [(len(data), data if stored or any(data) else None)]

    def facts(self, file):
        """The fields of a file's attributes, and its extended attributes."""
        need(ATTRIBUTES in self.files[file], "an entry leads to a file")
        extended = {name: message(payload) for name, payload in self.files[file][EXTENDED].items()}
        return message(self.files[file][ATTRIBUTES][b""]), {
            name: self.content(reference(fields[2][0]), CHUNK) if fields[2] else first(fields[1], b"")
            for name, fields in extended.items()}

def escaped(name):
    """Text in which what is no plain text stands as \\xNN."""
    return "".join(char if char.isprintable() and char != "\\" else "".join(
        f"\\x{byte:02x}" for byte in os.fsencode(char)) for char in name.decode("utf-8", "surrogateescape"))

def show(vault, path, file):
    (facts, extended), size, digest = vault.facts(file), 0, hashlib.sha256()
    for count, data in vault.pieces(file):
        size += count
        for at in range(0, count, 1 << 20):
            digest.update(data[at:at + (1 << 20)] if data else bytes(min(1 << 20, count - at)))
    kind, mode, *numbers = (first(facts[field]) for field in range(1, 6))
    times = ["%d.%09d" % struct.unpack(">qI", facts[field][0]) for field in range(6, 10)]
    values = [f"{escaped(name)}=" + ("#" + sha256(value).hex() if len(value) > 64 else value.hex())
              for name, value in extended.items()]
    print(KINDS[kind], f"{mode:o}", *numbers, len(vault.files[file][BACK]), size, *times, digest.hexdigest(),
          ",".join(values), escaped(path))

def extract_one(vault, target, file, made):
    """Makes what stands at a path, after all that is below it, which would change its times."""
    facts, extended = vault.facts(file)
    kind, mode, owner, group, device = (first(facts[field]) for field in range(1, 6))
    os.makedirs(os.path.dirname(target) or b".", exist_ok=True)
    if file in made:
        return os.link(made[file], target, follow_symlinks=False)
    if kind == DIRECTORY:
        os.makedirs(target, exist_ok=True)
    elif kind == LINK:
        os.symlink(vault.pieces(file)[0][1], target)
    elif kind == REGULAR:
        with open(target, "xb") as output:
            for count, data in vault.pieces(file):
                output.write(data) if data else output.seek(count, os.SEEK_CUR)
            output.truncate()
    else:
        os.mknod(target, MODES[kind], device)
    made[file] = target
    if os.geteuid() == 0:
        os.chown(target, owner, group, follow_symlinks=False)
    times = [struct.unpack(">qI", facts[field][0]) for field in (6, 7)]
    try:
        for name, value in extended.items():
            os.setxattr(target, name, value, follow_symlinks=False)
    finally:
        if kind != LINK:
            os.chmod(target, mode)
        os.utime(target, ns=tuple(s * 10**9 + n for s, n in times), follow_symlinks=False)

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("command", choices=["list", "extract"])
    parser.add_argument("folder", nargs="?", type=os.fsencode)
    parser.add_argument("--phrase-file", type=argparse.FileType(), default=sys.stdin)
    parser.add_argument("--words", type=Path, default=Path(__file__).parent / "bip39-english.txt")
    sys.setrecursionlimit(4000)  # for folders in folders
    given, made, status = parser.parse_args(), {}, 0
    vault = Vault(given.store, given.phrase_file.read().lower().split(), given.words.read_text().split())
    found = list(vault.paths())
    if given.command == "extract":
        os.umask(0o077)
        os.mkdir(given.folder or b"")
        found = [(given.folder + path, file) for path, file in reversed(found)]
    for path, file in found:
        try:
            show(vault, path, file) if given.command == "list" else extract_one(vault, path, file, made)
        except Exception as problem:
            print(f"reader.py: {escaped(path)}: {told(problem)}", file=sys.stderr)
            status = 1
    sys.exit(status)

if __name__ == "__main__":
    try:
        main()
    except Exception as problem:
        sys.exit(f"reader.py: {told(problem)}")
