/// Texts of one CID in two forms, and texts that are none.
enum CIDVectors {
    struct Conversion: Sendable {
        let from: String
        let base: String
        let codec: String?
        let cid: String
    }

    static let conversions = [
        Conversion(
            from: "QmS4ustL54uo8FzR9455qaxZwuMiUhyvMcX9Ba8nUH4uVv", base: "base32", codec: nil,
            cid: "bafybeibxm2nsadl3fnxv2sxcxmxaco2jl53wpeorjdzidjwf5aqdg7wa6u"),
        Conversion(
            from: "QmS4ustL54uo8FzR9455qaxZwuMiUhyvMcX9Ba8nUH4uVv", base: "base58btc", codec: nil,
            cid: "zdj7WZAAFKPvYPPzyJLso2hhxo8a7ZACFQ4DvvfrNXTHidofr"),
        Conversion(
            from: "zdj7WgefqQm5HogBQ2bckZuTYYDarRTUZi51GYCnerHD2G86j", base: "base32", codec: nil,
            cid: "bafybeifgwyq5gs4l2mru5klgwjfmftjvkmbyyjurbupuz2bst7mhmg2hwa"),
        Conversion(
            from: "uAXASIDsp4T3Wnd6kXFOQaljH3GFK_ixkjMtVhB9VOBrPK3bp", base: "base64url", codec: nil,
            cid: "uAXASIDsp4T3Wnd6kXFOQaljH3GFK_ixkjMtVhB9VOBrPK3bp"),
        Conversion(
            from: "QmYNmQKp6SuaVrpgWRsPTgCQCnpxUYGq76YEKBXuj2N4H6", base: "base32", codec: "dag-pb",
            cid: "bafybeievd6mwe6vcwnkwo3eizs3h7w3a34opszbyfxziqdxguhjw7imdve"),
        Conversion(
            from: "QmYNmQKp6SuaVrpgWRsPTgCQCnpxUYGq76YEKBXuj2N4H6", base: "base32", codec: "raw",
            cid: "bafkreievd6mwe6vcwnkwo3eizs3h7w3a34opszbyfxziqdxguhjw7imdve"),
        Conversion(
            from: "QmYNmQKp6SuaVrpgWRsPTgCQCnpxUYGq76YEKBXuj2N4H6", base: "base32", codec: "dag-cbor",
            cid: "bafyreievd6mwe6vcwnkwo3eizs3h7w3a34opszbyfxziqdxguhjw7imdve"),
        Conversion(
            from: "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d", base: "base36", codec: "libp2p-key",
            cid: "k51qzi5uqu5dk3v4rmjber23h16xnr23bsggmqqil9z2gduiis5se8dht36dam"),
        Conversion(
            from: "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d", base: "base36", codec: "dag-pb",
            cid: "k50rm9yjlt0jey4fqg6wafvqprktgbkpgkqdg27tpqje6iimzxewnhvtin9hhq"),
        Conversion(
            from: "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3", base: "base36", codec: "libp2p-key",
            cid: "k2k4r8m7xvggw5pxxk3abrkwyer625hg01hfyggrai7lk1m63fuihi7w"),
        Conversion(
            from: "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3", base: "base36", codec: "dag-pb",
            cid: "k2jmtxu61bnhrtj301lw7zizknztocdbeqhxgv76l2q9t36fn9jbzipo"),
        Conversion(
            from: "12D3KooWRBy97UB99e3J6hiPesre1MZeuNQvfan4gBziswrRJsNK", base: "base36", codec: "libp2p-key",
            cid: "k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8"),
    ]

    struct Block: Sendable {
        let bytes: String
        let codec: String
        let isIdentity: Bool
        let cid: String
    }

