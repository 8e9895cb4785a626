internal import Control
package import Core
internal import Glibc
internal import Mounting
internal import Vaults

/// `cbstore doctor`.
package enum DoctorCommand: Command {
    package static let description = CommandDescription(
        "doctor", "Check that everything cbstore needs is in order",
        discussion: """
            Looks at FUSE and its rights, dead mounts, free space, and each vault's key, keyring and lock. What is wrong
            comes with what to do about it. It changes nothing and asks for no passphrase.
            """,
        group: .tool,
        examples: [.init("cbstore doctor", "First thing to run when something does not work.")],
        exitStatus: [.init(1, "Something is wrong; the findings say what.")])

    package static func run(_ arguments: ParsedArguments, _ console: Console) throws(Failure) -> Int32 {
        let home = try VaultOpening(arguments, console).home
        let findings = fuse() + mounts() + folders(home) + home.vaults().flatMap { vault($0, home) }
        for finding in findings {
            if arguments.wantsJSON {
                try console.json(finding.json)
            } else {
                try console.line(finding.text)
            }
        }
        return findings.contains { $0.grade == .wrong } ? FailureCode.other.row.exitCode : 0
    }

    private enum Grade: String {
        case fine = "ok"
        case note
        case wrong
    }

    private struct Finding {
        let grade: Grade
        let what: String
        var advice: String?

        var text: String {
            let label = grade.rawValue + String(repeating: " ", count: 7 - grade.rawValue.count)
            return label + what + (advice.map { "\n       " + $0 } ?? "")
        }

        var json: JSON {
            ["grade": JSON(grade.rawValue), "finding": JSON(what), "advice": JSON(advice)]
        }
    }

    private static func fuse() -> [Finding] {
        guard Files.exists("/dev/fuse") else {
            return [
                Finding(
                    grade: .wrong, what: "there is no /dev/fuse, so nothing can be mounted",
                    advice: "load the kernel module (modprobe fuse), or start the container with --device /dev/fuse")
            ]
        }
        var findings: [Finding] = []
        if (try? FileDescriptor(opening: "/dev/fuse", flags: O_RDWR)) != nil {
            findings.append(Finding(grade: .fine, what: "/dev/fuse can be opened"))
        } else {
            findings.append(
                Finding(
                    grade: .wrong, what: "/dev/fuse cannot be opened: \(Errno.last.text)",
                    advice: "check its mode and group"))
        }
        if ProcessIdentity.user != 0 {
            let helper = "/usr/bin/fusermount3"
            findings.append(
                Files.exists(helper)
                    ? Finding(grade: .fine, what: "\(helper) is installed")
                    : Finding(grade: .wrong, what: "\(helper) is missing", advice: "install the package fuse3"))
        }
        return findings
    }

    private static func mounts() -> [Finding] {
        guard let table = try? MountTable() else {
            return [Finding(grade: .wrong, what: "the table of mounts cannot be read")]
        }
        return table.rows.filter { $0.type == "fuse.cbstore" }.map { row -> Finding in
            let path = SystemPath(row.mountpoint)
            do throws(SystemCallFailure) {
                _ = try Files.space(at: row.mountpoint)
                return Finding(grade: .fine, what: "\(path.text) is mounted and answers")
            } catch {
                return Finding(
                    grade: .wrong, what: "\(path.text) is a dead mount: \(error.errno.text)",
                    advice: "mount there again, or take it away with: fusermount3 -uz \(path.text)")
            }
        }
    }

    private static func folders(_ home: Home) -> [Finding] {
        let shown = Name(home.dataFolder).escaped
        guard Files.isDirectory(home.dataFolder) else {
            return [
                Finding(
                    grade: .note, what: "there is nothing yet in \(shown)", advice: "make a vault with: cbstore init")
            ]
        }
        guard let space = try? Files.space(at: home.dataFolder) else {
            return [Finding(grade: .wrong, what: "\(shown) cannot be looked at")]
        }
        let free = ByteCount(space.freeBytes)
        let isLow = free < Limits.Content.lowSpace
        return [
            Finding(
                grade: isLow ? .wrong : .fine, what: "\(shown) has \(free) of free space",
                advice: isLow ? "make room: writes fail when the disk is full" : nil)
        ]
    }

    private static func vault(_ name: VaultName, _ home: Home) -> [Finding] {
        let folder = home.folder(of: name)
        var findings: [Finding] = []
        do throws(Failure) {
            let keys = try SealedKeys(of: folder)
            let how =
                keys.needsPassphrase ? "sealed with a passphrase" : "not sealed: whoever reads this disk has the vault"
            findings.append(
                Finding(grade: keys.needsPassphrase ? .fine : .note, what: "vault '\(name.text)': its key is \(how)"))
        } catch {
            findings.append(
                Finding(grade: .wrong, what: "vault '\(name.text)': \(error.message)", advice: error.advice))
        }
        if let mode = try? Files.mode(of: folder.keyPath), mode & 0o077 != 0 {
            findings.append(
                Finding(
                    grade: .wrong, what: "vault '\(name.text)': others can read its key file",
                    advice: "chmod 600 \(Name(folder.keyPath).escaped)"))
        }
        if !Files.exists(folder.keyringPath) {
            findings.append(
                Finding(
                    grade: .wrong, what: "vault '\(name.text)': its store has no keyring",
                    advice: "restore the file 'keyring' from a copy of the store's folder"))
        }
        if let holder = VaultLock.holder(folder.lockPath) {
            findings.append(Finding(grade: .fine, what: "vault '\(name.text)': held by \(holder.text)"))
        }
        return findings
    }
}
