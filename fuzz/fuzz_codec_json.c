/* JSON: a value or an error with a place; printing then parsing gives the same. */
#include <assert.h>

#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static text print(arena *a, const codec_json *value, bool is_pretty)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, is_pretty);
    codec_json_add_value(&w, value);
    return text_built(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *scratch = arena_open();
    text input = { (const char *)bytes, size_bytes };
    codec_json_options none = { 0 };
    const codec_json *value = NULL;
    err e = codec_json_parse(scratch, input, none, &value);
    if (e.kind) {
        assert(!value && e.at.line > 0 && e.at.column > 0);
    } else {
        text compact = print(scratch, value, false), pretty = print(scratch, value, true);
        const codec_json *again = NULL;
        e = codec_json_parse(scratch, pretty, none, &again);
        assert(!e.kind && text_equal(print(scratch, again, false), compact));
        e = codec_json_parse(scratch, compact, none, &again);
        assert(!e.kind && text_equal(print(scratch, again, true), pretty));
    }
    arena_close(scratch);
    return 0;
}
