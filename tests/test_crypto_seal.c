#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "crypto/crypto.h"
#include "support/dice.h"
#include "support/naive_gcm.h"
#include "support/naive_sm.h"

static arena *A;
static dice D = { 19941 };

static const crypto_key KEY = { { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
                                  0x98, 0x76, 0x54, 0x32, 0x10 } };
static const crypto_nonce NONCE = { { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0xff, 0xff } };

static int open_arena(void **state)
{
    (void)state;
    A = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(A);
    return 0;
}

static crypto_sealer *sealer_of(crypto_suite suite, crypto_use use, const crypto_key *key)
{
    crypto_sealer *sealer;
    assert_null(crypto_sealer_open(A, suite, use, key, &sealer).kind);
    return sealer;
}

static text bytes_of(const void *bytes, size_t size_bytes)
{
    return (text){ bytes, size_bytes };
}

static void is_hex(const void *bytes, size_t size_bytes, const char *hex)
{
    char printed[512];
    crypto_print_hex(bytes, size_bytes, printed);
    assert_string_equal(printed, hex);
}

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t size_bytes = strlen(hex) / 2;
    assert_null(crypto_parse_hex(text_of(hex), out, size_bytes).kind);
    return size_bytes;
}

/* ---- the naive ciphers, held against the standards ---- */

static void naive_sm4_is_that_of_the_standard(void **state)
{
    (void)state;
    uint8_t key[16], block[16], counter[16], plain[64];
    from_hex("0123456789abcdeffedcba9876543210", key);
    memcpy(block, key, 16);
    naive_sm4_block(key, block, block);
    is_hex(block, 16, "681edf34d206965e86b3e94f536e4246"); /* GB/T 32907 annex A.1 */
    /* counter mode: draft-ribose-cfrg-sm4, A.2.5.1 */
    from_hex("000102030405060708090a0b0c0d0e0f", counter);
    static const uint8_t LETTERS[8] = { 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xaa, 0xbb };
    for (int i = 0; i < 64; i++) plain[i] = LETTERS[i / 8];
    naive_sm4_ctr(key, counter, plain, 64, plain);
    is_hex(plain, 64,
           "ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7"
           "f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514");
}

