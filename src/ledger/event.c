#include <string.h>

#include "ledger/ledger_internal.h"

const err_kind LEDGER_BAD_EVENT = {
    "ledger.bad_event", ERR_CONFLICT, "The event is none the ledger can have written: {}.",
    "该事件不可能由账务写入：{}。"
};

bool ledger_is_voucher_event(const char *kind)
{
    static const char *const KINDS[] = { LEDGER_BEGUN, LEDGER_POSTED, LEDGER_TAKEN_BACK, LEDGER_CLOSED };
    for (size_t i = 0; i < ARRAY_COUNT(KINDS); i++)
        if (strcmp(kind, KINDS[i]) == 0) return true;
    return false;
}

static void add_i64(codec_json_writer *w, const char *key, int64_t number)
{
    codec_json_key(w, text_of(key));
    codec_json_add_i64(w, number);
}

static void add_text(codec_json_writer *w, const char *key, text t)
{
    codec_json_key(w, text_of(key));
    codec_json_add_text(w, t);
}

/* Keys in order, as every body of an event. */
text ledger_fact_body(arena *a, const ledger_voucher *v)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    add_i64(&w, "day", v->day);
    add_i64(&w, "fund", v->id.fund);
    add_text(&w, "key", v->key);
    add_text(&w, "kind", text_of(v->kind));
    codec_json_key(&w, TEXT("lines"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < v->line_count; i++) {
        codec_json_begin_object(&w);
        add_i64(&w, "account", v->lines[i].account);
        add_i64(&w, v->lines[i].side == LEDGER_DEBIT ? "debit" : "credit", v->lines[i].amount_fen);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    add_i64(&w, "month", v->id.month);
    add_i64(&w, "number", v->id.number);
    add_text(&w, "reference", v->reference);
    if (v->reverses.number) {
        add_i64(&w, "reverses_month", v->reverses.month);
        add_i64(&w, "reverses_number", v->reverses.number);
    }
    codec_json_end_object(&w);
    return text_built(&out);
}

static bool read_i64(const codec_json *object, const char *key, int64_t *number)
{
    const codec_json *value = codec_json_member(object, text_of(key));
    return value && value->type == CODEC_JSON_NUMBER && codec_parse_scaled(value->word, 0, number);
}

static bool read_i32(const codec_json *object, const char *key, int32_t *number)
{
    int64_t wide;
    if (!read_i64(object, key, &wide) || wide < INT32_MIN || wide > INT32_MAX) return false;
    *number = (int32_t)wide;
    return true;
}

static bool read_text(const codec_json *object, const char *key, text *t)
{
    const codec_json *value = codec_json_member(object, text_of(key));
    if (!value || value->type != CODEC_JSON_STRING) return false;
    *t = value->word;
    return true;
}

static bool read_lines(arena *a, const codec_json *body, ledger_voucher *v)
{
    const codec_json *lines = codec_json_member(body, TEXT("lines"));
    if (!lines || lines->type != CODEC_JSON_ARRAY) return false;
    ledger_line *out = ARENA_ARRAY(a, ledger_line, lines->count + 1);
    for (size_t i = 0; i < lines->count; i++) {
        const codec_json *line = &lines->items[i];
        bool is_debit = read_i64(line, "debit", &out[i].amount_fen);
        if (!is_debit && !read_i64(line, "credit", &out[i].amount_fen)) return false;
        if (!read_i64(line, "account", &out[i].account)) return false;
        out[i].side = is_debit ? LEDGER_DEBIT : LEDGER_CREDIT;
    }
    v->lines = out;
    v->line_count = lines->count;
    return true;
}

err ledger_fact_read(arena *a, const eventlog_entry *entry, ledger_fact *fact)
{
    const codec_json *body;
    ledger_voucher *v = &fact->voucher;
    text kind;
    *fact = (ledger_fact){ .sequence = entry->sequence };
    err e = codec_json_parse(a, entry->event.body, (codec_json_options){ 0 }, &body);
    bool is_whole = !e.kind && read_i32(body, "fund", &v->id.fund) && read_i32(body, "day", &v->day) &&
                    read_i32(body, "month", &v->id.month) && read_i32(body, "number", &v->id.number) &&
                    read_text(body, "key", &v->key) && read_text(body, "kind", &kind) &&
                    read_text(body, "reference", &v->reference) && read_lines(a, body, v);
    if (!is_whole)
        return err_of(&LEDGER_BAD_EVENT, text_format(a, "%s %lld", entry->event.kind,
                                                     (long long)entry->sequence).bytes);
    v->kind = text_cstr(a, kind);
    v->known_ms = entry->event.known_ms;
    v->actor_id = entry->event.actor_id;
    if (read_i32(body, "reverses_month", &v->reverses.month) &&
        read_i32(body, "reverses_number", &v->reverses.number))
        v->reverses.fund = v->id.fund;
    return ERR_NONE;
}

bool ledger_same_lines(const ledger_line *a, size_t a_count, const ledger_line *b, size_t b_count)
{
    if (a_count != b_count) return false;
    for (size_t i = 0; i < a_count; i++)
        if (a[i].account != b[i].account || a[i].side != b[i].side ||
            a[i].amount_fen != b[i].amount_fen)
            return false;
    return true;
}
