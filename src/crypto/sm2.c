#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>

#include "crypto/crypto_internal.h"

const err_kind CRYPTO_BAD_KEY = {
    "crypto.bad_key", ERR_BAD_INPUT, "This is no SM2 key.", "不是有效的 SM2 密钥。"
};
const err_kind CRYPTO_BAD_SIGNATURE = {
    "crypto.bad_signature", ERR_FORBIDDEN,
    "The signature is not that of this key over these bytes.", "签名与公钥或内容不符。"
};

#define SCALAR_BYTES 32
#define DER_BYTES_MAX 80

/* The identity that GM/T 0009 gives to a signer who has stated no other. */
static const char IDENTITY[] = "1234567812345678";

struct crypto_signer {
    EVP_PKEY *pair;
};
struct crypto_verifier {
    EVP_PKEY *shown;
};

/* ---- keys ---- */

/* d * G. */
static void multiply_base(const EC_GROUP *curve, const BIGNUM *d, BN_CTX *numbers,
                          crypto_sm2_public *shown)
{
    EC_POINT *point = EC_POINT_new(curve);
    assert(point);
    int is_done = EC_POINT_mul(curve, point, d, NULL, NULL, numbers);
    size_t size_bytes = EC_POINT_point2oct(curve, point, POINT_CONVERSION_UNCOMPRESSED, shown->bytes,
                                           sizeof shown->bytes, numbers);
    assert(is_done == 1 && size_bytes == sizeof shown->bytes);
    EC_POINT_free(point);
}

static EC_GROUP *curve_new(void)
{
    EC_GROUP *curve = EC_GROUP_new_by_curve_name(NID_sm2);
    assert(curve);
    return curve;
}

void crypto_sm2_from_seed(const uint8_t seed[CRYPTO_SM2_SEED_BYTES], crypto_sm2_private *own,
                          crypto_sm2_public *shown)
{
    EC_GROUP *curve = curve_new();
    BN_CTX *numbers = BN_CTX_secure_new();
    BIGNUM *d = BN_secure_new(), *range = BN_dup(EC_GROUP_get0_order(curve));
    assert(numbers && d && range);
    int is_done = BN_bin2bn(seed, CRYPTO_SM2_SEED_BYTES, d) && BN_sub_word(range, 2);
    BN_set_flags(d, BN_FLG_CONSTTIME);
    is_done = is_done && BN_mod(d, d, range, numbers) && BN_add_word(d, 1) &&
              BN_bn2binpad(d, own->bytes, SCALAR_BYTES) == SCALAR_BYTES;
    assert(is_done == 1);
    multiply_base(curve, d, numbers, shown);
    BN_free(range);
    BN_clear_free(d);
    BN_CTX_free(numbers);
    EC_GROUP_free(curve);
}

err crypto_sm2_public_of(const crypto_sm2_private *own, crypto_sm2_public *shown)
{
    EC_GROUP *curve = curve_new();
    BN_CTX *numbers = BN_CTX_secure_new();
    BIGNUM *d = BN_secure_new(), *limit = BN_dup(EC_GROUP_get0_order(curve));
    assert(numbers && d && limit);
    int is_done = BN_bin2bn(own->bytes, SCALAR_BYTES, d) && BN_sub_word(limit, 1);
    assert(is_done == 1);
    bool is_in_range = !BN_is_zero(d) && BN_cmp(d, limit) < 0;
    if (is_in_range) multiply_base(curve, d, numbers, shown);
    BN_free(limit);
    BN_clear_free(d);
    BN_CTX_free(numbers);
    EC_GROUP_free(curve);
    return is_in_range ? ERR_NONE : err_of(&CRYPTO_BAD_KEY, NULL);
}

/* NULL when libcrypto refuses the point. `own` may be NULL. */
static EVP_PKEY *pair_new(const crypto_sm2_public *shown, const crypto_sm2_private *own)
{
    uint8_t native[SCALAR_BYTES]; /* a parameter's integers are little-endian here */
    OSSL_PARAM parameters[4] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)"SM2", 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)shown->bytes,
                                          sizeof shown->bytes),
        OSSL_PARAM_construct_end(),
        OSSL_PARAM_construct_end(),
    };
    if (own) {
        for (int i = 0; i < SCALAR_BYTES; i++) native[i] = own->bytes[SCALAR_BYTES - 1 - i];
        parameters[2] =
            OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native);
    }
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
    assert(context);
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, own ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    if (own) crypto_wipe(native, sizeof native);
    return key;
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "OSSL_PARAM integers are native");

static EVP_PKEY *public_new(const crypto_sm2_public *shown)
{
    return shown->bytes[0] == POINT_CONVERSION_UNCOMPRESSED ? pair_new(shown, NULL) : NULL;
}

err crypto_sm2_check(const crypto_sm2_public *shown)
{
    EVP_PKEY *key = public_new(shown);
    EVP_PKEY_free(key);
    return key ? ERR_NONE : err_of(&CRYPTO_BAD_KEY, NULL);
}

