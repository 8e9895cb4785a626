#!/usr/bin/env python3
"""Reads the store of a cbstore vault with its recovery phrase, by docs/format.md alone.

`reader.py PHRASE_FILE STORE list` lists kind, permissions, owner, group, size, modification time, links,
SHA-256 of content or target, and path; `... STORE extract DIR` makes the new folder DIR of it all. The phrase
stands in full words. Of objects over 262,144 bytes the tags are checked, but not the digest."""
import collections, contextlib, functools, hashlib, hmac, io, os, pathlib, re, struct, sys
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from zstandard import ZstdDecompressor

CHUNK, LIST, NODE, COMMIT, KEYRING = range(1, 6)  # kinds of objects
ATTRIBUTES, CONTENT, EXTENDED, BACK, REDIRECT, ENTRY = 1, 2, 3, 4, 5, 16  # kinds of records
KINDS = ["", "regular", "directory", "symlink", "fifo", "socket", "characterDevice", "blockDevice"]
REGULAR, DIRECTORY, LINK, ROOT = 1, 2, 3, bytes(15) + b"\1"
Reference = collections.namedtuple("Reference", "flags digest key length epoch size")

def need(condition, rule):
    if not condition:
        raise ValueError(f"not so: {rule}")

def told(problem): return str(problem) or "it is damaged, or sealed with other keys"  # what a tag leaves open
def first(values, default=0): return values[0] if values else default
def number_in(data): return int.from_bytes(data, "big")
def extract(salt, secret): return hmac.digest(salt, secret, "sha256")
def expand(key, info): return hmac.digest(key, info + b"\1", "sha256")  # 32 bytes
def gcm(key, nonce, aad, sealed): return AESGCM(key).decrypt(nonce, sealed, aad)

class Bytes(io.BytesIO):  # takes data apart from its front
    def more(self): return self.tell() < len(self.getbuffer())
    def lp(self): return self.take(self.varint())

    def take(self, count):
        data = self.read(count)
        need(len(data) == count, "data ends too early")
        return data

    def varint(self):
        byte, = self.take(1)
        return byte if byte < 128 else byte - 128 + (self.varint() << 7)

def message(data):  # the values of each field, by its number
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

def entropy_of(phrase):
    words = pathlib.Path(__file__).with_name("bip39-english.txt").read_text().split()
    need(len(phrase) == 24 and set(phrase) <= set(words), "a phrase has 24 words of the list")
    data = int("".join(f"{words.index(word):011b}" for word in phrase), 2).to_bytes(33, "big")
    need(hashlib.sha256(data[:32]).digest()[0] == data[32], "the words of a phrase fit together")
    return data[:32]

def open_keyring(sealed, entropy):  # the roots of epochs, and the signing keys of devices by their ids
    root, length = extract(b"cbstore/1/recovery", entropy), number_in(sealed[12:20])
    owner = ed25519.Ed25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery sign"))
    wrap = x25519.X25519PrivateKey.from_private_bytes(expand(root, b"cbstore/1/recovery wrap"))
    keys = extract(b"cbstore/1/epoch", expand(root, b"cbstore/1/recovery keyring"))
    key = expand(expand(keys, b"cbstore/1/object key"), b"cbstore object key\1\5\0" + sealed[20:52])
    body = opened(sealed, KEYRING, Reference(0, hashlib.sha256(sealed).digest(), key, length, 0, length))
    owner.public_key().verify(body[-64:], b"cbstore/1/keyring" + body[:-64])
    need(body[:5] == b"CBSK\1", "a keyring has its magic and version 1")
    fields, roots = message(body[5:-64]), []
    for number, epoch in enumerate(map(message, fields[5]), 1):
        wrapped, context = epoch[2][0], b"cbstore/1/epoch" + fields[1][0] + number.to_bytes(4, "big")
        shared = wrap.exchange(x25519.X25519PublicKey.from_public_bytes(wrapped[:32]))  # refuses zero
        key = expand(extract(wrapped[:32] + fields[4][0], shared), b"cbstore/1/wrap")
        roots.append(extract(b"cbstore/1/epoch", gcm(key, bytes(12), context, wrapped[32:])))
    return roots, {device[1][0]: device[3][0] for device in map(message, fields[6])}

