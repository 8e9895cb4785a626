// swift-tools-version: 6.2
import PackageDescription

// A package of its own: only it is built with sanitizers, and only by `Scripts/fuzz`.
let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "cbstore", path: "..")],
    targets: [
        .executableTarget(
            name: "fuzzer", dependencies: [.product(name: "FuzzEntry", package: "cbstore")], path: "Fuzzer",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(),
                .treatAllWarnings(as: .error),
                // libFuzzer has the main function.
                .unsafeFlags(["-parse-as-library"]),
            ])
    ],
    swiftLanguageModes: [.v6]
)
