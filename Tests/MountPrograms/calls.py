"""POSIX calls written as text, and what each came to as text: for whoever compares two file systems.

A call is a line such as `f = open("name", O_RDWR | O_CREAT, 0o640)` or `rename("a", "b", RENAME_EXCHANGE)`. An `Actor` is
a process that carries lines out, with descriptors, working folder, umask, locks and user of its own.

calls.py FOLDER prints the folder's tree.
"""
import ctypes
import errno
import fcntl
import hashlib
import mmap
import os
import socket
import stat as kinds
import struct
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.fallocate.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64]
KIND = {kinds.S_IFREG: "file", kinds.S_IFDIR: "folder", kinds.S_IFLNK: "link", kinds.S_IFIFO: "pipe",
        kinds.S_IFSOCK: "socket", kinds.S_IFCHR: "character device", kinds.S_IFBLK: "block device"}
# Times set on purpose lie before this one; what is later was set by the clock, and differs from run to run.
BEGINNING = 1_700_000_000
# The descriptor of what was not opened yet: no process has that many.
NONE = 99_999


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def told(value):
    """A result as text."""
    if value is None:
        return "ok"
    if isinstance(value, (bytes, bytearray)) and len(value) > 60:
        return f"{len(value)} bytes {hashlib.sha256(value).hexdigest()[:16]}"
    return value if isinstance(value, str) and value else repr(value)


def status(found):
    """What two file systems must agree on, and no more; what is left out, and why:

    sizes of folders     each file system counts its own way
    st_blocks            is about storage, and a sealed store has another granularity than memory
    device, inode        numbers of the file system itself
    atime                moves at open or at read, by the mount's own rule
    times of the clock   told as "now"
    times of a pipe      FUSE is not told that somebody wrote to one
    ends of folders      how far a listing can be sought (`sought`)
    time of a truncate   to the size that a file has: moves on disks and on the mount, stays in memory (`truncated`)
    """
    kind = kinds.S_IFMT(found.st_mode)
    size = "-" if kind == kinds.S_IFDIR else found.st_size
    changed = "-" if kind == kinds.S_IFIFO else found.st_mtime_ns if found.st_mtime < BEGINNING else "now"
    return (f"{KIND[kind]} {kinds.S_IMODE(found.st_mode):04o} {found.st_uid}:{found.st_gid} links {found.st_nlink} "
            f"size {size} changed {changed}")


def renamed(old, new, flags=0, folder=-100):
    checked(libc.renameat2(-100, os.fsencode(old), folder, os.fsencode(new), flags))


def sought(descriptor, offset, whence):
    place = os.lseek(descriptor, offset, whence) if whence != os.SEEK_END else None
    isFolder = kinds.S_ISDIR(os.fstat(descriptor).st_mode)
    return place if place is not None else "-" if isFolder else os.lseek(descriptor, offset, whence)


def truncated(path, size):
    found = os.stat(path)
    return "-" if kinds.S_ISREG(found.st_mode) and found.st_size == size else os.truncate(path, size)


def locked(descriptor, kind, start, length):
    fcntl.fcntl(descriptor, fcntl.F_SETLK, struct.pack("hhqqi4x", kind, os.SEEK_SET, start, length, 0))


def listed(path="."):
    return b" ".join(sorted(os.listdir(os.fsencode(path))))


def attributes(path):
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return "".join(f" {name}={told(os.getxattr(path, name, follow_symlinks=False))}" for name in names)


def content(path):
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()[:16]


def tree(top=b"."):
    """Every name below `top`, in order, with all that can be compared: names of one file are told by the first of them."""
    lines, first = [], {}

    def visit(folder, shown):
        for name in sorted(os.listdir(folder)):
            path, label = os.path.join(folder, name), shown + name
            found = os.lstat(path)
            line = f"{label!r} {status(found)}{attributes(path)}"
            if kinds.S_ISLNK(found.st_mode):
                line += f" to {os.readlink(path)!r}"
            if kinds.S_ISREG(found.st_mode):
                line += f" holds {content(path)}"
            if not kinds.S_ISDIR(found.st_mode) and found.st_nlink > 1:
                line += f" is {first.setdefault(found.st_ino, label)!r}"
            lines.append(line)
            if kinds.S_ISDIR(found.st_mode):
                visit(path, label + b"/")
    visit(os.fsencode(top), b"")
    return "\n".join(lines)


