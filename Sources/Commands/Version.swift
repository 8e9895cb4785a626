/// The program's version, in this one place.
package enum Version {
    package static let text = "0.1.0"
}
