#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/checked.h"
#include "crypto/crypto.h"
#include "support/dice.h"
#include "support/naive_sm.h"

static arena *A;
static crypto_hasher *SM3, *SHA256;

static int open_hashers(void **state)
{
    (void)state;
    A = arena_open();
    return crypto_hasher_open(A, CRYPTO_SM3, &SM3).kind != NULL ||
           crypto_hasher_open(A, CRYPTO_SHA256, &SHA256).kind != NULL;
}

static int close_hashers(void **state)
{
    (void)state;
    crypto_hasher_close(SM3);
    crypto_hasher_close(SHA256);
    arena_close(A);
    return 0;
}

static void is_digest(crypto_digest digest, const char *hex)
{
    char printed[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(digest, printed);
    assert_string_equal(printed, hex);
}

static dice D = { 20230101 };

static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    static const struct {
        const char *message, *sm3, *sha256;
    } CASES[] = {
        /* GB/T 32905 annex A.1; FIPS 180 examples */
        { "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        /* GB/T 32905 annex A.2 */
        { "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
          "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732", NULL },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", NULL,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    };
    for (size_t i = 0; i < ARRAY_COUNT(CASES); i++) {
        size_t size_bytes = strlen(CASES[i].message);
        if (CASES[i].sm3) is_digest(crypto_hash(SM3, CASES[i].message, size_bytes), CASES[i].sm3);
        if (CASES[i].sha256)
            is_digest(crypto_hash(SHA256, CASES[i].message, size_bytes), CASES[i].sha256);
    }
}

static void sm3_agrees_with_a_second_reading_of_the_standard(void **state)
{
    (void)state;
    uint8_t message[700];
    for (size_t size_bytes = 0; size_bytes < sizeof message; size_bytes++) {
        crypto_digest expected;
        dice_fill(&D, message, size_bytes);
        naive_sm3(message, size_bytes, expected.bytes);
        assert_true(crypto_digest_equal(crypto_hash(SM3, message, size_bytes), expected));
    }
}

static void pieces_hash_as_the_whole(void **state)
{
    (void)state;
    uint8_t message[300];
    dice_fill(&D, message, sizeof message);
    crypto_hasher *both[] = { SM3, SHA256 };
    for (size_t k = 0; k < ARRAY_COUNT(both); k++) {
        crypto_digest whole = crypto_hash(both[k], message, sizeof message);
        for (size_t cut = 0; cut <= sizeof message; cut += 7) {
            crypto_hash_add(both[k], "left over", 9); /* forgotten by begin */
            crypto_hash_begin(both[k]);
            crypto_hash_add(both[k], message, cut);
            crypto_hash_add(both[k], message + cut, sizeof message - cut);
            assert_true(crypto_digest_equal(crypto_hash_end(both[k]), whole));
        }
    }
}

static void hmac_is_that_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t key[131], data[50];
    memset(key, 0x0b, 20);
    crypto_mac *mac;
    assert_null(crypto_mac_open(A, CRYPTO_SHA256, key, 20, &mac).kind);
    is_digest(crypto_mac_of(mac, "Hi There", 8),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    crypto_mac_rekey(mac, "Jefe", 4);
    is_digest(crypto_mac_of(mac, "what do ya want for nothing?", 28),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    crypto_mac_rekey(mac, key, 20);
    is_digest(crypto_mac_of(mac, data, sizeof data),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    crypto_mac_rekey(mac, key, sizeof key); /* longer than a block */
    is_digest(crypto_mac_of(mac, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    crypto_mac_close(mac);
}

static void hmac_sm3_agrees_with_the_one_written_out(void **state)
{
    (void)state;
    uint8_t key[150], message[200];
    crypto_mac *mac;
    assert_null(crypto_mac_open(A, CRYPTO_SM3, NULL, 0, &mac).kind);
    for (int round = 0; round < 500; round++) {
        size_t key_bytes = dice_word(&D) % sizeof key, size_bytes = dice_word(&D) % sizeof message;
        size_t cut = size_bytes ? dice_word(&D) % size_bytes : 0;
        dice_fill(&D, key, key_bytes);
        dice_fill(&D, message, size_bytes);
        crypto_digest expected;
        naive_hmac_sm3(key, key_bytes, message, size_bytes, expected.bytes);
        crypto_mac_rekey(mac, key, key_bytes);
        assert_true(crypto_digest_equal(crypto_mac_of(mac, message, size_bytes), expected));
        crypto_mac_begin(mac);
        crypto_mac_add(mac, message, cut);
        crypto_mac_add(mac, message + cut, size_bytes - cut);
        assert_true(crypto_digest_equal(crypto_mac_end(mac), expected));
    }
    crypto_mac_close(mac);
}

static void hex_is_read_back_and_nothing_else_is(void **state)
{
    (void)state;
    uint8_t bytes[3] = { 0x00, 0xaf, 0x9f }, back[3] = { 1, 2, 3 };
    char printed[7];
    crypto_print_hex(bytes, 3, printed);
    assert_string_equal(printed, "00af9f");
    static const char *const REFUSED[] = { "", "00af9", "00af9f0", "00af9g", "0 af9f", "00AF9:" };
    for (size_t i = 0; i < ARRAY_COUNT(REFUSED); i++)
        assert_ptr_equal(crypto_parse_hex(text_of(REFUSED[i]), back, 3).kind, &CRYPTO_BAD_HEX);
    assert_memory_equal(back, "\1\2\3", 3);
    assert_null(crypto_parse_hex(TEXT("00aF9f"), back, 3).kind);
    assert_memory_equal(back, bytes, 3);
    crypto_digest digest = crypto_hash(SM3, "abc", 3), again;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    crypto_print_digest(digest, hex);
    assert_null(crypto_parse_digest(text_of(hex), &again).kind);
    assert_true(crypto_digest_equal(digest, again));
    assert_ptr_equal(crypto_parse_digest(TEXT("66"), &again).kind, &CRYPTO_BAD_HEX);
}

static void hashes_have_names(void **state)
{
    (void)state;
    crypto_hash_name name = CRYPTO_HASH_COUNT;
    for (int i = 0; i < CRYPTO_HASH_COUNT; i++) {
        text spelling = text_of(crypto_hash_spelling((crypto_hash_name)i));
        assert_true(crypto_hash_named(spelling, &name) && name == (crypto_hash_name)i);
    }
    assert_false(crypto_hash_named(TEXT("md5"), &name));
    assert_int_equal(CRYPTO_UNAVAILABLE.class, ERR_BUG); /* met only where libcrypto lacks one */
}

static void one_bit_makes_digests_differ_and_wiping_leaves_zeros(void **state)
{
    (void)state;
    crypto_digest a = crypto_hash(SM3, "abc", 3);
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        crypto_digest b = a;
        b.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(crypto_digest_equal(a, b));
    }
    static const crypto_digest NOTHING;
    crypto_wipe(&a, sizeof a);
    assert_memory_equal(&a, &NOTHING, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(sm3_agrees_with_a_second_reading_of_the_standard),
        cmocka_unit_test(pieces_hash_as_the_whole),
        cmocka_unit_test(hmac_is_that_of_rfc_4231),
        cmocka_unit_test(hmac_sm3_agrees_with_the_one_written_out),
        cmocka_unit_test(hex_is_read_back_and_nothing_else_is),
        cmocka_unit_test(hashes_have_names),
        cmocka_unit_test(one_bit_makes_digests_differ_and_wiping_leaves_zeros),
    };
    return cmocka_run_group_tests(tests, open_hashers, close_hashers);
}
