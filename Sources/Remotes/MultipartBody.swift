internal import Core
internal import Primitives

/// One file as a browser's form would send it (RFC 7578).
struct MultipartBody {
    let bytes: [UInt8]
    let contentType: String

    /// The part is named `file`: the only one the server takes. The file's own name says nothing.
    init(file: [UInt8]) {
        // 128 random bits, so that the file cannot hold the line that ends it.
        let boundary = "cbstore-" + Hex.encode(Random.bytes(16))
        let head = """
            --\(boundary)\r
            Content-Disposition: form-data; name="file"; filename="encrypted"\r
            Content-Type: application/octet-stream\r
            \r

            """
        let tail = "\r\n--\(boundary)--\r\n"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.utf8.count + file.count + tail.utf8.count)
        bytes += head.utf8
        bytes += file
        bytes += tail.utf8
        self.bytes = bytes
        contentType = "multipart/form-data; boundary=" + boundary
    }
}
