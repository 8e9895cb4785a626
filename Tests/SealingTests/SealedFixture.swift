/// One object of format version 0, made by an independent implementation: kept for ever.
enum SealedFixture {
    static let object =
        "434253300004020d000000070000000000000013e5ba88b7dc6197fddba32df7345884f91dc6d290749e88f520660a64"
        + "74456e28fc676a180aab760a41b9855dcd843441d3fbd68da678ede4e7008f27cb607d910f95c2"
    static let reference =
        "0002c28ff10067232a2036d50811f0e2b001f6c41285521ca1d8c66e241c15b06a0180ee9810aa66a4a61f7bfc1a56b4"
        + "a602a7a3482f2484e2701603543fc08f9edd1307"
    static let cid = "bafkreigcr7yqazzdfiqdnviichyofmab63cbfbksdsq5rrtoeqoblmdkae"
    /// The CID of the chunk that holds 300,000 bytes, byte i being i modulo 251.
    static let longCID = "bafybeiafo62p5g7sszdjqjkuxkzfijvbkoas7hcydccuh4jerigu7jyfuq"
}
