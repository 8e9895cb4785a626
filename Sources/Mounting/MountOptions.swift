/// How to mount: what `mount(8)` and the command line can say.
package struct MountOptions: Sendable {
    /// What `df` and the mount table show as the source.
    package var source: String
    package var isReadOnly = false
    package var allowsOtherUsers = false
    /// Honour set-id bits, device nodes and programs.
    package var allowsSetID = false
    package var allowsDevices = false
    package var allowsPrograms = true
    /// Mount over a directory that has files in it.
    package var allowsNonEmpty = false

    package init(vault: String) { source = "cbstore:" + vault }

    /// Takes one generic option by its name in `mount(8)`; false if it is not one of ours.
    package mutating func take(_ option: String) -> Bool {
        switch option {
        case "ro": isReadOnly = true
        case "rw": isReadOnly = false
        case "suid": allowsSetID = true
        case "nosuid": allowsSetID = false
        case "dev": allowsDevices = true
        case "nodev": allowsDevices = false
        case "exec": allowsPrograms = true
        case "noexec": allowsPrograms = false
        case "allow_other": allowsOtherUsers = true
        case "nonempty": allowsNonEmpty = true
        case "default_permissions": break  // Always on: the kernel checks permissions.
        default: return false
        }
        return true
    }

    /// The option list for libfuse, which splits at commas and undoes backslashes.
    var fuseOptions: String {
        var list = ["fsname=\(Self.escaped(source))", "subtype=cbstore", "default_permissions"]
        list.append("max_read=\(Limits.requestBytes)")
        list.append(isReadOnly ? "ro" : "rw")
        list.append(allowsSetID ? "suid" : "nosuid")
        list.append(allowsDevices ? "dev" : "nodev")
        list.append(allowsPrograms ? "exec" : "noexec")
        if allowsOtherUsers { list.append("allow_other") }
        return list.joined(separator: ",")
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if character == "," || character == "\\" { escaped.unicodeScalars.append("\\") }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
