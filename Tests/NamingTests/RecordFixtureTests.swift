import Core
import Naming
import Testing
import VectorFiles

@Suite struct RecordFixtureTests {
    /// A record file that others made, and what is to be said of it.
    struct Verdict: CustomTestStringConvertible {
        enum Outcome {
            case genuine(String, until: String, seconds: Int64)
            case refused(String)
        }

        let file: String
        let outcome: Outcome

        init(_ file: String, _ outcome: Outcome) {
            self.file = file
            self.outcome = outcome
        }

        var testDescription: String { file }
        /// The file's name up to the word on its content.
        var name: String { String(file.prefix { $0 != "_" }) }
    }

    @Test(
        "records that others published are judged as their publishers judge them",
        .enabled(if: VectorFiles.areHereOrMustBe, "the files of vectors are not on this machine"),
        arguments: [
            Verdict(
                "k51qzi5uqu5djokp3m1keo36hoxtd6u3a1d2rg1camf6al7p3huy63dojlm57c",
                .genuine(
                    "/ipfs/bafybeib3ffl2teiqdncv3mkz4r23b5ctrwkzrrhctdbne6iboayxuxk5ui/root2",
                    until: "2126-01-31T15:56:12.714899293Z", seconds: 1800)),
            Verdict(
                "k51qzi5uqu5dlxdsdu5fpuu7h69wu4ohp32iwm9pdt9nq3y5rpn3ln9j12zfhe",
                .genuine(
                    "/ipfs/bafybeib3ffl2teiqdncv3mkz4r23b5ctrwkzrrhctdbne6iboayxuxk5ui",
                    until: "2123-04-12T15:32:22.646144Z", seconds: 3155760000)),
            Verdict(
                "k51qzi5uqu5diamp7qnnvs1p1gzmku3eijkeijs3418j23j077zrkok63xdm8c_v1-v2-broken-signature-v2",
                .refused("wrong signature")),
            Verdict(
                "k51qzi5uqu5dilgf7gorsh9vcqqq4myo6jd4zmqkuy9pxyxi5fua3uf7axph4y_v1-v2-broken-signature-v1",
                .genuine(
                    "/ipfs/bafkqahtwgevxmmrao5uxi2bamjzg623fnyqhg2lhnzqxi5lsmuqhmmi",
                    until: "2123-08-14T12:17:03.694052Z", seconds: 1800)),
            Verdict(
                "k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f_v2",
                .genuine(
                    "/ipfs/bafkqadtwgiww63tmpeqhezldn5zgi",
                    until: "2123-08-14T12:17:03.694052Z", seconds: 1800)),
            Verdict(
                "k51qzi5uqu5dlkw8pxuw9qmqayfdeh4kfebhmreauqdc6a7c3y7d5i9fi8mk9w_v1-v2",
                .genuine(
                    "/ipfs/bafkqaddwgevxmmraojswg33smq",
                    until: "2123-08-14T12:17:03.694052Z", seconds: 1800)),
            Verdict(
                "k51qzi5uqu5dlmit2tuwdvnx4sbnyqgmvbxftl0eo3f33wwtb9gr7yozae9kpw_v1-v2-broken-v1-value",
                .refused("outside of what is signed")),
            Verdict(
                "k51qzi5uqu5dm4tm0wt8srkg9h9suud4wuiwjimndrkydqm81cqtlb5ak6p7ku_v1",
                .refused("no signature of version 2")),
            Verdict(
                "k51qzi5uqu5dghjous0agrwavl8vzl64xckoqzwqeqwudfr74kfd11zcyk3b7l",
                .genuine(
                    "/ipfs/bafyreibs4utpgbn7uqegmd2goqz4bkyflre2ek2iwv743fhvylwi4zeeim",
                    until: "2123-04-13T08:09:51.891396Z", seconds: 3155760000)),
            Verdict(
                "k51qzi5uqu5dhjghbwdvbo6mi40htrq6e2z4pwgp15pgv3ho1azvidttzh8yy2",
                .genuine(
                    "/ipfs/baguqeeram5ujjqrwheyaty3w5gdsmoz6vittchvhk723jjqxk7hakxkd47xq",
                    until: "2123-04-13T08:09:21.159744Z", seconds: 3155760000)),
            Verdict(
                "12D3KooWLQzUv2FHWGVPXTXSZpdHs7oHbXub2G5WC8Tx4NQhyd2d",
                .genuine(
                    "/ipfs/bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am",
                    until: "2123-04-12T13:44:59.801728Z", seconds: 3155760000)),
            Verdict(
                "QmVujd5Vb7moysJj8itnGufN7MEtPRCNHkKpNuA4onsRa3",
                .genuine(
                    "/ipfs/bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am",
                    until: "2123-04-12T13:43:57.238038Z", seconds: 3155760000)),
        ])
    func published(verdict: Verdict) throws {
        let bytes = try VectorFiles.content(of: "ipns/\(verdict.file).ipns-record")
        let name = try IPNSName(verdict.name)
        switch verdict.outcome {
        case .genuine(let value, let end, let seconds):
            let record = try NameRecord(verifying: bytes, for: name, at: Timestamp(seconds: 1_800_000_000))
            #expect(record.value == value)
            #expect(record.sequence == 0)
            #expect(record.validUntil == Timestamp(rfc3339: end))
            #expect(record.timeToLive == .seconds(seconds))
        case .refused(let reason):
            let failure = try refusal(of: bytes, for: name)
            #expect(failure?.code == .integrity)
            #expect(failure?.message.contains(reason) == true, "\(String(describing: failure))")
        }
    }
}
