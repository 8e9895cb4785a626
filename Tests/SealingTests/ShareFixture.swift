/// A share of format version 1, made by an independent implementation: kept for ever.
///
/// A file `résumé.txt` of 12,345,678 bytes by a list of depth 1; made at 1790000000.25, expires at 1800000000; with a
/// field 9 of a later version. The reference has the digest 32 × 0x11, the key 32 × 0x22, 5,000,000 bytes, epoch 1.
enum ShareFixture {
    static let link =
        "cbstore://bafkreiajg32wswe76xwcdnroidid23dd3vgzpmpqnjejf5mac6dozwm5bm#QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8"
    static let object =
        "636273740107000dffffffff00000000000000855c7a474aeaa42b3bd2e2d002f29be761fef58a9baf9952149c98d064"
        + "d51b4d4c2265ab516e7bcd31f4ff1fa492606192f99cd441fde2026115da1296ae77375d598c29e2b2be63f737bf75fa"
        + "6faeee497912c8d951e867479811a542060a1f2c54a0c5445d7b45e0c590dca9b67c30fef7cced4ac6b8dd909938bd46"
        + "686cb9d2883b1d525dbf29e1d7a838b5c39a71b77f04fd18de2d53fb5a58e5ab59792752883195c652717ebe6943a94b"
        + "b0391a6a01069687f5"
}
