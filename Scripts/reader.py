#!/usr/bin/env python3
"""Reads the store of a cbstore vault with the recovery phrase, by docs/format.md alone.

    reader.py STORE list            a line for each path: kind, mode, owner, group, device, links, size,
                                    times of access, content, change and birth, SHA-256 of content or
                                    target, extended attributes (those over 64 bytes as # SHA-256), path
    reader.py STORE extract DIR     makes the new folder DIR of it all; root sets owners, too

STORE is only read. Bytes that are no plain text stand as \\xNN. Of sealed objects over 262,144 bytes only
the tags are checked. What cannot be read is told on standard error, and the status is 1.
"""
import argparse, collections, functools, hashlib, hmac, io, mmap, os, stat, struct, sys
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdDecompressor

CHUNK, LIST, NODE, COMMIT, KEYRING = range(1, 6)  # kinds of objects
ATTRIBUTES, CONTENT, EXTENDED, BACK, REDIRECT, ENTRY = 1, 2, 3, 4, 5, 16  # kinds of records
REGULAR, DIRECTORY, LINK, FIFO, SOCKET, CHARACTER, BLOCK = range(1, 8)
KINDS = ["", "regular", "directory", "symlink", "fifo", "socket", "characterDevice", "blockDevice"]
SPECIAL = {FIFO: stat.S_IFIFO, SOCKET: stat.S_IFSOCK, CHARACTER: stat.S_IFCHR, BLOCK: stat.S_IFBLK}
Reference = collections.namedtuple("Reference", "flags digest key length epoch size")

def need(condition, rule):
    if not condition:
        raise ValueError(f"against the format: {rule}")

def warn(what, problem): print(f"reader.py: {what}: {problem}", file=sys.stderr)
def first(values, default=0): return values[0] if values else default
def u64(number): return number.to_bytes(8, "big")
def sha256(data): return hashlib.sha256(data).digest()
def extract(salt, secret): return hmac.digest(salt, secret, "sha256")
def expand(key, info): return hmac.digest(key, info + b"\1", "sha256")  # 32 bytes
def gcm(key, nonce, aad, sealed): return AESGCM(key).decrypt(nonce, sealed, aad)

# Section 1: notation

class Bytes(io.BytesIO):
    """Takes data apart from its front."""
    def more(self): return self.tell() < len(self.getbuffer())
    def number(self, count): return int.from_bytes(self.take(count), "big")
    def lp(self): return self.take(self.varint())

    def take(self, count):
        data = self.read(count)
        need(len(data) == count, "data ends too early")
        return data

    def varint(self):
        value, shift, byte = 0, 0, 128
        while byte & 128:
            byte = self.number(1)
            value, shift = value | (byte & 127) << shift, shift + 7
        need(value < 1 << 64, "a varint has up to 64 bits")
        return value

def message(data):
    """The values of each field, by its number."""
    fields, source = collections.defaultdict(list), Bytes(data)
    while source.more():
        field, wire = divmod(source.varint(), 8)
        need(wire in (0, 2), "a field is a number or bytes")
        fields[field].append(source.lp() if wire else source.varint())
    return fields

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

# Sections 3 and 4: keys

def entropy_of(phrase, words):
    bits = 0
    for typed in phrase:
        found = [at for at, word in enumerate(words) if word[:max(4, len(typed))] == typed]
        need(len(found) == 1, f"{typed!r} is no word of the list")
        bits = bits << 11 | found[0]
    data = bits.to_bytes(33, "big")
    need(len(phrase) == 24 and sha256(data[:32])[0] == data[32], "a phrase is 24 words that fit together")
    return data[:32]

