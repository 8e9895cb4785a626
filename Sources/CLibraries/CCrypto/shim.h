#pragma once
// The direct SHA calls are marked deprecated in favour of EVP, which costs a heap context per digest.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/provider.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
