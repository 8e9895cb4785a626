/// One demand on any writable, mounted directory: a script that runs in it and exits with 0 when the demand is met.
///
/// The same cases serve every mount, and any other file system as an oracle: they know nothing but POSIX.
package struct FileSystemCase: Sendable, CustomStringConvertible {
    package let name: String
    package let script: String
    package let limit: Duration

    package var description: String { name }

    init(_ name: String, limit: Duration = .seconds(60), _ script: String) {
        self.name = name
        self.script = Self.preamble + script
        self.limit = limit
    }

    /// Every script starts in an empty directory of its own inside the mounted one.
    private static let preamble = """
        import errno, hashlib, mmap, os, shutil, stat, subprocess, sys, tempfile, threading, time
        os.chdir(tempfile.mkdtemp(dir="."))
        def raises(number, call, *arguments):
            try:
                call(*arguments)
            except OSError as error:
                assert error.errno == number, error
                return
            raise AssertionError(f"{call.__name__}{arguments} succeeded")
        def content(path):
            with open(path, "rb") as file:
                return file.read()
        def put(path, data):
            with open(path, "wb") as file:
                file.write(data)

        """

    package static let all = writing + names + directories + attributes + bulk
}
