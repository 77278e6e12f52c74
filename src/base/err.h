/* base/err - errors are values.
 *
 * Every thing that can go wrong has one static `err_kind` row, declared by the room that finds
 * it; the doors (cli, http) map the six classes to exit codes and HTTP statuses and never a kind.
 * Code compares `e.kind == &LEDGER_MONTH_CLOSED`, never a message.
 *
 * Texts    `message` is a whole English sentence, `message_zh` the same in Chinese; both may hold
 *          one "{}" where `detail` is put.
 *          A detail that is a value is one text; one that is words is said in both languages (ERR_SAID, err_said).
 * Memory   `detail` and `at.file` live in the caller's arena (or are static).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

typedef enum {
    ERR_BAD_INPUT,
    ERR_NOT_FOUND,
    ERR_CONFLICT,
    ERR_FORBIDDEN,
    ERR_BUSY,
    ERR_BUG,
    ERR_CLASS_COUNT
} err_class;

typedef struct {
    const char *code;       /* stable and public: "ledger.month_closed" */
    err_class class;        /* what a door does about it: HTTP status, exit code, retry */
    const char *message;    /* a whole sentence for a person */
    const char *message_zh; /* the same in Chinese */
} err_kind;

typedef struct {
    const char *file; /* NUL-terminated, or NULL */
    int32_t line;     /* from 1; 0: no position */
    int32_t column;   /* from 1, in code points */
} source_pos;

typedef struct {
    const err_kind *kind; /* NULL when all is well */
    source_pos at;        /* the place in the pack, CSV or JSON to blame */
    const char *detail;   /* NUL-terminated: the offending value, in the caller's arena, or NULL */
} err;
_Static_assert(sizeof(err) <= 40, "err travels by value");

#define MUST_USE __attribute__((warn_unused_result))
#define ERR_NONE ((err){ .kind = NULL })
#define TRY(call)                                                                               \
    do {                                                                                         \
        err err_ = (call);                                                                       \
        if (err_.kind) return err_;                                                              \
    } while (0)

static inline err err_of(const err_kind *kind, const char *detail)
{
    return (err){ .kind = kind, .detail = detail };
}

static inline err err_at(const err_kind *kind, source_pos at, const char *detail)
{
    return (err){ .kind = kind, .at = at, .detail = detail };
}

/* A detail said in both languages is one text, so that whoever keeps an error longer copies one: the English, a sign that
 * nobody writes, the Chinese. */
#define ERR_SAID_SIGN "\x1f"
#define ERR_SAID(en, zh) (en ERR_SAID_SIGN zh)
MUST_USE const char *err_said(arena *a, const char *en, const char *zh, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
/* What of it a reader of one language is shown, cut to what a line holds; empty when there is none. */
text err_detail(arena *a, err e, bool is_chinese);

/* The sentence for a person: "file:line:column: message", with detail put in. */
text err_sentence(arena *a, err e, bool is_chinese);

#endif
