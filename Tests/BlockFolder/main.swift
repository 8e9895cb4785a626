internal import Commands
internal import Glibc

// Our DAGs in the block folder of another implementation's repository, and its DAGs read by us.
let arguments = CommandArguments.fromProcess()
let registry = CommandRegistry([WriteBlocksCommand.self, ReadBlocksCommand.self])
exit(registry.run(arguments, .ofProcess(arguments.environment)))
