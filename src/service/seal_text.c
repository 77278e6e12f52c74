/* The text of a seal: lines a person can read, in an order that never changes, since it is signed. */
#include "codec/codec.h"
#include "os/os.h"
#include "service/seal.h"

const err_kind SEAL_BAD_FILE = {
    "seal.bad_file", ERR_BAD_INPUT, "This is no whole file of signed heads: {}.", "不是完整的链头签封文件：{}。"
};
const err_kind SEAL_BAD_SIGNATURE = {
    "seal.bad_signature", ERR_FORBIDDEN,
    "The signature of the heads does not fit ({}): the file was altered, or not signed with this key.",
    "链头签封的签名不符（{}）：文件被改动过，或不是用该密钥签署。"
};

#define HEAD_LINE "doudi heads 1\n"
enum { MARK_BYTES = 4, MARK_DIGITS = 2 * MARK_BYTES };

static text hex_of(arena *a, const void *bytes, size_t size_bytes)
{
    char *hex = arena_alloc(a, 2 * size_bytes + 1);
    crypto_print_hex(bytes, size_bytes, hex);
    return (text){ hex, 2 * size_bytes };
}

text seal_print(arena *a, const seal *made, text when)
{
    text_builder out = text_builder_open(a);
    bool is_signed = made->user_id != 0;
    text_add_cstr(&out, HEAD_LINE);
    text_add_format(&out, "office %.*s\n", TEXT_ARG(made->office));
    text_add_format(&out, "known %lld %.*s\n", (long long)made->known_ms, TEXT_ARG(when));
    text_add_format(&out, "why %.*s\n", TEXT_ARG(made->why));
    text_add_format(&out, "signer %lld %.*s\n", (long long)made->user_id, TEXT_ARG(is_signed ? made->login : TEXT("-")));
    text_add_format(&out, "key %.*s\n", TEXT_ARG(is_signed ? hex_of(a, made->key.bytes, sizeof made->key.bytes) : TEXT("-")));
    for (size_t i = 0; i <= EVENTLOG_BUCKETS; i++)
        text_add_format(&out, "chain %zu %lld %.*s\n", i, (long long)made->heads[i].sequence,
                        TEXT_ARG(hex_of(a, made->heads[i].hash.bytes, CRYPTO_DIGEST_BYTES)));
    text_add_format(&out, "marks %.*s\n", TEXT_ARG(made->marks_digest));
    return text_built(&out);
}

/* ---- reading ---- */

static err bad(arena *a, const char *line)
{
    return err_of(&SEAL_BAD_FILE, text_cstr(a, text_of(line)));
}

/* The line's words behind the first, which must be `word`. */
static err take(arena *a, text *rest, const char *word, text *words)
{
    size_t end = text_find(*rest, TEXT("\n"));
    text begin = text_format(a, "%s ", word);
    if (end == SIZE_MAX || !text_begins(*rest, begin)) return bad(a, word);
    *words = text_sub(*rest, begin.size_bytes, end);
    *rest = text_sub(*rest, end + 1, rest->size_bytes);
    return ERR_NONE;
}

static text next_word(text *words)
{
    size_t end = text_find(*words, TEXT(" "));
    text word = end == SIZE_MAX ? *words : text_sub(*words, 0, end);
    *words = end == SIZE_MAX ? TEXT("") : text_sub(*words, end + 1, words->size_bytes);
    return word;
}

static bool take_number(text *words, int64_t *number)
{
    return codec_parse_scaled(next_word(words), 0, number) && *number >= 0;
}

static err take_signer(arena *a, text *rest, seal *read)
{
    text words;
    TRY(take(a, rest, "signer", &words));
    if (!take_number(&words, &read->user_id)) return bad(a, "signer");
    read->login = words;
    TRY(take(a, rest, "key", &words));
    if (!read->user_id) return ERR_NONE;
    if (crypto_parse_hex(words, read->key.bytes, sizeof read->key.bytes).kind) return bad(a, "key");
    return crypto_sm2_check(&read->key).kind ? bad(a, "key") : ERR_NONE;
}

