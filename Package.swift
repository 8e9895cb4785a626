// swift-tools-version: 6.2
import PackageDescription

/// Settings every Swift target shares: no implicit existential, no leaked import, no unmarked unsafe code, no warning.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Programs carry the Swift runtime with them: no install path to find, and a third of the start-up time.
let staticRuntime: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"])]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func cLibrary(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

// From the bottom up: a target imports only what stands above it in this list.
let package = Package(
    name: "cbstore",
    products: [
        .executable(name: "cbstore", targets: ["cbstore"]),
        .executable(name: "cbstore-mock", targets: ["cbstore-mock"]),
        // For the package in Fuzz/, which could not reach what is `package` here.
        .library(name: "FuzzEntry", targets: ["FuzzEntry"]),
    ],
    targets: [
        cLibrary("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        cLibrary("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
        cLibrary("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        cLibrary("CFuse", pkgConfig: "fuse3", apt: "libfuse3-dev"),
        cLibrary("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        cLibrary("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        .target(name: "CLinux"),
        library("Core", ["CLinux"]),
        library("Primitives", ["Core", "CCrypto", "CSodium"]),
        library("ContentAddressing", ["Core", "Primitives"]),
        library("Sealing", ["Core", "Primitives", "ContentAddressing", "CZstd"]),
        library("Naming", ["Core", "Primitives", "ContentAddressing"]),
        library("Storage", ["Core", "ContentAddressing", "Naming"]),
        library("Transport", ["Core", "CCurl"]),
        library("HTTPServing", ["Core", "CLinux", "CMicroHTTPD"]),
        library("Remotes", ["Core", "CLinux", "Primitives", "ContentAddressing", "Naming", "Storage", "Transport"]),
        library("LocalStore", ["Core", "CLinux", "Primitives", "ContentAddressing", "Sealing", "Storage"]),
        library("Volumes", ["Core"]),
        library("Trees", ["Core", "Volumes"]),
        library(
            "Vaults",
            [
                "CLinux", "Core", "Primitives", "ContentAddressing", "Sealing", "Naming", "Storage", "LocalStore",
                "Volumes", "Trees",
            ]),
        library("FileSystem", ["Core", "Volumes"]),
        library("Mounting", ["Core", "CLinux", "CFuse", "Volumes", "FileSystem"]),
        library("Control", ["Core", "CLinux", "Transport", "HTTPServing", "Volumes", "Vaults", "FileSystem"]),
        library(
            "Commands",
            [
                "CLinux", "Core", "Primitives", "ContentAddressing", "Sealing", "Naming", "Storage", "Transport",
                "Remotes", "Volumes", "Vaults", "FileSystem", "Mounting", "Control",
            ]),
        .executableTarget(
            name: "cbstore", dependencies: ["Commands"], swiftSettings: strict, linkerSettings: staticRuntime),
        .target(
            name: "MockServer",
            dependencies: ["Core", "Primitives", "ContentAddressing", "HTTPServing"],
            path: "MockServer/Library", swiftSettings: strict),
        .executableTarget(
            name: "cbstore-mock", dependencies: ["Core", "MockServer"], path: "MockServer/Program",
            swiftSettings: strict, linkerSettings: staticRuntime),
        .target(
            name: "ReferenceFiles", dependencies: ["Core", "Volumes", "FileSystem"],
            path: "Benchmarks/ReferenceFiles", swiftSettings: strict),
        .executableTarget(
            name: "reference-mount", dependencies: ["Core", "Mounting", "ReferenceFiles"],
            path: "Benchmarks/ReferenceMount", swiftSettings: strict, linkerSettings: staticRuntime),
        .target(name: "CSealBaseline", dependencies: ["CCrypto"], path: "Benchmarks/CSealBaseline"),
        .executableTarget(
            name: "bench-seal", dependencies: ["CSealBaseline", "Core", "Primitives", "Sealing"],
            path: "Benchmarks/SealBench", swiftSettings: strict),
        .executableTarget(
            name: "bench-store", dependencies: ["Core", "Primitives", "LocalStore"], path: "Benchmarks/StoreBench",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-tree",
            dependencies: [
                "Core", "Primitives", "Sealing", "Volumes", "Trees", "Vaults", "StorageSupport", "VaultSupport",
            ],
            path: "Benchmarks/TreeBench", swiftSettings: strict),
        .executableTarget(
            name: "bench-chunk", dependencies: ["Core", "Primitives", "Sealing", "Volumes", "Trees", "FileSystem"],
            path: "Benchmarks/ChunkBench", swiftSettings: strict),
        .target(
            name: "StorageSupport",
            dependencies: ["Core", "Primitives", "ContentAddressing", "Naming", "Storage", "LocalStore"],
            path: "Tests/StorageSupport",
            swiftSettings: strict),
        .target(
            name: "VaultSupport",
            dependencies: [
                "Core", "Primitives", "ContentAddressing", "Sealing", "Naming", "Storage", "LocalStore", "Volumes",
                "Trees",
                "Vaults", "StorageSupport",
            ],
            path: "Tests/VaultSupport", swiftSettings: strict),
        .target(
            name: "FileExercise", dependencies: ["Core", "StorageSupport"], path: "Tests/FileExercise",
            swiftSettings: strict),
        .target(name: "CFileExercise", path: "Tests/CFileExercise"),
        .executableTarget(
            name: "fsx", dependencies: ["CFileExercise", "Core", "FileExercise"], path: "Tests/Fsx",
            swiftSettings: strict),
        .executableTarget(
            name: "torture",
            dependencies: [
                "Core", "Primitives", "Sealing", "LocalStore", "Volumes", "Vaults", "FileSystem", "Mounting",
                "StorageSupport", "VaultSupport", "FileExercise",
            ],
            path: "Tests/Torture", swiftSettings: strict),
        .executableTarget(
            name: "faulty-mount", dependencies: ["Core", "Volumes", "FileSystem", "Mounting", "ReferenceFiles"],
            path: "Tests/FaultyMount", swiftSettings: strict),
        .executableTarget(
            name: "block-folder", dependencies: ["Core", "ContentAddressing", "Commands"], path: "Tests/BlockFolder",
            swiftSettings: strict),
        .target(
            name: "MountSupport", dependencies: ["Core", "Mounting"], path: "Tests/MountSupport", swiftSettings: strict),
        .target(
            name: "FuzzEntry",
            dependencies: [
                "Core", "Primitives", "ContentAddressing", "Sealing", "Naming", "HTTPServing", "Remotes", "LocalStore",
                "Volumes", "Trees", "Vaults", "Control", "StorageSupport",
            ],
            path: "Fuzz/Entry", swiftSettings: strict),
        // Tests do not depend on the programs they run, whose static linking would be handed on to them.
        .target(name: "VectorFiles", dependencies: ["Core"], path: "Tests/VectorFiles", swiftSettings: strict),
        tests("CoreTests", ["Core"]),
        tests("PrimitivesTests", ["Core", "Primitives"]),
        tests("ContentAddressingTests", ["Core", "Primitives", "ContentAddressing", "VectorFiles"]),
        tests("SealingTests", ["Core", "Primitives", "ContentAddressing", "Sealing", "StorageSupport"]),
        tests("NamingTests", ["Core", "Primitives", "ContentAddressing", "Naming", "VectorFiles"]),
        tests("StorageTests", ["Core", "ContentAddressing", "Naming", "Storage", "StorageSupport"]),
        tests("TransportTests", ["Core", "Transport", "HTTPServing"]),
        tests("HTTPServingTests", ["Core", "Transport", "HTTPServing"]),
        tests(
            "RemotesTests",
            [
                "Core", "Primitives", "ContentAddressing", "Naming", "Storage", "Transport", "HTTPServing", "Remotes",
                "StorageSupport", "MockServer",
            ]),
        tests("MockServerTests", ["Core", "Transport", "MockServer"]),
        tests("LocalStoreTests", ["Core", "Primitives", "Storage", "LocalStore", "StorageSupport"]),
        tests("TreesTests", ["Core", "Trees", "Volumes"]),
        tests(
            "VaultsTests",
            [
                "Core", "Primitives", "ContentAddressing", "Sealing", "Naming", "Storage", "LocalStore", "Volumes",
                "Trees",
                "Vaults", "StorageSupport", "VaultSupport",
            ], exclude: ["Fixtures"]),
        tests(
            "FileSystemTests", ["CLinux", "Core", "Volumes", "Vaults", "FileSystem", "StorageSupport", "VaultSupport"]),
        tests("MountingTests", ["Core", "Mounting", "MountSupport"]),
        tests("ControlTests", ["Core", "Transport", "HTTPServing", "Volumes", "Vaults", "Control"]),
        tests("CommandsTests", ["Core", "Commands"], exclude: ["Snapshots"]),
        tests("FileExerciseTests", ["Core", "FileExercise", "StorageSupport"]),
        tests("HostileBytesTests", ["Core", "FuzzEntry", "StorageSupport"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CLinux", "Core", "ContentAddressing", "Sealing", "Mounting", "Control", "MountSupport", "MockServer",
            ],
            path: "Tests/Integration", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
