import MountSupport
import Mounting
import Testing

extension MountTests {
    /// One file, everything there is to do to it, and a copy in memory that it must be equal to.
    @Suite struct FsxTests {
        /// Short files are changed in place again and again; long ones are cut into chunks while they are written.
        private static let runs = [
            "--seed 1 --ops 8000 --length 65536", "--seed 2 --ops 8000 --length 262144",
            "--seed 3 --ops 4000 --length 6291456",
        ]

        @Test("thousands of random operations leave a file on a mounted vault as they must", arguments: runs)
        func exercise(_ options: String) throws {
            try Scratch.with { scratch in
                let place = try scratch.mount()
                let arguments =
                    ["\(place)/file"] + options.split(separator: " ").map(String.init)
                    + ["--write-back-first", "yes"]
                let child = try Child(
                    BuiltProgram.path("fsx"), arguments.map { SystemPath($0) }, environment: scratch.environment())
                let outcome = try child.finish(limit: .seconds(60))
                #expect(outcome.status == 0, "\(outcome)")
                try scratch.expect(0, "umount", place)
            }
        }
    }
}