CALLS = {
    "open": lambda path, flags=os.O_RDONLY, mode=0o666: os.open(path, flags, mode),
    "stat": lambda path: status(os.stat(path)), "lstat": lambda path: status(os.lstat(path)),
    "fstat": lambda descriptor: status(os.fstat(descriptor)), "listdir": listed, "tree": tree,
    "utimens": lambda path, accessed, changed: os.utime(path, ns=(accessed, changed), follow_symlinks=False),
    "lseek": sought, "truncate": truncated, "rename": renamed, "link": lambda old, new, folder=None: os.link(old, new, dst_dir_fd=folder),
    "symlink": os.symlink, "lock": locked, "flock": fcntl.flock,
    "setxattr": lambda path, name, value, flags=0: os.setxattr(path, name, value, flags, follow_symlinks=False),
    "getxattr": lambda path, name: os.getxattr(path, name, follow_symlinks=False),
    "removexattr": lambda path, name: os.removexattr(path, name, follow_symlinks=False),
    "listxattr": lambda path: " ".join(sorted(os.listxattr(path, follow_symlinks=False))),
    "fsetxattr": os.setxattr, "fgetxattr": os.getxattr,
    "fallocate": lambda descriptor, mode, at, size: checked(libc.fallocate(descriptor, mode, at, size)),
    "fadvise": os.posix_fadvise, "mapped": mmap.mmap, "access": lambda path, mode: "yes" if os.access(path, mode) else "no",
    "become": lambda user, group: (os.setgroups([]), os.setresgid(group, group, group),
                                   os.setresuid(user, user, user)) and None,
    "umask": lambda mask: f"{os.umask(mask):04o}",
    "RENAME_NOREPLACE": 1, "RENAME_EXCHANGE": 2, "FALLOC_KEEP_SIZE": 1, "FALLOC_PUNCH_HOLE": 2,
}
for name in ("close read write pread pwrite ftruncate fsync fdatasync chmod fchmod chown lchown fchown mkdir "
             "rmdir unlink readlink mkfifo mknod chdir fchdir chroot copy_file_range XATTR_CREATE XATTR_REPLACE R_OK W_OK "
             "X_OK F_OK SEEK_SET SEEK_CUR SEEK_END SEEK_DATA SEEK_HOLE POSIX_FADV_DONTNEED").split():
    CALLS[name] = getattr(os, name)
CALLS |= {name: value for name, value in vars(os).items() if name.startswith("O_")}
CALLS |= {name: value for name, value in vars(fcntl).items() if name.startswith(("LOCK_", "F_"))}
CALLS |= {name: value for name, value in vars(kinds).items() if name.startswith("S_IF")}


class Actor:
    """A process of its own that carries out calls, one at a time."""

    def __init__(self, **names):
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (here, there):
            for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, buffer, 1 << 20)
        sys.stdout.flush()
        if os.fork() == 0:
            here.close()
            serve(there, CALLS | names)
        there.close()
        self.channel = here

    def do(self, line):
        """What the line came to: its value, or the name of its error."""
        self.channel.send(os.fsencode(line))
        answer = os.fsdecode(self.channel.recv(1 << 20))
        if not answer:
            sys.exit(f"this is no call: {line}")
        return answer


def serve(channel, names):
    try:
        while line := os.fsdecode(channel.recv(1 << 20)):
            channel.send(os.fsencode(carried_out(line, names)))
    finally:
        os._exit(0)


def carried_out(line, names):
    variable, equals, call = line.partition(" = ")
    if not equals or "(" in variable:
        variable, call = None, line
    try:
        value = eval(call, names)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    if variable:
        if names.get(variable, NONE) != NONE:
            os.close(names[variable])
        names[variable] = value
        return "ok"
    if call.startswith("close("):
        names[call[6:-1]] = NONE
    return told(value)


if __name__ == "__main__":
    print(tree(sys.argv[1]))
