/// What a real SQLite does on a mount, and how what is left of it is judged.
enum DatabaseScripts {
    /// How a database keeps its transactions, and what it promises.
    struct Mode: Sendable {
        let journal: String
        let synchronous: String
        /// Acknowledged transactions that SQLite itself may roll back: without `extra` the journal's removal, which is the
        /// commit, is not synced.
        let mayLose: Int

        static let all = [
            Mode(journal: "wal", synchronous: "full", mayLose: 0),
            Mode(journal: "delete", synchronous: "full", mayLose: 1),
            Mode(journal: "delete", synchronous: "extra", mayLose: 0),
        ]

        var text: String { "\(journal) \(synchronous)" }
    }

    /// Rows that a transaction keeps; older ones go with it.
    private static let kept = 200

    /// What transaction n writes, told by n alone: a row, some of its bytes in pages of their own, and five of 64 counters.
    private static let shared = """
        import hashlib, sqlite3, sys
        def row(number):
            return hashlib.shake_128(b"%d" % number).digest(number * 7919 % 9000)
        def places(number):
            return [number * factor % 64 for factor in (1, 3, 7, 11, 13)]

        """

    /// Arguments: journal mode, synchronous. Prints the number of each transaction when its commit has returned.
    static let work =
        shared + """
            base = sqlite3.connect("base", isolation_level=None)
            base.execute(f"pragma journal_mode = {sys.argv[1]}")
            base.execute(f"pragma synchronous = {sys.argv[2]}")
            base.execute("pragma wal_autocheckpoint = 40")
            base.execute("begin")
            base.execute("create table t (number integer primary key, content blob)")
            base.execute("create table c (place integer primary key, value integer)")
            base.executemany("insert into c values (?, 0)", [(place,) for place in range(64)])
            base.execute("commit")
            print(0, flush=True)
            number = 0
            while True:
                number += 1
                base.execute("begin immediate")
                base.execute("insert into t values (?, ?)", (number, row(number)))
                base.executemany("update c set value = ? where place = ?", [(number, place) for place in places(number)])
                base.execute("delete from t where number <= ?", (number - \(kept),))
                base.execute("commit")
                print(number, flush=True)

            """

    /// Arguments: the database. Prints the number of the last transaction that is there, and all before it, or `none`.
    static let check =
        shared + """
            base = sqlite3.connect(sys.argv[1])
            found = base.execute("pragma integrity_check").fetchall()
            assert found == [("ok",)], found
            if not base.execute("select * from sqlite_master where name = 'c'").fetchall():
                print("none")
                sys.exit()
            rows = base.execute("select number, content from t order by number").fetchall()
            counters = dict(base.execute("select place, value from c"))
            last = rows[-1][0] if rows else 0
            assert [number for number, _ in rows] == list(range(max(1, last - \(kept - 1)), last + 1)), "rows are missing"
            assert all(content == row(number) for number, content in rows), "a row has other bytes"
            expected = dict.fromkeys(range(64), 0)
            for number in range(1, last + 1):
                expected.update(dict.fromkeys(places(number), number))
            assert counters == expected, "counters are of another transaction"
            print(last)
            """
}
