package import Core

extension CID {
    /// The same content in version 1.
    package var asVersion1: CID { CID(codec: codec, multihash: multihash) }

    /// The CID with another codec, in another version, or both; throws `.invalid` with the reason why there is none.
    ///
    /// The content is not looked at: a codec that it does not have makes a CID that nobody can read. Without a version
    /// the CID keeps its own, unless the codec needs version 1.
    package func converted(to version: Version? = nil, codec: Codec? = nil) throws(Failure) -> CID {
        let codec = codec ?? self.codec
        switch version ?? (codec == .dagPB ? self.version : .v1) {
        case .v1: return CID(codec: codec, multihash: multihash)
        case .v0:
            guard codec == .dagPB else {
                throw Failure(.invalid, "\(self) has no version 0: the codec is \(codec), not dag-pb")
            }
            guard multihash.code == Multihash.sha256 else {
                let name = HashName.text(ofCode: multihash.code)
                throw Failure(.invalid, "\(self) has no version 0: the hash function is \(name), not sha2-256")
            }
            guard let digest = multihash.sha256Digest else {
                throw Failure(.invalid, "\(self) has no version 0: its digest is not whole")
            }
            return CID(version0: digest)
        }
    }

    /// The text in a base that was asked for by name; throws `.invalid` where `text(in:)` would take another one.
    package func text(only base: Multibase) throws(Failure) -> String {
        guard version == .v1 || base == .base58btc else {
            throw Failure(
                .invalid, "\(self) cannot be written in \(base.name): version 0 has base58btc alone",
                advice: "convert it to version 1")
        }
        return text(in: base)
    }

    /// What a CID is made of, for people: `base32 - cidv1 - raw - (sha2-256 : 256 : 6E6F…)`.
    package func summary(in base: Multibase) -> String {
        let base = version == .v0 ? Multibase.base58btc : base
        let function = HashName.text(ofCode: multihash.code)
        let digest = Multibase.base16Upper.encodeWithoutPrefix(multihash.digest)
        return "\(base.name) - cidv\(version.rawValue) - \(codec) - "
            + "(\(function) : \(multihash.digest.count * 8) : \(digest))"
    }
}
