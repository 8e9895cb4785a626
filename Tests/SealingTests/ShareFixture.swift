/// A share of format version 0, made by an independent implementation: kept for ever.
///
/// A file `résumé.txt` of 12,345,678 bytes by a list of depth 1; made at 1790000000.25, expires at 1800000000; with a
/// field 9 of a later version. The reference has the digest 32 × 0x11, the key 32 × 0x22, 5,000,000 bytes, epoch 1.
enum ShareFixture {
    static let link =
        "cbstore://bafkreigbqsw5x3peoapwkysk4t3kzmga5d35t6iq37o7ayju75cc4citdm#QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8"
    static let object =
        "434253300007000dffffffff00000000000000805fe05b729464aeff91a049e97ecbbf4cbe3be9d0ae58def589fa21b9"
        + "69d7304cf5176590f639fc7ce106d4e7c18b8a2fde9029e3806d8c762720eed5c42ba12083d28f60f1db8ab3eff2ba19"
        + "2926e1b8e53c59c76a68447947add049995d9dedb16d9ff2aaee783a1330b1938ebabeb9eb758532d0aaabdef89d73aa"
        + "f682691ab8d45ebf09de9ac049d0b9496a7580e4063147749c7dc99e2fbdd7c9bbc2a59074dd3e98bb0ec672a8646cd3"
        + "c789be24"
}
