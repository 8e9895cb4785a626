#pragma once
#include <stddef.h>
#include <stdint.h>

/// Does to `body` what sealing does, with the library's primitives alone: HMAC-SHA-256, AES-256-GCM in frames of 8 KiB,
/// SHA-256 of the result in leaves of 256 KiB. `sealed` holds 52 bytes, the body, and 16 bytes per frame.
/// Returns 1, or 0 when the library failed.
int seal_baseline(const uint8_t *body, size_t length, uint8_t *sealed, uint8_t digest[32]);