    static let blocks = [
        Block(
            bytes: "", codec: "raw", isIdentity: true,
            cid: "bafkqaaa"),
        Block(
            bytes: "0a020801", codec: "dag-pb", isIdentity: true,
            cid: "bafyaabakaieac"),
        Block(
            bytes: "6a6b4439386a6b44393735686b44380a", codec: "raw", isIdentity: true,
            cid: "bafkqaedknncdsodknncdsnzvnbvuioak"),
        Block(
            bytes: "68656c6c6f0a", codec: "raw", isIdentity: true,
            cid: "bafkqabtimvwgy3yk"),
        Block(
            bytes: "74657374", codec: "raw", isIdentity: false,
            cid: "bafkreie7q3iidccmpvszul7kudcvvuavuo7u6gzlbobczuk5nqk3b4akba"),
        Block(
            bytes: "12240a2212207521fe19c374a97759226dc5c0c8e674e73950e81b211f7dd3b6b30883a08a51", codec: "dag-pb",
            isIdentity: false,
            cid: "bafybeihyivpglm6o6wrafbe36fp5l67abmewk7i2eob5wacdbhz7as5obe"),
        Block(
            bytes: "0a050001020304", codec: "dag-pb", isIdentity: false,
            cid: "bafybeibazl2z4vqp2tmwcfag6wirmtpnomxknqcgrauj7m2yisrz3qjbom"),
        Block(
            bytes: "0a00", codec: "dag-pb", isIdentity: false,
            cid: "bafybeiaqfni3s5s2k2r6rgpxz4hohdsskh44ka5tk6ztbjerqpvxwfkwaq"),
        Block(
            bytes: "120b0a09015500050001020304", codec: "dag-pb", isIdentity: false,
            cid: "bafybeia53f5n75ituvc3yupuf7tdnxf6fqetrmo2alc6g6iljkmk7ys5mm"),
        Block(
            bytes: "12160a090155000500010203041209736f6d65206e616d65", codec: "dag-pb", isIdentity: false,
            cid: "bafybeifq4hcxma3kjljrpxtunnljtc6tvbkgsy3vldyfpfbx2lij76niyu"),
        Block(
            bytes: "120d0a090155000500010203041200", codec: "dag-pb", isIdentity: false,
            cid: "bafybeie7fstnkm4yshfwnmpp7d3mlh4f4okmk7a54d6c3ffr755q7qzk44"),
        Block(
            bytes: "12140a0901550005000102030418ffffffffffffff0f", codec: "dag-pb", isIdentity: false,
            cid: "bafybeiezymjvhwfuharanxmzxwuomzjjuzqjewjolr4phaiyp6l7qfwo64"),
        Block(
            bytes: "120d0a090155000500010203041800", codec: "dag-pb", isIdentity: false,
            cid: "bafybeichjs5otecmbvwh5azdr4jc45mp2qcofh2fr54wjdxhz4znahod2i"),
        Block(
            bytes: "0a03010203", codec: "dag-pb", isIdentity: false,
            cid: "bafybeia2qk4u55f2qj7zimmtpulejgz7urp7rzs44cvledcaj42gltkk3u"),
        Block(
            bytes: "120b0a0901550005000102030412100a09015500050001020304120362617212100a0901550005000102030412"
                + "03666f6f", codec: "dag-pb", isIdentity: false,
            cid: "bafybeiahfgovhod2uvww72vwdgatl5r6qkoeegg7at2bghiokupfphqcku"),
        Block(
            bytes: "120b0a09015500050001020304120e0a09015500050001020304120161120e0a09015500050001020304120161",
            codec: "dag-pb", isIdentity: false,
            cid: "bafybeidrg2f6slbv4yzydqtgmsi2vzojajnt7iufcreynfpxndca4z5twm"),
        Block(
            bytes: "120e0a09015500050001020304120161120e0a09015500050001020304120161", codec: "dag-pb",
            isIdentity: false,
            cid: "bafybeieube7zxmzoc5bgttub2aqofi6xdzimv5munkjseeqccn36a6v6j4"),
    ]

    static let accepted = [
        "bafkqbaabijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqsci"
            + "jbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijbeeqscijb"
            + "eeqscijbeeqscijbeeqscijbeeqscijbee"
    ]

    static let refused = [
        "bafkqbaibifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbi"
            + "faucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifaucqkbifa"
            + "ucqkbifaucqkbifaucqkbifaucqkbifaucqi",
        "zQmS4ustL54uo8FzR9455qaxZwuMiUhyvMcX9Ba8nUH4uVv",
    ]
}
