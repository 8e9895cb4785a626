internal import Glibc

exit(FaultyMount.run(Array(CommandLine.arguments.dropFirst())))
