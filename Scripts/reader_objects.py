"""Notation, keys and objects for Scripts/reader.py: sections 1, 3, 4 and 6 of docs/format.md."""
import collections, hashlib, hmac, struct
from pathlib import Path
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from zstandard import ZstdDecompressor, ZstdError

VERSION = 1
LABEL = b"cbstore/%d/" % VERSION
CHUNK, LIST, NODE, COMMIT, KEYRING = range(1, 6)
Reference = collections.namedtuple("Reference", "flags digest key length epoch size")

class Damaged(Exception):
    """Something breaks a rule of the format."""

BROKEN = (Damaged, InvalidTag, InvalidSignature, ZstdError, ValueError, LookupError, struct.error)

def need(condition, rule):
    if not condition:
        raise Damaged(f"against the format: {rule}")

# Section 1: notation

class Bytes:
    """Takes data apart from its front."""
    def __init__(self, data):
        self.data, self.at = data, 0

    def more(self):
        return self.at < len(self.data)

    def take(self, count):
        need(self.at + count <= len(self.data), "data ends where more has to follow")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def varint(self):
        value = shift = 0
        while True:
            byte = self.number(1)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                need(value < 1 << 64 and (byte or shift == 7), "varints have their shortest form")
                return value

    def lp(self):
        return self.take(self.varint())

def message(data):
    """The values of each field, by its number."""
    fields, source, before = collections.defaultdict(list), Bytes(data), 1
    while source.more():
        field, wire = divmod(source.varint(), 8)
        need(field >= before and wire in (0, 2), "fields of messages ascend")
        fields[field].append(source.lp() if wire else source.varint())
        before = field
    return fields

def first(values): return values[0] if values else 0
def u64(number): return struct.pack(">Q", number)
def varint(x): return bytes([x]) if x < 128 else bytes([x & 127 | 128]) + varint(x >> 7)
def lp(data): return varint(len(data)) + data
def sha256(data): return hashlib.sha256(data).digest()
def mac(key, data): return hmac.digest(key, data, "sha256")
def expand(key, info, length=32): return HKDFExpand(hashes.SHA256(), length, info).derive(key)
def gcm(key, nonce, aad, sealed): return AESGCM(key).decrypt(nonce, sealed, aad)
def public(private_key): return private_key.public_key().public_bytes_raw()
def verify(key, signature, data): Ed25519PublicKey.from_public_bytes(key).verify(signature, data)

def xxh64(seed, data):
    """XXH64; as bits above the 64th never come down, only `rotate` and the end cut them off."""
    p1, p2, p3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
    p4, p5, mask = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5, (1 << 64) - 1
    def rotate(x, by): return (x & mask) << by & mask | (x & mask) >> 64 - by
    def turn(lane, word): return rotate(lane + word * p2, 31) * p1
    striped, worded, total = len(data) & ~31, len(data) & ~7, seed + p5
    if striped:
        lanes = [seed + p1 + p2, seed + p2, seed, seed - p1]
        for words in struct.iter_unpack("<4Q", data[:striped]):
            lanes = [turn(lane, word) for lane, word in zip(lanes, words)]
        total = sum(rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18)))
        for lane in lanes:
            total = (total ^ turn(0, lane)) * p1 + p4
    total += len(data)
    for word, in struct.iter_unpack("<Q", data[striped:worded]):
        total = rotate(total ^ turn(0, word), 27) * p1 + p4
    if len(data) & 4:
        total = rotate(total ^ int.from_bytes(data[worded:worded + 4], "little") * p1, 23) * p2 + p3
    for byte in data[len(data) & ~3:]:
        total = rotate(total ^ byte * p5, 11) * p1
    for shift, factor in (33, p2), (29, p3), (32, 1):
        total = ((total & mask) ^ (total & mask) >> shift) * factor
    return total & mask

# Sections 3 and 4: keys

def entropy_of(phrase):
    words, bits = (Path(__file__).parent / "bip39-english.txt").read_text().split(), 0
    for given in phrase.lower().split():
        found = [at for at, word in enumerate(words) if word[:max(4, len(given))] == given]
        need(len(found) == 1, f"{given!r} is a word of the list")
        bits = bits << 11 | found[0]
    data = bits.to_bytes(33, "big")
    need(len(phrase.split()) == 24 and sha256(data[:32])[0] == data[32], "24 words fit their checksum")
    return data[:32]

def epoch_root(secret): return mac(LABEL + b"epoch", secret)

def unwrap(wrapped, private_key, context):
    shared = private_key.exchange(X25519PublicKey.from_public_bytes(wrapped[:32]))    # refuses zero
    key = expand(mac(wrapped[:32] + public(private_key), shared), LABEL + b"wrap")
    return gcm(key, bytes(12), context, wrapped[32:])

