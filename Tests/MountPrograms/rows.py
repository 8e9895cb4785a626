"""Rows that were acknowledged: rows.py write MODE RECORD ROUND, until it is killed; rows.py check MODE RECORD"""
import os
import random
import sqlite3
import sys

task, mode, record = sys.argv[1:4]
base = sqlite3.connect(f"{mode}.sqlite", isolation_level=None)
if task == "write":
    base.execute(f"pragma journal_mode = {mode}")
    base.execute("pragma synchronous = full")
    base.execute("create table if not exists rows (round int, number int, content blob, primary key (round, number))")
    base.execute("create index if not exists contents on rows (content)")
    said = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = 0
    while True:
        base.execute("begin immediate")
        numbers = range(number, number + random.randrange(1, 6))
        for number in numbers:
            content = random.randbytes(random.choice([20, 900, 30_000]))
            base.execute("insert into rows values (?, ?, ?)", (sys.argv[4], number, content))
        if random.random() < 0.2:
            base.execute("update rows set content = ? where number = ?", (b"changed", random.randrange(number + 1)))
        if random.random() < 0.1:
            base.execute("rollback")
        else:
            base.execute("commit")
            os.write(said, "".join(f"{sys.argv[4]} {each}\n" for each in numbers).encode())
        number += 1
else:
    assert base.execute("pragma integrity_check").fetchall() == [("ok",)]
    there = {f"{round} {number}" for round, number in base.execute("select round, number from rows")}
    said = set(open(record).read().splitlines()) if os.path.exists(record) else set()
    assert said <= there, f"gone: {sorted(said - there)[:5]}"