def opened(sealed, kind, wanted):  # the content of an object, if it is as its reference says
    start = struct.pack(">4s4BIQ", b"cbst", 1, kind, wanted.flags, 13, wanted.epoch, wanted.length)
    need(len(sealed) > 262144 or hashlib.sha256(sealed).digest() == wanted.digest, "an object has its digest")
    body = b"".join(gcm(wanted.key, struct.pack(">3x?Q", at + 8208 >= len(sealed), at // 8208),
                        start if at > 52 else start + sealed[20:52], sealed[at:at + 8208])
                    for at in range(52, len(sealed), 8208))
    if wanted.flags & 2:
        body, mark, zeros = body.rpartition(b"\x80")
        need(mark and not any(zeros), "80 and zeros pad")
    if wanted.flags & 1:
        source, unzstd = Bytes(body), ZstdDecompressor().decompress
        need(source.varint() == wanted.size, "compressed content has its length")
        sizes = [min(65536, wanted.size - at) for at in range(0, wanted.size, 65536)]
        groups = [source.take(stored) for stored in [number_in(source.take(2)) + 1 for _ in sizes]]
        pairs = zip(groups, sizes)
        body = b"".join(group if len(group) == size else unzstd(group, size) for group, size in pairs)
    need(len(body) == wanted.size, "content has its length")
    return body

def entries(store):  # what may be the objects of each digest, the best place last
    found = collections.defaultdict(list)
    for path in sorted([*store.glob("copies/*.seg"), *store.glob("objects/*.seg")]):
        segment = memoryview(path.read_bytes())  # sums are not checked: references prove what opens
        for header in re.finditer(rb"cbso\0...(....).{12}(.{32}).{8}", segment, re.DOTALL):
            found[header[2]].append(segment[header.end():header.end() + number_in(header[1])])
    return found

class Vault:
    def __init__(self, folder, phrase):
        roots, devices = open_keyring((folder / "keyring").read_bytes(), entropy_of(phrase))
        store_key = expand(roots[0], b"cbstore/1/journal")
        states = {b"": b""}
        for data in [path.read_bytes() for path in folder.glob("checkpoint.[ab]")]:
            key = expand(extract(data[48:80], store_key), b"cbstore/local/checkpoint/1")
            with contextlib.suppress(Exception):
                states[data[16:24]] = gcm(key, bytes(12), data[:88], data[88:88 + number_in(data[80:84])])
        state = message(states[max(states)])
        need(state[2], "a checkpoint opens, and names a commit")
        self.sealed = entries(folder)
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
        if any(b"cbs-blk1" in path.read_bytes() for path in folder.glob("journal/*.seg")):
            print("reader.py: the journal may hold more: run `cbstore flush`", file=sys.stderr)

    @functools.lru_cache(maxsize=8)
    def content(self, wanted, kind):  # by the newest entry that opens; copies serve last
        for sealed in reversed(self.sealed[wanted.digest]):
            with contextlib.suppress(Exception):
                return opened(bytes(sealed), kind, wanted)
        raise ValueError(f"the object {wanted.digest.hex()} is missing or damaged, and has no copy")

    def walk(self, node, level=None):  # takes in the records below a node; its tally and its greatest key
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
                    versions.append((value.take(8), value.varint(), value.lp()))
                kind, payload = key[16], max(versions, key=lambda version: (version[1], version[0]))[2]
                self.files[key[:16]][kind][key[17:]] = payload
                part = [1, kind == ATTRIBUTES, kind == ENTRY and payload[16] == DIRECTORY,
                        kind == CONTENT and first(message(payload)[1]), kind == REDIRECT or len(versions) > 1]
            tally = [(one + other) % 2**64 for one, other in zip(tally, part)]
        return tally, key

    def paths(self, path=b"", file=ROOT):  # each path with its file's id: a directory, then what is in it
        yield path, file
        for name, payload in self.files[file][ENTRY].items():
            need(name not in (b"", b".", b"..") and not set(name) & set(b"/\0"), "a name is one component")
            child = payload[:16]
            for _ in range(32):
                child = self.files[child][REDIRECT].get(b"", child)[:16]
            yield from self.paths(path + b"/" + name, child)

    def listed(self, node, depth, size, stored):  # in order: (count, chunk or None for a hole, place in it)
        source, parts = Bytes(self.content(node, LIST)), []
        while source.more():
            tag, = source.take(1)
            need(tag == 2 if depth else tag in (0, 1, 3), "a chunk list has entries of its depth")
            numbers = [source.varint() for _ in range((1, 0, 2, 2)[tag])]
            below = reference(source.lp()) if tag else None
            if tag == 2:
                parts += self.listed(below, depth - 1, *numbers)
            else:
                skip, count = numbers if tag == 3 else (0, *(numbers or [below.size]))
                need(tag == 0 or skip + count <= below.size, "a part is in its chunk")
                parts.append((count, below, skip))
        need(sum(count for count, chunk, skip in parts) == size, "a chunk list covers what it should")
        need(sum(count for count, chunk, skip in parts if chunk) == stored, "a chunk list has its data")
        return parts

    def pieces(self, file):  # of content or of a link's target: (count, bytes or None for a hole)
        fields = message(self.files[file][CONTENT].get(b"", b""))
        size, stored, target = first(fields[1]), first(fields[2]), first(fields[7], b"")
        if fields[5]:
            runs = self.listed(reference(fields[5][0]), first(fields[6]), size, stored)
            return ((count, chunk and self.content(chunk, CHUNK)[at:at + count]) for count, chunk, at in runs)
        data = self.content(reference(fields[4][0]), CHUNK) if fields[4] else first(fields[3], target)
        need(target or len(data) == size, "content has the size in its record")
        return [(len(data), data if stored or target else None)]

def show(vault, path, file, facts, made):
    size, digest = 0, hashlib.sha256()
    for count, data in vault.pieces(file):
        size += count
        for at in range(0, count, 1 << 20):
            digest.update(data[at:at + (1 << 20)] if data else bytes(min(1 << 20, count - at)))
    kind, mode, owner, group = (first(facts[field]) for field in range(1, 5))
    time, links = "%d.%09d" % struct.unpack(">qI", facts[7][0]), len(vault.files[file][BACK])
    line = f"{KINDS[kind]} {mode:o} {owner} {group} {size} {time} {links} {digest.hexdigest()} "
    sys.stdout.buffer.write(line.encode() + path + b"\n")

def extract_one(vault, target, file, facts, made):  # after all below it, which would change its times
    kind, mode, owner, group, device = (first(facts[field]) for field in range(1, 6))
    os.makedirs(target if kind == DIRECTORY else os.path.dirname(target), exist_ok=True)
    if file in made:
        return os.link(made[file], target, follow_symlinks=False)
    if kind == LINK:
        os.symlink(vault.pieces(file)[0][1], target)
    elif kind == REGULAR:
        with open(target, "xb") as output:
            for count, data in vault.pieces(file):
                output.write(data) if data else output.seek(count, os.SEEK_CUR)
            output.truncate()
    elif kind != DIRECTORY:
        os.mknod(target, {4: 0o010600, 5: 0o140600, 6: 0o020600, 7: 0o060600}[kind], device)
    made[file] = target
    if os.geteuid() == 0:
        os.chown(target, owner, group, follow_symlinks=False)
    times = [struct.unpack(">qI", facts[field][0]) for field in (6, 7)]
    if kind != LINK:
        os.chmod(target, mode)
    os.utime(target, ns=tuple(s * 10**9 + n for s, n in times), follow_symlinks=False)
    for name, payload in vault.files[file][EXTENDED].items():
        fields = message(payload)
        data = vault.content(reference(fields[2][0]), CHUNK) if fields[2] else first(fields[1], b"")
        os.setxattr(target, name, data, follow_symlinks=False)

def main(phrase_file, store, command, folder=""):
    sys.setrecursionlimit(4000)  # for folders in folders
    handle, folder, made, status = {"list": show, "extract": extract_one}[command], os.fsencode(folder), {}, 0
    vault = Vault(pathlib.Path(store), pathlib.Path(phrase_file).read_text().lower().split())
    if command == "extract":
        os.umask(0o077)
        os.mkdir(folder)
    for path, file in sorted(vault.paths(), reverse=command == "extract"):
        try:
            need(vault.files[file][ATTRIBUTES], "an entry leads to a file")
            handle(vault, folder + path, file, message(vault.files[file][ATTRIBUTES][b""]), made)
        except Exception as problem:
            print(f"reader.py: {path}: {told(problem)}", file=sys.stderr)
            status = 1
    sys.exit(status)

sys.excepthook = lambda kind, problem, trace: print(f"reader.py: {told(problem)}", file=sys.stderr)
main(*sys.argv[1:])
