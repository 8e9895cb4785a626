internal import Core
internal import Glibc

/// Files of test vectors that are kept beside the repository, because others made them.
package enum VectorFiles {
    /// The folder `shared/vectors` beside the repository or further up, or where CBSTORE_VECTORS points.
    private static let folder: [UInt8]? = {
        if let given = unsafe getenv("CBSTORE_VECTORS") { return unsafe Array(String(cString: given).utf8) }
        var ancestor = Array(#filePath.utf8)
        while ancestor != Array("/".utf8), ancestor != Array(".".utf8) {
            ancestor = Files.split(ancestor).folder
            let candidate = Files.join(ancestor, "shared/vectors")
            if Files.isDirectory(candidate) { return candidate }
        }
        return nil
    }()

    /// False skips the tests that read them where they are not; in CI (`CBSTORE_CI=1`) those run, and fail.
    package static var areHereOrMustBe: Bool {
        if unsafe getenv("CBSTORE_CI") != nil { return true }
        return folder != nil
    }

    /// The whole content of one of the files.
    package static func content(of name: String) throws -> [UInt8] {
        guard let folder else { throw Failure(.notFound, "there is no folder of vectors") }
        return try Files.readWhole(Files.join(folder, name), limit: 16 << 20)
    }
}