static void naive_gcm_is_that_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *key, *nonce, *about, *plain, *body, *tag;
    } CASES[] = { /* test cases 13 to 16 of the GCM specification */
        { "0000000000000000000000000000000000000000000000000000000000000000",
          "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
        { "0000000000000000000000000000000000000000000000000000000000000000",
          "000000000000000000000000", "", "00000000000000000000000000000000",
          "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
        { "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
          "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
          "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
          "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
          "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
          "76fc6ece0f4e1768cddf8853bb2d551b" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        uint8_t key[32], nonce[12], about[32], plain[64], body[64], tag[16];
        from_hex(CASES[i].key, key);
        from_hex(CASES[i].nonce, nonce);
        size_t about_bytes = from_hex(CASES[i].about, about);
        size_t plain_bytes = from_hex(CASES[i].plain, plain);
        naive_gcm_seal(key, nonce, about, about_bytes, plain, plain_bytes, body, tag);
        is_hex(body, plain_bytes, CASES[i].body);
        is_hex(tag, 16, CASES[i].tag);
    }
}

/* ---- sealing, held against the naive ciphers ---- */

static void derive(crypto_hash_name hash, const crypto_key *key, const char *label, uint8_t out[32])
{
    uint8_t message[64];
    size_t size_bytes = strlen(label);
    memcpy(message, label, size_bytes);
    message[size_bytes++] = 1;
    crypto_mac *mac;
    assert_null(crypto_mac_open(A, hash, key->bytes, 32, &mac).kind);
    memcpy(out, crypto_mac_of(mac, message, size_bytes).bytes, 32);
    crypto_mac_close(mac);
}

static void expect_sm(const crypto_key *key, crypto_nonce nonce, text about, text plain,
                      uint8_t *sealed)
{
    uint8_t keys[32], counter[16] = { 0 }, message[4 + 4096], digest[32];
    derive(CRYPTO_SM3, key, "doudi 1 sm4-ctr hmac-sm3 fields", keys);
    sealed[0] = 1;
    memcpy(sealed + 1, nonce.bytes, 12);
    memcpy(counter, nonce.bytes, 12);
    naive_sm4_ctr(keys, counter, (const uint8_t *)plain.bytes, plain.size_bytes, sealed + 13);
    for (int i = 0; i < 4; i++) message[i] = (uint8_t)(about.size_bytes >> (24 - 8 * i));
    memcpy(message + 4, about.bytes, about.size_bytes);
    memcpy(message + 4 + about.size_bytes, sealed, 13 + plain.size_bytes);
    naive_hmac_sm3(keys + 16, 16, message, 4 + about.size_bytes + 13 + plain.size_bytes, digest);
    memcpy(sealed + 13 + plain.size_bytes, digest, 16);
}

static void expect_aes(const crypto_key *key, crypto_nonce nonce, text about, text plain,
                       uint8_t *sealed)
{
    uint8_t derived[32], bound[512] = { 2 };
    derive(CRYPTO_SHA256, key, "doudi 1 aes-256-gcm fields", derived);
    sealed[0] = 2;
    memcpy(sealed + 1, nonce.bytes, 12);
    memcpy(bound + 1, about.bytes, about.size_bytes);
    naive_gcm_seal(derived, nonce.bytes, bound, 1 + about.size_bytes, (const uint8_t *)plain.bytes,
                   plain.size_bytes, sealed + 13, sealed + 13 + plain.size_bytes);
}

static void sealed_bytes_are_those_of_the_written_layout(void **state)
{
    (void)state;
    uint8_t plain[2600], about[300], sealed[2700], expected[2700], opened[2600];
    for (int suite = 0; suite < CRYPTO_SUITE_COUNT; suite++) {
        crypto_sealer *sealer = sealer_of((crypto_suite)suite, CRYPTO_USE_FIELDS, &KEY);
        for (int round = 0; round < 150; round++) {
            crypto_key key;
            crypto_nonce nonce;
            size_t plain_bytes = round < 100 ? (size_t)round : dice_word(&D) % sizeof plain;
            size_t about_bytes = dice_word(&D) % (round % 2 ? sizeof about : 40);
            dice_fill(&D, &key, sizeof key);
            dice_fill(&D, &nonce, sizeof nonce);
            dice_fill(&D, plain, plain_bytes);
            dice_fill(&D, about, about_bytes);
            text p = bytes_of(plain, plain_bytes), place = bytes_of(about, about_bytes);
            crypto_sealer_rekey(sealer, &key);
            crypto_seal(sealer, nonce, place, p, sealed);
            (suite == CRYPTO_SUITE_SM ? expect_sm : expect_aes)(&key, nonce, place, p, expected);
            assert_memory_equal(sealed, expected, plain_bytes + CRYPTO_SEAL_BYTES);
            text s = bytes_of(sealed, plain_bytes + CRYPTO_SEAL_BYTES);
            assert_null(crypto_unseal(sealer, place, s, opened).kind);
            assert_memory_equal(opened, plain, plain_bytes);
        }
        crypto_sealer_close(sealer);
    }
}

/* What a refusal may leave behind: what was there, or zeros; never plaintext. */
static void is_untouched_or_wiped(const uint8_t *out, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++) assert_true(out[i] == 0xa5 || out[i] == 0);
}

static void a_flipped_bit_anywhere_is_refused(void **state)
{
    (void)state;
    static const char PLAIN[] = "110105194912310021", PLACE[] = "00000042identity_number";
    for (int suite = 0; suite < CRYPTO_SUITE_COUNT; suite++) {
        crypto_sealer *sealer = sealer_of((crypto_suite)suite, CRYPTO_USE_FIELDS, &KEY);
        uint8_t sealed[18 + CRYPTO_SEAL_BYTES], out[18];
        char place[sizeof PLACE];
        text s = bytes_of(sealed, sizeof sealed), about = { place, sizeof PLACE - 1 };
        memcpy(place, PLACE, sizeof PLACE);
        crypto_seal(sealer, NONCE, about, TEXT("110105194912310021"), sealed);
        for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(out, 0xa5, sizeof out);
            err e = crypto_unseal(sealer, about, s, out);
            if (bit >= 8)
                assert_ptr_equal(e.kind, &CRYPTO_NOT_AUTHENTIC);
            else
                assert_true(e.kind == &CRYPTO_BAD_SEAL || e.kind == &CRYPTO_OTHER_SUITE);
            is_untouched_or_wiped(out, sizeof out);
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * about.size_bytes; bit++) {
            place[bit / 8] ^= (char)(1 << bit % 8);
            memset(out, 0xa5, sizeof out);
            assert_ptr_equal(crypto_unseal(sealer, about, s, out).kind, &CRYPTO_NOT_AUTHENTIC);
            is_untouched_or_wiped(out, sizeof out);
            place[bit / 8] ^= (char)(1 << bit % 8);
        }
        for (size_t bit = 0; bit < 8 * sizeof KEY; bit++) {
            crypto_key other = KEY;
            other.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            crypto_sealer_rekey(sealer, &other);
            assert_ptr_equal(crypto_unseal(sealer, about, s, out).kind, &CRYPTO_NOT_AUTHENTIC);
        }
        crypto_sealer_rekey(sealer, &KEY);
        assert_null(crypto_unseal(sealer, about, s, out).kind);
        assert_memory_equal(out, PLAIN, sizeof out);
        crypto_sealer_close(sealer);
    }
}

