/* codec/ - showing the place to blame, shared by the files of this folder only. */
#ifndef CODEC_CODEC_INTERNAL_H
#define CODEC_CODEC_INTERNAL_H

#include "codec/codec.h"

/* Size of a UTF-8 byte order mark at the beginning, 3 or 0. */
static inline size_t codec_mark_bytes(text t)
{
    return text_begins(t, TEXT("\xEF\xBB\xBF")) ? 3 : 0;
}

/* Some characters from `at` on, cut where a character ends, to show in an error. */
const char *codec_snippet(arena *a, text t, size_t at);
/* Bytes that are no characters, as "0xB0 0xFA". */
const char *codec_hex(arena *a, text t, size_t at);
/* The line and column of `at`, when `t` begins at column 1 of `line`. */
source_pos codec_locate(const char *file, int32_t line, text t, size_t at);

#endif
