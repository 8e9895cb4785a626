import Glibc

// Code at the top level belongs to the main actor; the program is elsewhere.
exit(Fsx.run(Array(CommandLine.arguments.dropFirst())))
