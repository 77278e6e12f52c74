/* Rows of a run: looking for rows and ids without reading them whole finds the same rows, and the
 * same ids, as the reader that reads them. A fact written in words is a fact or an error. */
#include <assert.h>
#include <string.h>

#include "service/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

enum { ROWS_MAX = 4096 };

/* A quote inside a field: the id is then left as it is written, with its quotes doubled. */
static bool is_plain(text id)
{
    return !id.size_bytes || !memchr(id.bytes, '"', id.size_bytes);
}

static void rows_agree(arena *a, text t, size_t index)
{
    text *ids = ARENA_ARRAY(a, text, ROWS_MAX);
    size_t count = 0;
    codec_csv_reader *reader = codec_csv_open_text(a, t, (codec_csv_options){ .first_line = 2 });
    for (;; count++) {
        codec_csv_row row;
        bool has_row;
        if (codec_csv_next(reader, &row, &has_row).kind || count == ROWS_MAX) return;
        if (!has_row) break;
        ids[count] = index < row.count ? text_copy(a, row.field[index]) : TEXT_NONE;
    }
    text row, id;
    size_t found = 0;
    for (size_t at = 0; run_source_next_row(t, &at, true, index, &row, &id); found++) {
        assert(found < count);
        if (is_plain(ids[found]) && is_plain(id)) assert(text_equal(ids[found], id));
    }
    assert(found == count);
}

static void fact_is_read(arena *a, text t)
{
    service_facts facts = { 0 };
    err e = service_facts_add_word(a, &facts, t);
    assert((e.kind != NULL) == (facts.count == 0));
    if (!e.kind) assert(facts.items[0].value && facts.items[0].name.size_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (!size_bytes) return 0;
    arena *a = arena_open();
    text t = { (const char *)bytes + 1, size_bytes - 1 };
    if (bytes[0] & 1) fact_is_read(a, t);
    else rows_agree(a, t, bytes[0] >> 1 & 3);
    arena_close(a);
    return 0;
}
