"""The store of a vault for Scripts/reader.py: sections 7 and 8 of docs/format.md."""
import collections, struct, sys
from reader_objects import (BROKEN, COMMIT, LABEL, VERSION, Bytes, Damaged, entropy_of, expand, gcm, mac,
                            message, need, open_keyring, reference, u64, unseal, verify, xxh64)

Block = collections.namedtuple("Block", "first number before durable mark records last")

def warn(text):
    print(f"reader.py: {text}", file=sys.stderr)

def local_key(store_key, salt, use, length=32):
    return expand(mac(salt, store_key), b"cbstore/local/%s/%d" % (use, VERSION), length)

def journal_records(blocks, position):
    """The records behind a checkpoint's position that count, by their own positions."""
    records, end = {}, position
    for block in sorted(block for block in blocks if block.records and block.last > position):
        if block.first > end:
            if block.before > end:
                continue
            records = {at: record for at, record in records.items() if at <= block.before}
        records |= {at: record for at, record in enumerate(block.records, block.first) if at > end}
        end = max(end, block.last)
    need(all(block.durable <= end for block in blocks), "durable records are in the journal")
    return records

class Store:
    """What the newest checkpoint of a store leads to."""
    def __init__(self, folder, phrase):
        self.epochs, self.devices = open_keyring((folder / "keyring").read_bytes(), entropy_of(phrase))
        self.key = expand(self.epochs[1], LABEL + b"journal")
        self.seed = int.from_bytes(local_key(self.key, bytes(32), b"headers", 8), "big")
        _, position, mark, state = max(filter(None, map(self.checkpoint, folder.glob("checkpoint.[ab]"))))
        blocks = [block for path in folder.glob("journal/*.seg") for block in self.blocks(path)]
        self.journal = journal_records(blocks, position)
        self.objects = self.entries(folder / "objects", max([mark] + [block.mark for block in blocks]))
        self.copies = self.entries(folder / "copies", (0, 0))
        self.root = self.committed_root(message(state)) if state is not None else None

    def checkpoint(self, path):
        """Sequence, position, object mark and state of a checkpoint file, if it opens."""
        data = path.read_bytes()
        try:
            sequence, position, segment, offset, salt, length = struct.unpack(">16x4Q32sI4x", data[:88])
            need(data[:9] == b"cbs-chkp" + bytes([VERSION]), "a checkpoint begins with its magic and version")
            key = local_key(self.key, salt, b"checkpoint")
            state = gcm(key, bytes(12), data[:88], data[88:88 + length])
            return sequence, position, (segment, offset), state if data[9] else None
        except BROKEN as problem:
            warn(f"{path} does not open: {problem!r}")

    def sum_fits(self, data, stored):
        return u64(xxh64(self.seed, data)) == stored

    def blocks(self, path):
        """The blocks of a journal segment that open."""
        data, at = path.read_bytes(), 4096
        whole = data[:9] == b"cbs-jrnl" + bytes([VERSION]) and self.sum_fits(data[:56], data[56:64])
        if whole and data[16:24] != bytes.fromhex(path.stem):
            return
        while at + 108 <= len(data):
            header, step = data[at:at + 108], 4096
            magic, salt, number, start, *told, count, length = struct.unpack(">8s32s6Q2I12x", header)
            if magic == b"cbs-blk%d" % VERSION and (not whole or salt == data[24:56]):
                try:
                    key = local_key(self.key, salt, b"journal")
                    source = Bytes(gcm(key, bytes(4) + u64(number), header, data[at + 108:at + 108 + length]))
                    records = [source.lp() for _ in range(count)]
                    need(not source.more(), "nothing follows the records of a block")
                    yield Block(start, number, *told[:2], tuple(told[2:]), records, start + count - 1)
                    step = 108 + length + 4095 & -4096
                except BROKEN as problem:
                    warn(f"the block at {at} of {path} does not open: {problem!r}")
            at += step

    def entries(self, folder, mark):
        """Where each object stands in the segments of a folder: path, offset and length, by digest."""
        places = {}
        for path in sorted(folder.glob("*.seg")):
            data, number, at = path.read_bytes(), bytes.fromhex(path.stem), 64
            head = b"cbs-objs" + bytes([VERSION]) + bytes(7) + number + bytes(32)
            if data[:56] != head or not self.sum_fits(head, data[56:64]):
                warn(f"{path} has a damaged header")    # its entries tell for themselves
            while at < len(data):
                header, behind = data[at:at + 64], (int.from_bytes(number, "big"), at) >= mark
                if header[:4] != b"cbso" or not self.sum_fits(header[:56] + number + u64(at), header[56:]):
                    need(behind, f"an entry stands at {at} of {path}")
                    at += 16
                    continue
                role, length, stored, digest = struct.unpack(">4xB3xI4x8s32s", header[:56])
                whole = role == 3 or self.sum_fits(data[at + 64:at + 64 + length], stored)
                if role == 0 and whole:
                    places[digest] = path, at + 64, length
                elif role == 1:
                    places.pop(digest, None)
                elif not whole:
                    warn(f"the body of the entry at {at} of {path} is damaged")
                at += 64 + (length + 15 & -16)
        return places

    def content(self, wanted, kind):
        """An object's content; from its second copy where the first is missing or cannot be opened."""
        problem = Damaged("a reference leads to no object")
        for place in filter(None, (self.objects.get(wanted.digest), self.copies.get(wanted.digest))):
            try:
                with open(place[0], "rb") as file:
                    file.seek(place[1])
                    found, content = unseal(file.read(place[2]), kind, self.epochs)
                need(found == wanted, f"an object is {wanted}, and not {found}")
                return content
            except BROKEN as broken:
                warn(f"the object at {place[1]} of {place[0]} does not open: {broken!r}")
                problem = broken
        raise problem

    def committed_root(self, state):
        """The reference of the root, on which the state and the signed commit have to agree."""
        content = self.content(reference(state[2][0]), COMMIT)
        commit = message(content)
        verify(self.devices[commit[4][0]], content[-64:], b"cbstore commit v%d\0" % VERSION + content[:-67])
        need(commit[1] == [VERSION] and commit[31] == [content[-64:]], "a commit ends with its signature")
        need(not commit[12], f"a commit needs no features, not {commit[12]}")
        need((commit[2], commit[6]) == (state[1], state[4]), "state and commit have one root and one time")
        return reference(commit[2][0]) if commit[2] else None
