internal import ContentAddressing
package import Core
package import Naming
package import Storage
internal import Transport

/// Names as a CipherBox server gives them: signed data when it has it, else its own word.
///
/// The server checks nothing: neither signature nor number of what is published, nor that its own answer agrees with the
/// data beside it. So the answer counts as checked only when the signature is good, the key is the name's, value and
/// number in the signed data are the answered ones, and it has not expired. Everything else is a hint.
///
/// Right after a publish the server may answer with the record before it, when it could not hand the new one to the
/// network.
package struct CipherBoxNameStore: NameStore {
    private let api: CipherBoxAPI
    private let place: String
    private let time: any TimeSource

    /// `place` names the store in messages.
    package init(_ api: CipherBoxAPI, place: String, time: any TimeSource) {
        self.api = api
        self.place = place
        self.time = time
    }

    // Resolving

    package func resolve(_ name: IPNSName) async throws(Failure) -> NameAnswer {
        let what = "resolving a name at \(place)"
        let call = CipherBoxCalls.call(
            "GET", api.base, "/ipns/resolve?ipnsName=\(name.text)", route: "/ipns/resolve")
        let response = try await api.service.send(call)
        if response.status == 404 {
            throw Failure(.notFound, "nothing is published under the name \(name) at \(place)")
        }
        if let failure = response.failure(doing: what) { throw failure }
        let json = try CipherBoxCalls.document(response, doing: what)
        guard let cid = json["cid"]?.text, let sequence = json["sequenceNumber"]?.wholeNumber else {
            throw CipherBoxCalls.unexpected(what)
        }
        let value = "/ipfs/" + cid
        do throws(Failure) {
            let record = try signedRecord(in: json, for: name)
            guard record.value.utf8.elementsEqual(value.utf8), record.sequence == sequence else {
                throw Failure(.integrity, "\(place) answers another value or number for \(name) than was signed")
            }
            return NameAnswer(record)
        } catch {
            return NameAnswer(value: value, sequence: sequence, doubt: error)
        }
    }

    /// The record that came with the answer, checked against the name and the clock.
    private func signedRecord(in json: JSON, for name: IPNSName) throws(Failure) -> NameRecord {
        let parts = ["signatureV2", "data", "pubKey"].map { json[$0]?.text }
        guard !parts.allSatisfy({ $0 == nil }) else {
            throw Failure(.unsupported, "\(place) gave no signature to check for \(name)")
        }
        let bytes = parts.map { $0.flatMap { Base64.decode($0) } }
        guard let signature = bytes[0], let data = bytes[1], let key = bytes[2] else {
            throw Failure(.integrity, "the signed data for \(name) from \(place) is not whole")
        }
        guard let holder = try? IPNSName(ed25519: key), holder == name else {
            throw Failure(.integrity, "the data for \(name) from \(place) is signed with another key")
        }
        let record = NameRecord.assembled(signatureV2: signature, data: data, publicKey: key)
        return try NameRecord(verifying: record, for: name, at: time.wallClock)
    }

    // Publishing

    package func publish(_ record: NameRecord, under name: IPNSName) async throws(Failure) {
        let what = "publishing a name at \(place)"
        let body: JSON = [
            "ipnsName": JSON(name.text), "record": JSON(Base64.encode(record.bytes)),
            "metadataCid": JSON(try metadataCID(of: record)),
        ]
        guard record.bytes.count <= RemoteLimits.recordBytes else {
            throw Failure(.tooLarge, "the record for \(name) is longer than \(place) takes")
        }
        let call = CipherBoxCalls.post(api.base, "/ipns/publish", body, deadline: RemoteLimits.publishCall)
        let response = try await api.service.send(call)
        if let failure = response.failure(doing: what) { throw failure }
        guard try CipherBoxCalls.document(response, doing: what)["success"]?.boolean != false else {
            throw Failure(.network, "\(what): the server says that it did not succeed", advice: "try again")
        }
    }

    /// What the record stands for, in the spelling that the server takes.
    private func metadataCID(of record: NameRecord) throws(Failure) -> String {
        guard let cid = try? IPNSName.cid(inValue: record.value), cid.codec == .raw || cid.codec == .dagPB
        else {
            throw Failure(
                .unsupported, "\(place) takes only names that stand for /ipfs/ and the CID of a file or an object")
        }
        return cid.description
    }
}
