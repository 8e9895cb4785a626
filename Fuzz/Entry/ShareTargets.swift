internal import ContentAddressing
internal import Core
internal import Primitives
internal import Sealing
internal import StorageSupport

extension FuzzTarget {
    /// Links to shares, and manifests that are authentic whatever they hold.
    static let share = FuzzTarget("share", longestInput: 1024, [{ shareLink }, { shareManifest }])

    private static let shareSecret = EpochSecret(
        number: EpochSecret.shareNumber, secret: SecretBytes(copying: [UInt8](repeating: 6, count: 32)))

    private static func manifest(_ random: inout SeededRandom) throws -> ShareManifest {
        let (root, size) = (reference(&random), random.anyNumber() >> 1)
        let content: ShareManifest.Content =
            switch random.below(3) {
            case 0: .chunk(root)
            case 1: .list(root, depth: random.below(8), size: size)
            default: .tree(root)
            }
        return try ShareManifest(
            name: random.name(), content: content, created: random.time(),
            expires: random.chance() ? random.time() : nil)
    }

    private static var shareLink: Part {
        Part { random in
            Array(try manifest(&random).seal().link.text.utf8)
        } check: { input in
            let link = try ShareLink(parsing: try accepted(String(validating: input, as: UTF8.self)))
            try require(Array(link.text.utf8) == input, "two texts are one link")
            try require(!"\(link)".utf8.contains(UInt8(ascii: "#")), "a link prints its secret")
        }
    }

    private static var shareManifest: Part {
        Part { random in
            let sealed = try manifest(&random).seal()
            let text = sealed.link.text
            let secret = try Multibase.base64url.decodeWithoutPrefix(String(text.suffix(43)))
            let epoch = EpochSecret(number: EpochSecret.shareNumber, secret: SecretBytes(copying: secret))
            return try accepted(ForgedObject.body(of: sealed.object, epoch))
        } check: { input in
            let forged = try accepted(ForgedObject(input, .share, [], shareSecret))
            let secret = Multibase.base64url.encodeWithoutPrefix(shareSecret.secret.copy())
            let link = try certainly("a link cannot be made") {
                try ShareLink(parsing: "cbstore://\(ObjectCID.cid(of: forged.bytes))#\(secret)")
            }
            let manifest = try ShareManifest(opening: forged.bytes, with: link)
            let again = manifest.seal()
            try require(
                (try? ShareManifest(opening: again.object.bytes, with: again.link)) == manifest, "a share changes")
            try require(manifest.name.isComponent, "a share has the name of no file")
        }
    }

    /// What CipherBox's apps and its server hand out.
    static let cipherBox = FuzzTarget("cipherbox", [{ envelope }, { ecies }, { boxVault }])

    private static let boxKey = SecretBytes(copying: [UInt8](repeating: 3, count: 32))

    private static var envelope: Part {
        Part { random in
            try CipherBoxSealed(sealing: random.someBytes(), key: boxKey, iv: random.bytes(12)).envelope
        } check: { input in
            let sealed = try CipherBoxSealed(envelope: input)
            try require((try? CipherBoxSealed(envelope: sealed.envelope)) == sealed, "an envelope changes")
            try require((try? CipherBoxSealed(bytes: sealed.bytes)) == sealed, "a blob changes")
            _ = try? sealed.open(boxKey)
        }
    }

    private static var ecies: Part {
        Part { random in
            let publicKey = try Secp256k1.publicKey(of: boxKey)
            return try ECIESMessage(sealing: SecretBytes(copying: random.someBytes()), to: publicKey).bytes
        } check: { input in
            let message = try ECIESMessage(bytes: input)
            try require((try? ECIESMessage(hex: message.hex)) == message, "a message changes as text")
            _ = try message.open(with: boxKey)
        }
    }

    private static var boxVault: Part {
        Part { random in
            let publicKey = try Secp256k1.publicKey(of: boxKey)
            let wrapped = try ECIESMessage(sealing: boxKey, to: publicKey).hex
            let name = try CID.name(ofEd25519Key: random.bytes(32)).nameText
            let json: JSON = [
                "encryptedRootFolderKey": JSON(wrapped), "encryptedRootIpnsPrivateKey": JSON(wrapped),
                "rootIpnsName": JSON(name),
            ]
            return json.bytes()
        } check: { input in
            let vault = try CipherBoxVault(json: try JSON(parsing: input))
            try require((try? CipherBoxVault(json: .object(vault.fields))) == vault, "a vault changes")
        }
    }
}