def open_keyring(sealed, entropy):
    """The roots of epochs, and the signing keys of devices by their ids."""
    root, length = extract(b"cbstore/1/recovery", entropy), int.from_bytes(sealed[12:20], "big")
    owner = ed25519.Ed25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery sign")).public_key()
    wrap = x25519.X25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery wrap"))
    keys = extract(b"cbstore/1/epoch", expand(root, b"cbstore/1/recovery keyring"))
    key = expand(expand(keys, b"cbstore/1/object key"), b"cbstore object key\1\5\0" + sealed[20:52])
    body = opened(sealed, KEYRING, Reference(0, None, key, length, 0, length))
    need(body[:5] == b"CBSK\1", "a keyring has its magic and version 1")
    owner.verify(body[-64:], b"cbstore/1/keyring" + body[:-64])
    fields, roots = message(body[5:-64]), []
    for number, epoch in enumerate(map(message, fields[5]), 1):
        wrapped, context = epoch[2][0], b"cbstore/1/epoch" + fields[1][0] + number.to_bytes(4, "big")
        shared = wrap.exchange(x25519.X25519PublicKey.from_public_bytes(wrapped[:32]))  # refuses zero
        key = expand(extract(wrapped[:32] + fields[4][0], shared), b"cbstore/1/wrap")
        roots.append(extract(b"cbstore/1/epoch", gcm(key, bytes(12), context, wrapped[32:])))
    return roots, {device[1][0]: device[3][0] for device in map(message, fields[6])}

# Section 6: objects

def reference(data):
    source = Bytes(data)
    version, flags = source.take(2)
    need(version == 1 and flags < 4, "a reference is of version 1, with known flags")
    digest, key, length, epoch = source.take(32), source.take(32), source.varint(), source.varint()
    return Reference(flags, digest, key, length, epoch, source.varint() if flags else length)

