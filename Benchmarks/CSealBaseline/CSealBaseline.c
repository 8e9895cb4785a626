#include "CSealBaseline.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { header_length = 52, frame_length = 8192, tag_length = 16, leaf_length = 262144 };

static int encrypt_frames(EVP_CIPHER_CTX *cipher, const uint8_t *body, size_t length, uint8_t *sealed, size_t *end) {
    uint8_t *output = sealed + header_length;
    uint64_t frame = 0;
    for (size_t start = 0; start < length || frame == 0; start += frame_length, frame++) {
        size_t count = length - start < frame_length ? length - start : frame_length;
        uint8_t nonce[12] = {0};
        int written = 0;
        memcpy(nonce + 4, &frame, sizeof frame);
        if (EVP_EncryptInit_ex(cipher, NULL, NULL, NULL, nonce) != 1
            || EVP_EncryptUpdate(cipher, NULL, &written, sealed, 20) != 1
            || EVP_EncryptUpdate(cipher, output, &written, body + start, (int)count) != 1
            || EVP_EncryptFinal_ex(cipher, output + count, &written) != 1
            || EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, tag_length, output + count) != 1)
            return 0;
        output += count + tag_length;
    }
    *end = (size_t)(output - sealed);
    return 1;
}

int seal_baseline(const uint8_t *body, size_t length, uint8_t *sealed, uint8_t digest[32]) {
    static _Thread_local EVP_CIPHER_CTX *cipher;
    static _Thread_local EVP_MD_CTX *hash;
    if (cipher == NULL) {
        cipher = EVP_CIPHER_CTX_new();
        hash = EVP_MD_CTX_new();
        if (cipher == NULL || hash == NULL || EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, NULL, NULL) != 1
            || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
            return 0;
    }
    uint8_t id[32], key[32] = {1};
    unsigned id_length = 0;
    if (HMAC(EVP_sha256(), key, sizeof key, body, length, id, &id_length) == NULL) return 0;
    memset(sealed, 0, header_length);
    size_t end = 0;
    if (EVP_EncryptInit_ex(cipher, NULL, NULL, id, NULL) != 1) return 0;
    if (!encrypt_frames(cipher, body, length, sealed, &end)) return 0;
    for (size_t start = 0; start < end; start += leaf_length) {
        size_t count = end - start < leaf_length ? end - start : leaf_length;
        if (EVP_DigestInit_ex(hash, NULL, NULL) != 1 || EVP_DigestUpdate(hash, sealed + start, count) != 1
            || EVP_DigestFinal_ex(hash, digest, NULL) != 1)
            return 0;
    }
    return 1;
}
