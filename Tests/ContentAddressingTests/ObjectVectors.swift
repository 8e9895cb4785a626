/// CIDs of objects around every boundary, computed by an independent implementation.
enum ObjectVectors {
    static let seed = "object-seed"

    static let all: [(count: Int, cid: String)] = [
        (0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
        (1, "bafkreiae23amsrtrnkwist6bmuzygvb2sh5kwyatalhqcfqhzaxqmmcgke"),
        (262143, "bafkreiek5rvzmuf7am4xlf2axvmxtttut22qljusn4jlon2vofuuamalda"),
        (262144, "bafkreiho3v7mle6g5n3e4p4czdqf4velzt56pb67df7bp5fuiyyvyx7ybu"),
        (262145, "bafybeibd6itlwcl6p575ordlvgf7tbqvcbw3yyijhdz2jg2kjgbtibf42e"),
        (524288, "bafybeib2yez7owshd5bgbtphhcrs75mqf32m6456gmh2obmz5lao47ahsy"),
        (524289, "bafybeidbfqdwfjde3bdiw6vcmez5iy34t77jy4xirbukmp7wzees6a5w4e"),
        (45613055, "bafybeieovsmf2ij3vem23h5l6o7zbyvo2qn2wkm5z5w4y7tbscvbwlplba"),
        (45613056, "bafybeibgwzwanta64lsfrnt3nj2p7linea7mnfrihtukj7b34f4xqpuewm"),
        (45613057, "bafybeiezokxfbx4m65mormrleown2abxqosozzehovgagk3pt5cjahpsny"),
        (45875207, "bafybeic3hzy7bksrsascthbpvsa3lzvls6r5x7c6kol7objedqbvms5xiy"),
    ]

    /// Files of the bytes 0, 1, 2 … in chunks of one byte, so that few bytes make many levels.
    static let deep: [(width: Int, count: Int, cid: String)] = [
        (2, 1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"),
        (2, 2, "bafybeif5uiwwtcp4lhepsst74pn5orww7ih6bbt7thh7qatkbav4skkvui"),
        (2, 3, "bafybeigpgqb7xsccbge2ns342xiqg4n2hm74gdqujozgjcuiavrcttonnu"),
        (2, 4, "bafybeifm6xd3zewnzhmzsbzmq654bribd7gulzoqzikvhqdqhczvigcwju"),
        (2, 5, "bafybeicadlxgx7xh6fkbrn4hxhhjksh7cffdss7vvhpxtxnbh76gs5w2ny"),
        (2, 8, "bafybeigw2mknk7mgqaxiuqmkuxgp3f3fcsfqgydue22ppzuicu6hyf67gy"),
        (2, 9, "bafybeigun25ktpo2f4zutphoy5xopkvnqokntpw6u34fjhz3k4em2apc74"),
        (2, 10, "bafybeigsy7oek7j3zuqdqnhof76fsycr5nu755mrdpjnvtxlbt75ub2lzi"),
        (2, 27, "bafybeibcqxi3etdzpz6ooxoftr4ovfn4bdhyhgphgcaxddvlu65gmnnxqa"),
        (2, 28, "bafybeihi3ytcl5zjnswwum75wno7u6lvsjuzdhcoiogd3b3f544dkbkilm"),
        (2, 81, "bafybeicnuqhtn32vbea424ccl53hflpw2wvqu4yi6kgrxstdc6ksxuk6rq"),
        (2, 82, "bafybeicsdbvejva53ldqhknrzcr7wpoqhlmfwzrrbyoxzhvkyl4nu3tczm"),
        (2, 100, "bafybeiaafw5hhcvt5ofp3okx45sbscrnafdbtyzkvu5mktv7w444uarala"),
        (2, 256, "bafybeibsikba7knn2s3jahvtlgngmle7wl3guytd24ijs4psid6teigaam"),
        (3, 1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"),
        (3, 2, "bafybeif5uiwwtcp4lhepsst74pn5orww7ih6bbt7thh7qatkbav4skkvui"),
        (3, 3, "bafybeigne74tc27xvhauxjh4hino47oqf7notwf7bvw3tufpc26dgiblia"),
        (3, 4, "bafybeiartgdasqhmc3eqmc5dttv4c3g63p3t2ufxab7dqck6znr62ox6py"),
        (3, 5, "bafybeihfbtbv6v5fiza2lumn3fcopp47l65vydaigtsjvhxshkgdbzqegm"),
        (3, 8, "bafybeiebufadmac67l5seg4enngulz4tz5pyhsim2e4wvkqkquixu5tt6i"),
        (3, 9, "bafybeid4kuy53obquaxx6wsz3qluar2yvolcspiemr43hxl2hnlppaxdia"),
        (3, 10, "bafybeiawtupx5c3ueo3u7zf2wut4nldpchxohrzamq3frcywsarnor6eny"),
        (3, 27, "bafybeiegiyt22emvkadxexrxpglddlsxfrnshwojkuvl5ekv5mtdrl3eoi"),
        (3, 28, "bafybeig4tpkcda6zpaxf7iiatug76u6rbk5qrbind2llfhxm2ocdolbmcq"),
        (3, 81, "bafybeiexr2mm3rze54gizm42hb6mi53wtzolseijdb4sflrst5ofopzqvu"),
        (3, 82, "bafybeic76notw7mpziis2uqs4rysk65zvzl2jdrcamw3j6wayw5gvw6pqm"),
        (3, 100, "bafybeif7prjkm6p7hit3nwgmholfrhx6hupspzxxgx3t255jx43ghsabym"),
        (3, 256, "bafybeid7sgckqaze2jgl47exhdgwknz5xvz5texfl34nfcqz3d5jmsmxkm"),
    ]
}