def opened(sealed, kind, wanted):
    """The content of an object, which has to be as the reference and kind say."""
    start, count = struct.pack(">4s4BIQ", b"cbst", 1, kind, wanted.flags, 13, wanted.epoch, wanted.length), \
        max(1, -(-wanted.length // 8192))
    need(sealed[:20] == start and len(sealed) == 52 + wanted.length + 16 * count, "an object has its header")
    need(len(sealed) > 262144 or wanted.digest in (None, sha256(sealed)), "an object has its digest")
    frames = [(number, sealed[52 + 8208 * number:][:8208]) for number in range(count)]
    body = b"".join(gcm(wanted.key, bytes([0, 0, 0, number == count - 1]) + u64(number),
                        start if number else sealed[:52], frame) for number, frame in frames)
    if wanted.flags & 2:
        body = body.rstrip(b"\0")
        need(body[-1:] == b"\x80", "80 and zeros pad")
        body = body[:-1]
    if wanted.flags & 1:
        source, zstd = Bytes(body), ZstdDecompressor()
        need(source.varint() == wanted.size <= 64 << 20, "compressed content has its length")
        lengths = [min(65536, wanted.size - at) for at in range(0, wanted.size, 65536)]
        groups = [(source.take(stored), length)
                  for stored, length in [(source.number(2) + 1, length) for length in lengths]]
        body = b"".join(group if len(group) == length else zstd.decompress(group, length)
                        for group, length in groups)
    need(len(body) == wanted.size, "content has its length")
    return body

# Sections 7 to 9: store, commit, tree

class Vault:
    def __init__(self, folder, phrase, words):
        roots, devices = open_keyring((folder / "keyring").read_bytes(), entropy_of(phrase, words))
        self.key = expand(roots[0], b"cbstore/1/journal")
        self.seed = expand(extract(bytes(32), self.key), b"cbstore/local/headers/1")[:8]
        if any(b"cbs-blk1" in path.read_bytes() for path in folder.glob("journal/*.seg")):
            warn(folder, "the journal may hold more, which is not read: run `cbstore flush`")
        state = message(max(filter(None, map(self.checkpoint, folder.glob("checkpoint.[ab]"))))[1])
        self.objects, self.copies = (self.entries(folder / name) for name in ("objects", "copies"))
        content = self.content(reference(state[2][0]), COMMIT)
        commit = message(content)
        need(commit[1] == [1] and not commit[12], f"the commit is of version 1, and needs no {commit[12]}")
        need(commit[2] == state[1] and commit[31] == [content[-64:]], "the commit has the state's root, and ends")
        if commit[4][0] in devices:
            signer = ed25519.Ed25519PublicKey.from_public_bytes(devices[commit[4][0]])
            signer.verify(content[-64:], b"cbstore commit v1\0" + content[:-67])
        self.files, self.last = collections.defaultdict(lambda: collections.defaultdict(dict)), b""
        if commit[2]:
            self.walk(reference(commit[2][0]))

    def checkpoint(self, path):
        """Sequence and state of a checkpoint file, or None where it does not open."""
        data = path.read_bytes()
        key = expand(extract(data[48:80], self.key), b"cbstore/local/checkpoint/1")
        try:
            need(data[:10] == b"cbs-chkp\1\1", "a checkpoint is of version 1 and has a state")
            return data[16:24], gcm(key, bytes(12), data[:88], data[88:88 + int.from_bytes(data[80:84], "big")])
        except Exception as problem:
            warn(path, repr(problem))

    def entries(self, folder):
        """Where the objects of each digest stand in the segments of a folder."""
        places = collections.defaultdict(list)
        for path in sorted(path for path in folder.glob("*.seg") if path.stat().st_size):
            with open(path, "rb") as file:
                segment = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            at = segment.find(b"cbso", 64)
            while at >= 0:
                header, end = segment[at:at + 64].ljust(64), at + 1
                told = xxh64(int.from_bytes(self.seed, "big"), header[:56] + bytes.fromhex(path.stem) + u64(at))
                if u64(told) == header[56:]:
                    end, digest = at + 64 + int.from_bytes(header[8:12], "big"), header[24:56]
                    if header[4] == 0:
                        places[digest].append((segment, at + 64, end))
                    elif header[4] == 1:
                        del places[digest]
                at = segment.find(b"cbso", end)
        return places

    @functools.lru_cache(maxsize=8)
    def content(self, wanted, kind):
        """An object's content, from its newest entry that opens; the second copy serves after the first."""
        problem = LookupError(f"the object {wanted.digest.hex()} is missing")
        for segment, start, end in reversed(self.copies[wanted.digest] + self.objects[wanted.digest]):
            try:
                return opened(segment[start:end], kind, wanted)
            except Exception as broken:
                problem = broken
        raise problem

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
                self.last, part = key, self.take(key[:16], key[16], key[17:], value)
            tally = [(one + other) % 2**64 for one, other in zip(tally, part)]
        return tally, key

    def take(self, file, kind, rest, value):
        """Takes in the shown version of a record; what it adds to the tally."""
        versions = []
        while value.more():
            incarnation, counter, payload = value.number(8), value.varint(), value.lp()
            versions.append((counter, incarnation, payload))
        payload = self.files[file][kind][rest] = max(versions)[2]
        size = first(message(payload)[1]) if kind == CONTENT else 0
        folder = kind == ENTRY and payload[16] == DIRECTORY
        return [1, kind == ATTRIBUTES, folder, size, kind == REDIRECT or len(versions) > 1]

    def paths(self):
        """Each path with its file's id: a directory, then what is in it."""
        left, seen = [(b"", bytes(15) + b"\1")] if self.files else [], set()
        while left:
            path, file = left.pop()
            yield path, file
            entries = self.files[file][ENTRY]
            need(file not in seen or not entries, "a directory has one name")
            seen.add(file)
            for name, payload in reversed(entries.items()):
                need(name not in (b"", b".", b"..") and not set(name) & set(b"/\0"), "a name is one component")
                child = payload[:16]
                for _ in range(32):
                    child = self.files[child][REDIRECT].get(b"", child)[:16]
                left.append((path + b"/" + name, child))

    def listed(self, node, depth, size, stored):
        """What a chunk list covers, in order: (count, bytes or None for a hole)."""
        source = Bytes(self.content(node, LIST))
        while source.more():
            tag = source.number(1)
            need(tag == 2 if depth else tag in (0, 1, 3), "a chunk list has entries of its depth")
            skip = source.varint() if tag == 3 else 0
            count = source.varint() if tag != 1 else None
            data = source.varint() if tag == 2 else 0
            below = reference(source.lp()) if tag else None
            if tag == 2:
                yield from self.listed(below, depth - 1, count, data)
            elif tag == 0:
                yield count, None
            else:
                part = self.content(below, CHUNK)[skip:][:count]
                need(count in (None, len(part)), "a part is in its chunk")
                count = data = len(part)
                yield count, part
            size, stored = size - count, stored - data
        need(size == stored == 0, "a chunk list covers what is said where it is named")

    def pieces(self, file):
        """The content of a file, or the target of a link: (count, bytes or None for a hole)."""
        fields = message(self.files[file][CONTENT].get(b"", b""))
        size, stored = first(fields[1]), first(fields[2])
        if fields[5]:
            return self.listed(reference(fields[5][0]), first(fields[6]), size, stored)
        data = first(fields[7] or fields[3], b"")
        data = self.content(reference(fields[4][0]), CHUNK) if fields[4] else data
        need(fields[7] or len(data) == size, "content has the size in its record")
        return [(len(data), data if stored or any(data) else None)]

    def extended(self, file):
        for name, payload in self.files[file][EXTENDED].items():
            fields = message(payload)
            yield name, self.content(reference(fields[2][0]), CHUNK) if fields[2] else first(fields[1], b"")

    def facts(self, file): return message(self.files[file][ATTRIBUTES][b""])

# Commands

def escaped(name):
    plain = lambda char: char if char.isprintable() and char != "\\" else \
        "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))
    return "".join(map(plain, name.decode("utf-8", "surrogateescape")))

def show(vault, path, file):
    facts, size, digest = vault.facts(file), 0, hashlib.sha256()
    for count, data in vault.pieces(file):
        size += count
        for at in range(0, count, 1 << 20):
            digest.update(data[at:at + (1 << 20)] if data else bytes(min(1 << 20, count - at)))
    kind, mode, *numbers = (first(facts[field]) for field in range(1, 6))
    numbers += [len(vault.files[file][BACK]), size]
    times = ["%d.%09d" % struct.unpack(">qI", facts[field][0]) for field in range(6, 10)]
    values = [f"{escaped(name)}=" + ("#" + sha256(value).hex() if len(value) > 64 else value.hex())
              for name, value in vault.extended(file)]
    print(KINDS[kind], f"{mode:o}", *numbers, *times, digest.hexdigest(), ",".join(values), escaped(path))

def make(vault, made, target, file):
    facts = vault.facts(file)
    kind = facts[1][0]
    if file in made:
        os.link(made[file], target, follow_symlinks=False)
    elif kind == DIRECTORY:
        os.mkdir(target, 0o700)
    elif kind == LINK:
        os.symlink(vault.pieces(file)[0][1], target)
    elif kind == REGULAR:
        with open(target, "xb") as output:
            for count, data in vault.pieces(file):
                output.write(data) if data else output.seek(count, os.SEEK_CUR)
            output.truncate()
    else:
        os.mknod(target, SPECIAL[kind] | 0o600, first(facts[5]))
    made[file] = target

def dress(vault, target, file):
    """Gives owner, extended attributes, mode and times, in the order in which none takes back another."""
    facts = vault.facts(file)
    accessed, modified = (struct.unpack(">qI", facts[field][0]) for field in (6, 7))
    if os.geteuid() == 0:
        os.chown(target, first(facts[3]), first(facts[4]), follow_symlinks=False)
    for name, value in vault.extended(file):
        os.setxattr(target, name, value, follow_symlinks=False)
    if facts[1] != [LINK]:
        os.chmod(target, first(facts[2]))
    times = [seconds * 10**9 + nanoseconds for seconds, nanoseconds in (accessed, modified)]
    os.utime(target, ns=tuple(times), follow_symlinks=False)

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("command", choices=["list", "extract"])
    parser.add_argument("folder", nargs="?", type=os.fsencode)
    parser.add_argument("--phrase-file", type=argparse.FileType(), default=sys.stdin)
    parser.add_argument("--words", type=Path, default=Path(__file__).parent / "bip39-english.txt")
    given, status, made = parser.parse_args(), 0, {}
    vault = Vault(given.store, given.phrase_file.read().lower().split(), given.words.read_text().split())
    if given.command == "list":
        steps = [(path, show, vault, path, file) for path, file in vault.paths()]
    else:
        places = [(given.folder + path, file) for path, file in vault.paths()]
        steps = [(place, make, vault, made, place, file) for place, file in places]
        steps += [(place, dress, vault, place, file) for place, file in reversed(places)]
    for name, step, *values in steps:
        try:
            step(*values)
        except Exception as problem:
            warn(escaped(name), problem)
            status = 1
    sys.exit(status)

if __name__ == "__main__":
    try:
        main()
    except Exception as problem:
        sys.exit(f"reader.py: {type(problem).__name__}: {problem}")
