internal import Core

print("cbstore 0.1.0", Hex.encode([1,2]))
