internal import Core
internal import Storage
internal import Vaults
struct RemoteOpening {
    let arguments: ParsedArguments
    let console: Console
    let home: Home
    func remote(of folder: VaultFolder) throws(Failure) -> Remote? { nil }
}