def open_keyring(sealed, entropy):
    """The roots of epochs by number, and devices' signing keys by their ids."""
    root, label = mac(LABEL + b"recovery", entropy), LABEL + b"recovery "
    wrap = X25519PrivateKey.from_private_bytes(expand(root, label + b"wrap"))
    owner = public(Ed25519PrivateKey.from_private_bytes(expand(root, label + b"sign")))
    content = unseal(sealed, KEYRING, {0: epoch_root(expand(root, label + b"keyring"))})[1]
    need(content[:5] == b"CBSK" + bytes([VERSION]), "a keyring has its magic and version")
    verify(owner, content[-64:], LABEL + b"keyring" + content[:-64])
    fields, epochs = message(content[5:-64]), {}
    need((fields[3], fields[4]) == ([owner], [public(wrap)]), "a keyring names the phrase's keys")
    need(first(fields[7]) < 4, "packing has two bits")
    for number, epoch in enumerate(map(message, fields[5]), 1):
        need(epoch[1] == [number], "epochs are numbered from 1")
        context = LABEL + b"epoch" + fields[1][0] + struct.pack(">I", number)
        epochs[number] = epoch_root(unwrap(epoch[2][0], wrap, context))
    return epochs, {device[1][0]: device[3][0] for device in map(message, fields[6])}

# Section 6: objects

def dag_node(children):
    """CID, size of its DAG and bytes of file below of a node, from the same three of each child."""
    links = [b"\x12" + lp(b"\x0a\x24" + cid + b"\x12\0\x18" + varint(dag)) for cid, dag, _ in children]
    sizes = [b"\x20" + varint(size) for _, _, size in children]
    total = sum(size for _, _, size in children)
    node = b"".join(links) + b"\x0a" + lp(b"\x08\2\x18" + varint(total) + b"".join(sizes))
    return b"\1\x70\x12\x20" + sha256(node), len(node) + sum(dag for _, dag, _ in children), total

def digest_of(sealed):
    leaves = [sealed[at:at + 262144] for at in range(0, len(sealed), 262144)]
    level = [(b"\1\x55\x12\x20" + sha256(leaf), len(leaf), len(leaf)) for leaf in leaves]
    while len(level) > 1:
        level = [dag_node(level[at:at + 174]) for at in range(0, len(level), 174)]
    return level[0][0][4:]

def content_of(flags, body):
    if flags & 2:
        body = body.rstrip(b"\0")
        need(body[-1:] == b"\x80", "80 and zeros pad")
        body = body[:-1]
    if not flags & 1:
        return body
    source, groups = Bytes(body), []
    size = source.varint()
    lengths = [min(65536, size - at) for at in range(0, size, 65536)]
    for length, stored in [(length, source.number(2) + 1) for length in lengths]:
        group = source.take(stored)
        if stored < length:
            group = ZstdDecompressor().decompress(group, length, allow_extra_data=False)
        need(len(group) == length, "a group has the length that follows from its place")
        groups.append(group)
    need(groups and not source.more(), "there is a group, and nothing follows the last one")
    return b"".join(groups)

def unseal(sealed, kind, epochs):
    """The object's reference, worked out from the root of its epoch, and its content."""
    start, identity = sealed[:20], sealed[20:52]
    magic, version, its_kind, flags, frame, epoch, length = struct.unpack(">4s4BIQ", start)
    need((magic, version, its_kind, frame) == (b"cbst", VERSION, kind, 13), "a header has known values")
    need(flags < 4 and length <= 1 << 30, "flags are known, and a body has up to 2^30 bytes")
    what = bytes([VERSION, kind, flags])
    key = expand(expand(epochs[epoch], LABEL + b"object key"), b"cbstore object key" + what + identity)
    frames, pieces = [sealed[at:at + 8208] for at in range(52, len(sealed), 8208)], []
    for number, frame in enumerate(frames):
        nonce = bytes([0, 0, 0, number == len(frames) - 1]) + u64(number)
        pieces.append(gcm(key, nonce, start if number else sealed[:52], frame))
    body = b"".join(pieces)
    need(len(body) == length and (pieces[-1] or not body), "full frames make the length in the header")
    told = expand(epochs[epoch], LABEL + b"object id")
    need(mac(told, what[1:] + u64(length) + body) == identity, "the id in a header is the body's")
    content = content_of(flags, body)
    return Reference(flags, digest_of(sealed), key, length, epoch, len(content)), content

def reference(data):
    source = Bytes(data)
    version, flags = source.take(2)
    digest, key, length, epoch = source.take(32), source.take(32), source.varint(), source.varint()
    result = Reference(flags, digest, key, length, epoch, source.varint() if flags else length)
    need(version == VERSION and flags < 4 and not source.more(), "a reference has known flags, and ends")
    return result
