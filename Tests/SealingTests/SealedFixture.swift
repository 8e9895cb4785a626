import Core
import Primitives

/// Objects of format version 0, made by an independent implementation of its description: kept for ever.
enum SealedFixture {
    struct Object {
        let sealed: String
        let reference: String
        let cid: String
    }

    /// A commit whose body is "The quick brown fox".
    static let plain = Object(
        sealed:
            "434253300004000d0000000700000000000000137e7a12fd32bc8a26c02507ea15ea8d7114766f827bc4f211adf35f50b67e"
            + "03e9a79c2d40bb14fdf2b6034c800e5fa40dc02f905824aa2d407d5cc4ed313f1f5525b911",
        reference:
            "0000f565a382e557eb016922a1572e5d6e08ced0890f804d095e94c59bd9abf5e655df50baae53121a2f59cb27784a6f2097"
            + "a636c04d190d8f17d1baf33273f0618c1307",
        cid: "bafkreihvmwryfzkx5mawsivbk4xf23qiz3iisd4ajuev5fgftpm2x5pgku")

    /// The same, padded.
    static let padded = Object(
        sealed:
            "434253300004020d000000070000000000000100890e9d2cb97877290ecba38064a4cc59e2deea7b15ac50cdc5883a7c4561"
            + "cc9e61c84cf281d45840f750d8d36638108eaf3438a6bfee5fedc6952871a4dd8b1772a16760e8a53fee5171bade9a8579af"
            + "75f339e99c4523e93059fd23e438b260990a48b4aa290a3911b2481751edd122467ffe526de6f31ca8bf0e42b852d0bb4cbb"
            + "8daa865bea9d51e76e561182d4064681b952940df9e868c9ca2048ded43aaba3ea8e4e236bfd2b1d3cf7302054dc6e9e842f"
            + "0dda0779fbb5e19798a01dcaf649424d09d3d1da48a2e1b9cf8e1372719a735dce4adb987a76ef35e81cbefd285446553fe6"
            + "3b831f8fd76230cce48ce2801f52c43f362b74a9551731272218a4c0f824f8f991c2e370a44f9004add5a356ade7573eaae6"
            + "af094d2cead76555537ad894cb64a1b25f300f5731d58e55",
        reference:
            "0002c3f6ec3d28dfd772ba7612aca52fd6c3a92eec2c31d231890e4f9787616dc277d277dd124b5feea0250f8be58996cee4"
            + "55d5221af1f9b281613024ae25a10e5c80020713",
        cid: "bafkreigd63wd2kg725zlu5qsvsss7vwdvexoylbr2iyysdsps6dwc3oco4")

    /// A chunk of two groups, of which the second is stored as it is.
    static let compressed = Object(
        sealed:
            "434253300001010d0000000700000000000002119da15848597b5a0d2b0eb589dbdb35d8837a239f05c8299e8acf564da63e"
            + "be6a46176df01eeecfe1d897241b1bd0f390e5725b95699328e39b1ae9991b9f0d208be467c4f237b7d6a277bf480427d482"
            + "083cae288c3d09f37a71119c5c7e1b1daeeb84746fd1653bb6cb96163f41aba22fb56ca9bd0f481659978ca3c807b4debe64"
            + "28365d232658a34102cfbcbb8c81cbd5df22d913fc621edca75c244ea4f66a05f769f1f49e9c1feb1c316b0320eef09bd631"
            + "c7208a5b5344b49bc0e4ef5998d02c9f8d2d1df40821fd51074657bd4a6fe4d0b82226b64212700fe6c802165a61ca53304a"
            + "c04536a30710a34f6cf0b4fdfcef1dba38d9cc79439d65b20489f023625de9e937efb2c7f12eb52c46fc899964fc87d57737"
            + "e2b5c11f12b7c39f0628c4f6663497d088b69ed6e02f2d5b8b7e81ee613fe50326c4eafb1be4eb47d08f37f295355baf43ff"
            + "64409075481035c38881c1ee2f688732cff4fa0a345d3633ed521626ac274c6edd56096ff1ef4db17cccc35906c6d57c2e9a"
            + "dc4fc658db41159d90f5302ae263c331e9aae94401c9e45e763b15c0d591fae1e743ff4251f9c87c9467eadeb1b5acf318d7"
            + "a054c3392f89bb789d0b9668b5f00907a8fbb122470902aa33960e7ed546a85f26a2193e1a4c1a98011441d623438994f6a4"
            + "d349d542ae7a65e3647442778401b76b9db120c4cbed7df2873e4276f3fa1b7cde08fb0518abc31c7a204e176874a57b7ecb"
            + "58646332fea59287d0f785304becc0c8892d511924f26184321638cfe16bd65fb454c80895325fb2d60d0683938a0b",
        reference:
            "00014c8d918c9017a31e5bec39ecf54a002576bc7b23b6d8ebb823438517d2fce774df11cc0b66ca092a97baf42ce462071c"
            + "b9ce657429f2cb99f32235d7ed0df9f7910407e48004",
        cid: "bafkreicmrwiyzeaxumpfx3bz5t2uuabfo26hwi5w3dv3qi2dqul5f7hhoq")

