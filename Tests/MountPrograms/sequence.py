"""Makes a folder and carries out a table of calls in it: sequence.py FOLDER [without-acl] < TABLE

A line is a call, with what it must come to behind `->`, or nothing when it only has to succeed. `second: ` before a call has
another process do it; `acl: ` marks what is left out where a file system has no access lists. Prints every call with its
result, and the tree that is left. The exit status is 1 when a result is another than the table's.
"""
import os
import sys

import calls


def main():
    os.mkdir(sys.argv[1])
    os.chdir(sys.argv[1])
    os.umask(0o022)
    lines = sys.stdin.read().splitlines()
    actors = {"": calls.Actor(), "second: ": calls.Actor()}
    failed = False
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("acl: "):
            if "without-acl" in sys.argv:
                continue
            line = line[5:]
        who = next(prefix for prefix in ("second: ", "") if line.startswith(prefix))
        call, _, expected = line[len(who):].partition(" -> ")
        found = actors[who].do(call.strip())
        print(f"{who}{call.strip()} -> {found}")
        isError = found.isupper() and found.isalnum()
        if found != expected.strip() if expected else isError:
            print(f"    and the table has: {expected or 'success'}")
            failed = True
    print(calls.tree())
    sys.exit(failed)


main()
