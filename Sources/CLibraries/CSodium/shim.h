#pragma once
#include <sodium.h>
#include <stdint.h>

/// What libsodium's state of a BLAKE2b computation holds: Swift imports no type that is packed, nor one aligned so far.
struct blake2b_words {
    uint64_t words[48];
};
_Static_assert(sizeof(struct blake2b_words) == sizeof(crypto_generichash_blake2b_state), "the state fits exactly");