text crypto_sm2_public_pem(arena *a, const crypto_sm2_public *shown)
{
    EVP_PKEY *key = public_new(shown);
    BIO *out = BIO_new(BIO_s_mem());
    assert(key && out);
    int is_done = PEM_write_bio_PUBKEY(out, key);
    assert(is_done == 1);
    char *bytes = NULL;
    long size_bytes = BIO_get_mem_data(out, &bytes);
    text pem = { arena_copy(a, bytes, (size_t)size_bytes), (size_t)size_bytes };
    BIO_free(out);
    EVP_PKEY_free(key);
    return pem;
}

/* ---- a signature: r | s here, a sequence of two integers in libcrypto ---- */

static size_t der_of(const crypto_signature *signature, uint8_t der[DER_BYTES_MAX])
{
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature->bytes, SCALAR_BYTES, NULL);
    BIGNUM *s = BN_bin2bn(signature->bytes + SCALAR_BYTES, SCALAR_BYTES, NULL);
    assert(pair && r && s);
    int is_done = ECDSA_SIG_set0(pair, r, s);
    int size_bytes = i2d_ECDSA_SIG(pair, &der);
    assert(is_done == 1 && size_bytes > 0 && size_bytes <= DER_BYTES_MAX);
    ECDSA_SIG_free(pair);
    return (size_t)size_bytes;
}

text crypto_signature_der(arena *a, const crypto_signature *signature)
{
    uint8_t der[DER_BYTES_MAX];
    size_t size_bytes = der_of(signature, der);
    return (text){ arena_copy(a, der, size_bytes), size_bytes };
}

static crypto_signature signature_of(const uint8_t *der, size_t size_bytes)
{
    crypto_signature signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size_bytes);
    assert(pair);
    int r_bytes = BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature.bytes, SCALAR_BYTES);
    int s_bytes =
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature.bytes + SCALAR_BYTES, SCALAR_BYTES);
    assert(r_bytes == SCALAR_BYTES && s_bytes == SCALAR_BYTES);
    ECDSA_SIG_free(pair);
    return signature;
}

/* ---- signing and verifying ---- */

err crypto_signer_open(arena *a, const crypto_sm2_private *own, crypto_signer **signer)
{
    crypto_sm2_public shown;
    TRY(crypto_sm2_public_of(own, &shown));
    crypto_signer *made = ARENA_NEW(a, crypto_signer);
    made->pair = pair_new(&shown, own);
    if (!made->pair) return err_of(&CRYPTO_UNAVAILABLE, "SM2");
    *signer = made;
    return ERR_NONE;
}

void crypto_signer_close(crypto_signer *signer)
{
    EVP_PKEY_free(signer->pair); /* wipes d */
    signer->pair = NULL;
}

err crypto_verifier_open(arena *a, const crypto_sm2_public *shown, crypto_verifier **verifier)
{
    EVP_PKEY *key = public_new(shown);
    if (!key) return err_of(&CRYPTO_BAD_KEY, NULL);
    *verifier = ARENA_NEW(a, crypto_verifier);
    (*verifier)->shown = key;
    return ERR_NONE;
}

void crypto_verifier_close(crypto_verifier *verifier)
{
    EVP_PKEY_free(verifier->shown);
    verifier->shown = NULL;
}

/* A context for SM2 with SM3 under the default identity; both are the caller's to free. */
static EVP_MD_CTX *context_new(EVP_PKEY *key, EVP_PKEY_CTX **key_context)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    *key_context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    assert(context && *key_context);
    int is_done = EVP_PKEY_CTX_set1_id(*key_context, IDENTITY, sizeof IDENTITY - 1);
    assert(is_done == 1);
    EVP_MD_CTX_set_pkey_ctx(context, *key_context);
    return context;
}

crypto_signature crypto_sign(crypto_signer *signer, text message)
{
    EVP_PKEY_CTX *key_context;
    EVP_MD_CTX *context = context_new(signer->pair, &key_context);
    uint8_t der[DER_BYTES_MAX];
    size_t size_bytes = sizeof der;
    int is_done = EVP_DigestSignInit_ex(context, NULL, "SM3", NULL, NULL, signer->pair, NULL) &&
                  EVP_DigestSignUpdate(context, message.bytes, message.size_bytes) &&
                  EVP_DigestSignFinal(context, der, &size_bytes);
    assert(is_done == 1);
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(key_context);
    return signature_of(der, size_bytes);
}

err crypto_verify(crypto_verifier *verifier, text message, const crypto_signature *signature)
{
    uint8_t der[DER_BYTES_MAX];
    size_t size_bytes = der_of(signature, der);
    EVP_PKEY_CTX *key_context;
    EVP_MD_CTX *context = context_new(verifier->shown, &key_context);
    int is_done =
        EVP_DigestVerifyInit_ex(context, NULL, "SM3", NULL, NULL, verifier->shown, NULL) &&
        EVP_DigestVerifyUpdate(context, message.bytes, message.size_bytes);
    assert(is_done == 1);
    bool is_right = EVP_DigestVerifyFinal(context, der, size_bytes) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_CTX_free(key_context);
    return is_right ? ERR_NONE : err_of(&CRYPTO_BAD_SIGNATURE, NULL);
}
