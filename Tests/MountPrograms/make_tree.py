"""Makes a folder with files of every kind, size and time, and names that no text has: make_tree.py FOLDER"""
import os
import random
import sys

chance = random.Random(1)
os.makedirs(sys.argv[1])
os.chdir(sys.argv[1])


def put(name, data):
    with open(name, "wb") as file:
        file.write(data)


for size in (0, 1, 4095, 4096, 4097, 65_537, 1 << 20, 5_000_001):
    put(f"size {size}", chance.randbytes(size))
os.makedirs(b"folder/deep/\xff\xfe\n/end")
put(b"folder/no text \xff\n", b"odd")
for number in range(400):
    put(f"folder/many {number:03}", b"%d" % number * number)
with open("sparse", "wb") as file:
    for place in (0, 1_500_000, 9_000_000):
        file.seek(place)
        file.write(b"data" * 1000)
    file.truncate(12_000_000)
os.link("size 4097", "folder/second name")
os.link("size 4097", "folder/deep/third name")
os.symlink(b"../nowhere/\xff", "folder/dangling")
os.symlink("folder", "to a folder")
os.link("to a folder", "folder/second name of a link")
os.mkfifo("pipe", 0o620)
os.setxattr("size 1", "user.text", b"value")
os.setxattr("size 1", "user.bytes", bytes(range(256)))
os.setxattr("folder/deep", "user.folder", b"")
for at, (name, mode) in enumerate([("size 0", 0o000), ("size 1", 0o4751), ("size 4096", 0o400), ("folder/deep", 0o3770)]):
    os.chmod(name, mode)
if os.geteuid() == 0:
    os.lchown("folder/dangling", 1000, 100)
    os.chown("folder/many 001", 1000, 1000)
for folder, folders, files in os.walk(b".", topdown=False):
    for name in folders + files:
        when = chance.randrange(-1_000_000_000, 1_600_000_000) * 1_000_000_000 + chance.randrange(1_000_000_000)
        os.utime(os.path.join(folder, name), ns=(when, when), follow_symlinks=False)