static void what_is_cut_moved_or_of_another_kind_is_refused(void **state)
{
    (void)state;
    uint8_t sealed[40 + CRYPTO_SEAL_BYTES], out[64];
    crypto_suite suite;
    crypto_sealer *sm = sealer_of(CRYPTO_SUITE_SM, CRYPTO_USE_FIELDS, &KEY);
    crypto_sealer *aes = sealer_of(CRYPTO_SUITE_AES, CRYPTO_USE_FIELDS, &KEY);
    crypto_sealer *keys = sealer_of(CRYPTO_SUITE_SM, CRYPTO_USE_KEYS, &KEY);
    crypto_seal(sm, NONCE, TEXT("ab"), TEXT("cd"), sealed);
    text s = bytes_of(sealed, 2 + CRYPTO_SEAL_BYTES);
    for (size_t size_bytes = 0; size_bytes < s.size_bytes; size_bytes++) {
        err e = crypto_unseal(sm, TEXT("ab"), bytes_of(sealed, size_bytes), out);
        assert_ptr_equal(e.kind, size_bytes < CRYPTO_SEAL_BYTES ? &CRYPTO_BAD_SEAL
                                                                : &CRYPTO_NOT_AUTHENTIC);
    }
    assert_ptr_equal(crypto_unseal(aes, TEXT("ab"), s, out).kind, &CRYPTO_OTHER_SUITE);
    assert_ptr_equal(crypto_unseal(keys, TEXT("ab"), s, out).kind, &CRYPTO_NOT_AUTHENTIC);
    /* a byte that moves from the place into the body changes the sense, not the bytes in a row */
    assert_ptr_equal(crypto_unseal(sm, TEXT("a"), s, out).kind, &CRYPTO_NOT_AUTHENTIC);
    assert_ptr_equal(crypto_unseal(sm, TEXT_NONE, s, out).kind, &CRYPTO_NOT_AUTHENTIC);
    assert_null(crypto_sealed_suite(s, &suite).kind);
    assert_int_equal(suite, CRYPTO_SUITE_SM);
    assert_ptr_equal(crypto_sealed_suite(TEXT("short"), &suite).kind, &CRYPTO_BAD_SEAL);
    assert_null(crypto_unseal(sm, TEXT("ab"), s, out).kind);
    crypto_sealer_close(sm);
    crypto_sealer_close(aes);
    crypto_sealer_close(keys);
    for (int i = 0; i < CRYPTO_SUITE_COUNT; i++)
        assert_true(crypto_suite_named(text_of(crypto_suite_spelling((crypto_suite)i)), &suite) &&
                    suite == (crypto_suite)i);
    assert_false(crypto_suite_named(TEXT("des"), &suite));
}

