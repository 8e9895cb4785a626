import Core

/// Where the sources of this package lie.
enum Repository {
    private static let folder = Files.split(Files.split(Files.split(Array(#filePath.utf8)).folder).folder).folder

    static func path(_ name: String) -> String { String(decoding: Files.join(folder, name), as: UTF8.self) }
}
