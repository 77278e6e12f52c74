#include <stdlib.h>
#include <string.h>

#include "codec/codec.h"
#include "eventlog/eventlog.h"

int64_t eventlog_body_int(const codec_json *body, const char *key)
{
    const codec_json *value = codec_json_member(body, text_of(key));
    int64_t whole = 0;
    if (value && value->type == CODEC_JSON_NUMBER) (void)codec_parse_scaled(value->word, 0, &whole);
    return whole;
}

text eventlog_body_text(const codec_json *body, const char *key)
{
    const codec_json *value = codec_json_member(body, text_of(key));
    return value && value->type == CODEC_JSON_STRING ? value->word : TEXT_NONE;
}

crypto_digest eventlog_body_digest(const codec_json *body, const char *key)
{
    crypto_digest digest = { { 0 } };
    err e = crypto_parse_digest(eventlog_body_text(body, key), &digest);
    (void)e; /* a body that is not ours fails where its figures are compared */
    return digest;
}

err eventlog_body_bytes(arena *a, const codec_json *body, const char *key, text *bytes)
{
    text hex = eventlog_body_text(body, key);
    char *out = arena_alloc(a, hex.size_bytes / 2 + 1);
    TRY(crypto_parse_hex(hex, out, hex.size_bytes / 2));
    *bytes = (text){ out, hex.size_bytes / 2 };
    return ERR_NONE;
}

void eventlog_body_add_int(codec_json_writer *w, const char *key, int64_t value)
{
    codec_json_key(w, text_of(key));
    codec_json_add_i64(w, value);
}

void eventlog_body_add_text(codec_json_writer *w, const char *key, text value)
{
    codec_json_key(w, text_of(key));
    codec_json_add_text(w, value);
}

void eventlog_body_add_bytes(codec_json_writer *w, const char *key, text value)
{
    char *hex = arena_alloc(w->out->memory, 2 * value.size_bytes + 1);
    crypto_print_hex(value.bytes, value.size_bytes, hex);
    eventlog_body_add_text(w, key, text_of(hex));
}
