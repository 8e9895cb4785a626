internal import ContentAddressing
package import Core

/// `cbstore cid convert`.
package enum CidConvertCommand: Command {
    package static let description = CommandDescription(
        "convert", "Write CIDs in another version, base or codec",
        discussion: """
            The content stays what it is: another codec only says that it is to be read in another way. Version 0 is
            dag-pb, sha2-256 and base58btc; any other base makes version 1 of it. What was version 0 comes out in base32
            when no base is given, anything else in the base that it had.
            """,
        group: .content,
        arguments: [.init("cid", "CIDs in any version and base.", count: .oneOrMore)],
        options: [
            .value("version", "n", "Write version 0 or 1.", completes: .choices(["0", "1"])),
            .value("base", "name", "Write this base.", completes: .choices(Multibase.allCases.map(\.name))),
            .value("codec", "name", "Put this codec in, such as raw, dag-pb, dag-cbor or libp2p-key."),
        ],
        examples: [
            .init("cbstore cid convert --version 1 QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH", "In base32."),
            .init(
                "cbstore cid convert --base base36 bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
                "For a host name."),
        ],
        exitStatus: [
            .init(1, "It is not a CID, or has no such form."), .init(2, "Some of them could not be converted."),
        ],
        usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let version = try arguments.text("version").map { $0 == "0" ? CID.Version.v0 : .v1 }
        let base = try arguments.text("base").flatMap { Multibase(named: $0) }
        let codec = try codec(arguments)
        guard version != nil || base != nil || codec != nil else {
            throw arguments.usage("nothing to convert to; give --version, --base or --codec")
        }
        if version == .v0, base ?? .base58btc != .base58btc || codec ?? .dagPB != .dagPB {
            throw arguments.usage("version 0 is always dag-pb in base58btc")
        }
        return try EachWord(arguments.arguments("cid"), console).run { word throws(Failure) in
            let (cid, ownBase) = try CID.read(word: word)
            // Version 0 can be written in one base only, so who asks for another one wants version 1.
            let needsVersion1 = base ?? .base58btc != .base58btc
            let converted = try cid.converted(to: version ?? (needsVersion1 ? .v1 : nil), codec: codec)
            let text = converted.text(in: base ?? (cid.version == .v0 ? .base32 : ownBase))
            guard arguments.wantsJSON else { return try console.line(text) }
            try console.json(["from": JSON(Name(word).escaped), "cid": JSON(text)])
        }
    }

    private static func codec(_ arguments: ParsedArguments) throws(Failure) -> Codec? {
        guard let name = try arguments.text("codec") else { return nil }
        guard let codec = Codec(named: name) else {
            throw arguments.usage("no codec is called '\(Name(name).escaped)' here")
        }
        return codec
    }
}