static void nonces_of_an_event_are_all_different(void **state)
{
    (void)state;
    crypto_nonce at = crypto_nonce_at(NONCE, 0);
    assert_memory_equal(&at, &NONCE, sizeof at);
    at = crypto_nonce_at(NONCE, 1); /* the carry runs through */
    assert_memory_equal(at.bytes, "\x09\x08\x07\x06\x05\x04\x03\x02\x01\x01\x00\x00", 12);
    at = crypto_nonce_at(NONCE, UINT64_MAX); /* 2^64 - 1 more */
    assert_memory_equal(at.bytes, "\x09\x08\x07\x07\x05\x04\x03\x02\x01\x00\xff\xfe", 12);
    crypto_nonce last;
    memset(&last, 0xff, sizeof last);
    at = crypto_nonce_at(last, 1); /* goes round */
    assert_memory_equal(at.bytes, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
}

/* ---- keys under a master key ---- */

static void a_key_is_unwrapped_only_by_its_master_and_under_its_name(void **state)
{
    (void)state;
    crypto_key key, out;
    dice_fill(&D, &key, sizeof key);
    for (int suite = 0; suite < CRYPTO_SUITE_COUNT; suite++) {
        crypto_sealer *master = sealer_of((crypto_suite)suite, CRYPTO_USE_KEYS, &KEY);
        crypto_wrapped wrapped = crypto_wrap(master, NONCE, TEXT("person 42"), &key);
        for (size_t bit = 0; bit < 8 * sizeof wrapped; bit++) {
            crypto_wrapped altered = wrapped;
            altered.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(&out, 0xa5, sizeof out);
            const err_kind *kind = crypto_unwrap(master, TEXT("person 42"), &altered, &out).kind;
            assert_true(kind == &CRYPTO_NOT_AUTHENTIC ||
                        (bit < 8 && (kind == &CRYPTO_BAD_SEAL || kind == &CRYPTO_OTHER_SUITE)));
            is_untouched_or_wiped(out.bytes, sizeof out);
        }
        assert_ptr_equal(crypto_unwrap(master, TEXT("person 43"), &wrapped, &out).kind,
                         &CRYPTO_NOT_AUTHENTIC);
        assert_null(crypto_unwrap(master, TEXT("person 42"), &wrapped, &out).kind);
        assert_memory_equal(&out, &key, sizeof key);
        crypto_sealer_close(master);
    }
}

static void rotation_changes_the_wrapping_and_not_the_key(void **state)
{
    (void)state;
    crypto_key key, fresh, out;
    dice_fill(&D, &key, sizeof key);
    dice_fill(&D, &fresh, sizeof fresh);
    crypto_sealer *from = sealer_of(CRYPTO_SUITE_SM, CRYPTO_USE_KEYS, &KEY);
    crypto_sealer *to = sealer_of(CRYPTO_SUITE_AES, CRYPTO_USE_KEYS, &fresh);
    crypto_wrapped wrapped = crypto_wrap(from, NONCE, TEXT("k"), &key), before = wrapped;
    assert_ptr_equal(crypto_rewrap(to, from, NONCE, TEXT("k"), &wrapped).kind, &CRYPTO_OTHER_SUITE);
    assert_ptr_equal(crypto_rewrap(from, to, NONCE, TEXT("x"), &wrapped).kind,
                     &CRYPTO_NOT_AUTHENTIC);
    assert_memory_equal(&wrapped, &before, sizeof wrapped);
    assert_null(crypto_rewrap(from, to, NONCE, TEXT("k"), &wrapped).kind);
    assert_null(crypto_unwrap(to, TEXT("k"), &wrapped, &out).kind);
    assert_memory_equal(&out, &key, sizeof key);
    assert_ptr_equal(crypto_unwrap(from, TEXT("k"), &wrapped, &out).kind, &CRYPTO_OTHER_SUITE);
    crypto_sealer_close(from);
    crypto_sealer_close(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(naive_sm4_is_that_of_the_standard),
        cmocka_unit_test(naive_gcm_is_that_of_the_standard),
        cmocka_unit_test(sealed_bytes_are_those_of_the_written_layout),
        cmocka_unit_test(a_flipped_bit_anywhere_is_refused),
        cmocka_unit_test(what_is_cut_moved_or_of_another_kind_is_refused),
        cmocka_unit_test(nonces_of_an_event_are_all_different),
        cmocka_unit_test(a_key_is_unwrapped_only_by_its_master_and_under_its_name),
        cmocka_unit_test(rotation_changes_the_wrapping_and_not_the_key),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
