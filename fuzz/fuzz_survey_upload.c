/* Uploads of a survey: what is read is written and read as the same; and its sayings make the same heads in the opposite order. */
#include <assert.h>

#include "survey/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

enum { HEADS_MAX = 256 };

static void heads_agree(arena *a, const survey_upload *upload)
{
    size_t count = upload->count < HEADS_MAX ? upload->count : HEADS_MAX;
    survey_saying *there = ARENA_ARRAY(a, survey_saying, count + 1), *back = ARENA_ARRAY(a, survey_saying, count + 1);
    bool *is_head = ARENA_ARRAY(a, bool, count + 1), *is_back = ARENA_ARRAY(a, bool, count + 1), has_head = false;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equal(upload->said[j].id, upload->said[i].id)) return; /* the room refuses it or takes it once */
        there[i] = back[count - 1 - i] = (survey_saying){ .id = upload->said[i].id, .replaces = upload->said[i].replaces };
    }
    survey_heads(a, there, count, is_head);
    survey_heads(a, back, count, is_back);
    for (size_t i = 0; i < count; i++) {
        assert(is_head[i] == is_back[count - 1 - i]);
        has_head |= is_head[i];
    }
    assert(has_head == (count > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    arena *a = arena_open();
    survey_upload upload, again;
    if (!survey_upload_read(a, (text){ (const char *)bytes, size_bytes }, &upload).kind) {
        text written = survey_upload_write(a, &upload);
        err e = survey_upload_read(a, written, &again);
        assert(!e.kind && again.count == upload.count);
        assert(text_equal(written, survey_upload_write(a, &again)));
        heads_agree(a, &upload);
    }
    arena_close(a);
    return 0;
}
