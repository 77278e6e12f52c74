/* An instruction's file, in whichever format it is. */
#include "counterparty/counterparty_internal.h"
#include "os/os.h"

/* The first piece is looked at before the whole is read. */
typedef struct {
    codec_source inner;
    char first[4096];
    size_t first_size, first_at;
} peeked;

static err read_peeked(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    peeked *p = context;
    if (p->first_at == p->first_size) return p->inner.read(p->inner.context, into, size_max, size_bytes);
    *size_bytes = 0;
    while (p->first_at < p->first_size && *size_bytes < size_max)
        into[(*size_bytes)++] = p->first[p->first_at++];
    return ERR_NONE;
}

static err peek(peeked *p)
{
    while (p->first_size < sizeof p->first) {
        size_t size = 0;
        TRY(p->inner.read(p->inner.context, p->first + p->first_size,
                          sizeof p->first - p->first_size, &size));
        if (size == 0) break;
        p->first_size += size;
    }
    return ERR_NONE;
}

static err read_either(arena *a, peeked *p, const char *path, bank_order_sink to)
{
    TRY(peek(p));
    codec_source whole = { read_peeked, p };
    bool is_xml = text_find((text){ p->first, p->first_size }, TEXT(":pain.001.")) != SIZE_MAX;
    if (is_xml) return counterparty_order_iso(a, whole, path, to);
    codec_utf8_reader *utf8 = codec_utf8_open(a, whole);
    err e = counterparty_order_csv(a, codec_utf8_source(utf8), path, to);
    codec_utf8_close(utf8);
    return e;
}

err counterparty_read_order(const char *path, arena *a, bank_order_sink to)
{
    os_reader *reader;
    TRY(os_reader_open(a, path, &reader));
    peeked *p = ARENA_NEW(a, peeked);
    p->inner = (codec_source){ os_reader_read, reader };
    err e = read_either(a, p, path, to);
    os_reader_close(reader);
    return e;
}
