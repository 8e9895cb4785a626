internal import ContentAddressing
internal import Core
internal import Naming
internal import Primitives
internal import StorageSupport

extension FuzzTarget {
    private static let nameKey = Ed25519.SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 7, count: 32)))
    private static let signaturePrefix = Array("ipns-signature:".utf8)

    /// A record as a stranger hands it out.
    static let nameRecord = FuzzTarget("name-record") { random in
        NameRecord.signed(
            value: random.someText(200), sequence: random.anyNumber(), validUntil: random.writableTime(),
            timeToLive: .nanoseconds(Int64(random.anyNumber() >> 1)), by: nameKey
        ).bytes
    } check: { input in
        let claim = NameRecord.claim(in: input)
        let record = try NameRecord.read(input, for: try IPNSName(ed25519: nameKey.publicKey))
        try require(record.bytes == input, "a record's bytes change")
        try require(claim?.value.utf8.elementsEqual(record.value.utf8) == true, "a record does not claim what it says")
        try require(claim?.sequence == record.sequence, "a record does not claim what it says")
    }

    /// A record whose signature is right, whatever it covers: random bytes never come past the signature.
    static let signedRecord = FuzzTarget("signed-record") { random in
        let validity = Array(random.writableTime().nanosecondText.utf8)
        let value = Array(random.someText(40).utf8)
        return [1, UInt8(value.count)] + value + [UInt8(validity.count)] + validity + [0] + random.bytes(8)
            + [0] + random.bytes(7) + [0]
    } check: { input in
        var parts = InputParts(input)
        let form = parts.byte()
        let data: [UInt8]
        var extra: [UInt8] = []
        if form & 1 == 0 {
            data = parts.remainder()
        } else {
            var map: DagCBOR.Map = ["Value": .bytes(parts.piece()), "Validity": .bytes(parts.piece())]
            map["ValidityType"] = .unsigned(parts.number(1))
            map["Sequence"] = .unsigned(parts.number(8))
            map["TTL"] = .unsigned(parts.number(8))
            map[String(decoding: parts.piece(), as: UTF8.self)] = .unsigned(0)
            data = DagCBOR.map(map).encoded
            extra = parts.remainder()
        }
        let signature = nameKey.sign(signaturePrefix + data)
        let bytes =
            NameRecord.assembled(
                signatureV2: signature, data: data, publicKey: form & 2 == 0 ? nil : nameKey.publicKey) + extra
        let name = try IPNSName(ed25519: nameKey.publicKey)
        let record = try NameRecord.read(bytes, for: name)
        let said = try certainly("a record's data are no map") { try accepted(try DagCBOR(decoding: data).asMap) }
        try require(said["Value"]?.asBytes == Array(record.value.utf8), "a record's value is not what was signed")
        try require(said["Sequence"]?.asUnsigned == record.sequence, "a record's sequence is not what was signed")
        try require(record.timeToLive >= .zero, "a record's time to live is negative")
        let other = try IPNSName(ed25519: [UInt8](repeating: 1, count: 32))
        try require((try? NameRecord.read(bytes, for: other)) == nil, "a record counts for another name")
    }

    /// The texts that name keys, content and domains.
    static let name = FuzzTarget("name", longestInput: 600, [{ keyName }, { contentPath }, { domain }])

    private static func string(_ input: [UInt8]) throws -> String {
        try accepted(String(validating: input, as: UTF8.self))
    }

    private static var keyName: Part {
        Part { random in
            let name = try IPNSName(ed25519: random.bytes(32))
            return Array(["", "/ipns/", "ipns://"][random.below(3)].utf8) + Array(name.text.utf8)
        } check: { input in
            let name = try IPNSName(string(input))
            try require((try? IPNSName(name.text)) == name, "a name changes as text")
        }
    }

    private static var contentPath: Part {
        Part { random in
            let path = ContentPath(.content(anyCID(&random)), rest: random.chance() ? "/a" : "")
            return Array((random.chance() ? "dnslink=" : "").utf8) + Array(path.description.utf8)
        } check: { input in
            let domain = try DomainName("example.org")
            let text = try string(input)
            let path: ContentPath
            if text.hasPrefix("dnslink=") {
                path = try DNSLink.value(in: [input, Array("v=spf1".utf8)], of: domain)
            } else {
                path = try ContentPath(text)
            }
            // Another form of a CID may be the longer one.
            guard path.description.utf8.count <= NameLimits.valueBytes else { return }
            try require((try? ContentPath(path.description)) == path, "a path changes as text")
        }
    }

    private static var domain: Part {
        Part { random in
            Array(
                "\(["en", "a-b", "_dnslink"][random.below(3)]).wikipedia-on-ipfs.Org\(random.chance() ? "." : "")".utf8)
        } check: { input in
            let text = try string(input)
            if let domain = try? DomainName(inlined: text) {
                try require(
                    domain.inlined?.utf8.elementsEqual(text.lowercased().utf8) == true, "two labels are one domain")
            }
            let domain = try DomainName(text)
            try require((try? DomainName(domain.text)) == domain, "a domain changes as text")
            if let label = domain.inlined {
                try require((try? DomainName(inlined: label)) == domain, "a domain changes as a label")
            }
        }
    }

    /// Private keys as others write them.
    static let privateKey = FuzzTarget("private-key", longestInput: 1024) { random in
        let key = Ed25519.SigningKey(seed: SecretBytes(copying: random.bytes(32)))
        return PrivateKeyFile.write(key, as: PrivateKeyFile.Format.allCases[random.below(2)]).copy()
    } check: { input in
        let (key, format) = try PrivateKeyFile.read(input)
        let written = PrivateKeyFile.write(key, as: format).copy()
        let again = try certainly("a key that was written is not read") { try PrivateKeyFile.read(written) }
        try require(again.key.seed == key.seed && again.format == format, "a key changes when it is written")
    }
}