    /// The same chunk, padded as well.
    static let compressedAndPadded = Object(
        sealed:
            "434253300001030d00000007000000000000022056cdbf5b2437d8ff1fc6ba8f1d0ac92e0a6b769d69466aa7b3d55981c9f8"
            + "30e993501e93cc197c293750a8fcacc25de7905407de13f321768e9c656477f1114303c697610c99de78f574b4ff95b49f91"
            + "a200fd4cc13bfbb1b46534ee1c1d1af48a43ac67de2724561c566dbef3dd49022381fdcf5d2a3bbee1c4b43c285c8c87cdac"
            + "dc891fe48ccabe9dab1aeedb8dc1c043d0c9e024bc6a43035a63701f28acdf96537fd18eb94d63571f338e0077a317dbb77d"
            + "76e68ae01e2c003970c662175b152145bd8edeb01a9b31a974863819c07c54e904e2beced6b2a357422fe100345c051cf3f6"
            + "95d30da5abc01b4ba0c9636d8051a4c89404a12153b8917f04c5f2f662f3e05c5495ee56ef8be9ffe0a808f72b8ca63a78ff"
            + "d1b4089e14d6cc5137c9631d4f4b0a20b05b0154a0884b6427544704f091a75abc45f66138c3ea976af4d42150ec318a4950"
            + "db12a784d68ed2bee6791f2d39d38797b4fed0f535afaab51cb174afa823876584cc393913d6a61be7b3d1ffc24687654ad8"
            + "66ff7717b967c76df9eb9e6d9a1d10a0aac2ca1cfb15c967d8502bf11cd36633c427e4e01ac13a231b8fe47df68e707c9b00"
            + "b7db80d35db3dff328fc644959349f54d740d3e6b98990740a4c1cb723cb4c8619cc2982ff221b9d79cace42c2d946767670"
            + "a44bdbffe97b61a1f55b3ce910cee3b0712a62bc413d24298c155525a60c4ec79de0102777b4b14ead14bb97708d05e18fed"
            + "31af048091f26b9a2de96a005d6f04b46a59233e13cc8b088c6742ff5209db3e16ae7b83f9f81de5c1e1a417a77ca33d6233"
            + "cf78f95efc10d232d7789bbb",
        reference:
            "0003dfc35667b663515283386078b2d3d9ee22afee05eb938707a48795f2eb87a04777b838c2670c4e0bf68cc365031c9351"
            + "0f452ff89c0e73e09eb238edbb6fd06da00407e48004",
        cid: "bafkreig7ynlgpntdkfjigodapcznhwpoekx64bplsodqpjehsxzoxb5ai4")

    /// The content of the chunks.
    static let chunkContent: [UInt8] =
        (0..<65536).map { UInt8(truncatingIfNeeded: $0 / 97) }
        + (0..<4).flatMap { SHA256.digest(of: [$0]).bytes }.prefix(100)
    /// The CID of the chunk that holds 300,000 bytes, byte i being i modulo 251.
    static let longCID = "bafybeiafo62p5g7sszdjqjkuxkzfijvbkoas7hcydccuh4jerigu7jyfuq"
}
