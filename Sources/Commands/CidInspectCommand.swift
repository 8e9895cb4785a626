internal import ContentAddressing
package import Core

/// `cbstore cid inspect`.
package enum CidInspectCommand: Command {
    package static let description = CommandDescription(
        "inspect", "Show what CIDs are made of",
        discussion: """
            Per CID: the base it is written in, its version, the codec of the content, and the hash function with the
            bits and the bytes of the digest.
            """,
        group: .content,
        arguments: [.init("cid", "CIDs in any version and base.", count: .oneOrMore)],
        examples: [
            .init("cbstore cid inspect bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", "One CID."),
            .init("cbstore cid inspect --json QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH", "For a script."),
        ],
        exitStatus: [.init(1, "It is not a CID."), .init(2, "Some of them are not CIDs.")],
        usesVault: false)

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        try EachWord(arguments.arguments("cid"), console).run { word throws(Failure) in
            let (cid, base) = try CID.read(word: word)
            guard arguments.wantsJSON else {
                return try console.line("\(Name(word).escaped)  \(cid.summary(in: base))")
            }
            try console.json([
                "cid": JSON(Name(word).escaped), "version": JSON(cid.version.rawValue), "base": JSON(base.name),
                "codec": JSON(cid.codec.description), "hash": JSON(HashName.text(ofCode: cid.multihash.code)),
                "bits": JSON(cid.multihash.digest.count * 8), "digest": JSON(Hex.encode(cid.multihash.digest)),
            ])
        }
    }
}

extension CID {
    /// The CID in a word of the command line, and the base that it is written in.
    static func read(word: [UInt8]) throws(Failure) -> (cid: CID, base: Multibase) {
        guard let text = Name(word).string else { throw Failure(.invalid, "\(Name(word).escaped) is not a CID") }
        return try read(text)
    }
}
