internal import CLinux
package import Core
internal import Naming

/// The text records of hosts, asked of DNS.
package struct DomainTexts: Sendable {
    /// What an answer in one datagram can have.
    private static let answerBytes = 64 << 10

    /// Address and port, as numbers; nil for the servers that the system names.
    private let server: (address: UInt32, port: UInt16)?

    /// `server` is an address and a port such as `127.0.0.1:5353`, nil for the system's servers; throws `.usage`.
    package init(server text: String?) throws(Failure) {
        guard let text else {
            server = nil
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let fields = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = fields.compactMap { UInt8($0) }
        guard parts.count == 2, fields.count == 4, numbers.count == 4, let port = UInt16(parts[1]), port > 0 else {
            throw Failure(
                .usage, "'\(Name(text).escaped)' is not the address of a DNS server",
                advice: "write it as 127.0.0.1:5353")
        }
        server = (numbers.reduce(0) { $0 << 8 | UInt32($1) }, port)
    }

    /// Every text record of the host; empty when it has none or does not exist.
    ///
    /// Blocks for some ten seconds at most. Throws `.network` when no server answers, and for answers that no text can be
    /// read from.
    package func texts(of host: String) throws(Failure) -> [[UInt8]] {
        var answer = [UInt8](repeating: 0, count: Self.answerBytes)
        var problem: Int32 = 0
        let count = unsafe cl_dns_texts(
            host, server?.address ?? 0, server?.port ?? 0, &answer, Int32(answer.count), &problem)
        guard count >= 0 else {
            if cl_dns_is_unknown(problem) != 0 { return [] }
            throw Failure(
                .network, "DNS does not answer what \(host) says", advice: "check the network, or try again later")
        }
        do throws(MalformedBytes) {
            return try DNSMessage.texts(in: Array(answer.prefix(Int(count))))
        } catch {
            throw Failure(.network, "DNS answers nothing readable about \(host)", cause: error)
        }
    }
}