err seal_parse(arena *a, text whole, seal *read, text *rest)
{
    text words;
    *read = (seal){ .user_id = 0 };
    *rest = whole;
    if (!text_begins(whole, TEXT(HEAD_LINE))) return bad(a, "doudi heads 1");
    *rest = text_sub(whole, sizeof HEAD_LINE - 1, whole.size_bytes);
    TRY(take(a, rest, "office", &read->office));
    TRY(take(a, rest, "known", &words));
    if (!take_number(&words, &read->known_ms)) return bad(a, "known");
    TRY(take(a, rest, "why", &read->why));
    TRY(take_signer(a, rest, read));
    for (uint32_t i = 0; i <= EVENTLOG_BUCKETS; i++) {
        int64_t bucket;
        eventlog_head *head = &read->heads[i];
        TRY(take(a, rest, "chain", &words));
        if (!take_number(&words, &bucket) || bucket != i || !take_number(&words, &head->sequence) ||
            crypto_parse_digest(words, &head->hash).kind)
            return bad(a, text_format(a, "chain %u", i).bytes);
        head->bucket = i;
    }
    TRY(take(a, rest, "marks", &read->marks_digest));
    read->message = text_sub(whole, 0, whole.size_bytes - rest->size_bytes);
    return ERR_NONE;
}

err seal_check_signature(arena *a, const seal *made)
{
    crypto_verifier *verifier;
    if (!made->user_id) return ERR_NONE;
    TRY(crypto_verifier_open(a, &made->key, &verifier));
    err e = crypto_verify(verifier, made->message, &made->signature);
    crypto_verifier_close(verifier);
    return e.kind ? err_of(&SEAL_BAD_SIGNATURE, text_cstr(a, made->login)) : ERR_NONE;
}

static err digest_of(arena *a, text bytes, text *hex)
{
    crypto_hasher *hasher;
    TRY(crypto_hasher_open(a, CRYPTO_SM3, &hasher));
    crypto_digest digest = crypto_hash(hasher, bytes.bytes, bytes.size_bytes);
    crypto_hasher_close(hasher);
    *hex = hex_of(a, digest.bytes, sizeof digest.bytes);
    return ERR_NONE;
}

err seal_digest(arena *a, const seal *made, text *hex)
{
    return digest_of(a, made->message, hex);
}

static err read_file(arena *a, text whole, seal *read)
{
    text rest, words, digest;
    TRY(seal_parse(a, whole, read, &rest));
    TRY(take(a, &rest, "signature", &words));
    if (read->user_id && crypto_parse_hex(words, read->signature.bytes, sizeof read->signature.bytes).kind)
        return bad(a, "signature");
    read->marks = rest;
    TRY(digest_of(a, rest, &digest));
    if (!text_equal(digest, read->marks_digest)) return bad(a, "marks");
    return seal_check_signature(a, read);
}

err seal_read(service_call *call, const char *path, seal **read)
{
    enum { BYTES_MAX = 8 << 20 };
    text whole;
    TRY(os_read_file(call->request, path, BYTES_MAX, &whole));
    *read = ARENA_NEW(call->request, seal);
    return read_file(call->request, whole, *read);
}

/* ---- the file ---- */

text seal_whole(arena *a, const seal *made)
{
    text signature = made->user_id ? hex_of(a, made->signature.bytes, sizeof made->signature.bytes) : TEXT("-");
    return text_format(a, "%.*ssignature %.*s\n%.*s", TEXT_ARG(made->message), TEXT_ARG(signature), TEXT_ARG(made->marks));
}

/* ---- marks ---- */

/* So that none has more than SEAL_MARKS. */
static int64_t stride_of(int64_t sequence)
{
    return (sequence + SEAL_MARKS - 1) / SEAL_MARKS;
}

err seal_marks_print(arena *a, eventlog *log, const seal *made, text *marks)
{
    text_builder out = text_builder_open(a);
    crypto_digest *hashes = ARENA_ARRAY(a, crypto_digest, SEAL_MARKS);
    for (uint32_t i = 0; i <= EVENTLOG_BUCKETS; i++) {
        size_t found;
        int64_t last = made->heads[i].sequence;
        if (!last) continue;
        TRY(eventlog_hashes(log, i, stride_of(last), stride_of(last), (size_t)(last / stride_of(last)), hashes, &found));
        text_add_format(&out, "mark %u %lld", i, (long long)stride_of(last));
        for (size_t k = 0; k < found; k++)
            text_add_format(&out, " %.*s", TEXT_ARG(hex_of(a, hashes[k].bytes, MARK_BYTES)));
        text_add_char(&out, '\n');
    }
    *marks = text_built(&out);
    return ERR_NONE;
}

err seal_marks_of(const seal *kept, uint32_t bucket, int64_t *stride, text *marks)
{
    text rest = kept->marks, words;
    arena *scratch = arena_open();
    *stride = 0;
    while (rest.size_bytes && !*stride) {
        int64_t of = -1;
        err e = take(scratch, &rest, "mark", &words);
        bool is_whole = !e.kind && take_number(&words, &of) && take_number(&words, stride) && *stride > 0;
        if (!is_whole) break;
        if (of != bucket) *stride = 0;
    }
    *marks = *stride ? words : TEXT("");
    arena_close(scratch);
    return ERR_NONE;
}
