#include "service/month_net.h"

#include <string.h>

#include "base/hash.h"
#include "codec/codec.h"

bool month_net_is_reduction(text purpose, int64_t *target, bool *is_right)
{
    size_t dash = text_find(purpose, TEXT("-")), plus = text_find(purpose, TEXT("+")), dot = text_find(purpose, TEXT("."));
    *target = 0;
    *is_right = false;
    if (dash == SIZE_MAX || plus < dash || dot == SIZE_MAX) return false; /* the month behind a plus has a dash */
    text number = text_sub(purpose, dot + 1, purpose.size_bytes);
    *is_right = number.size_bytes && number.bytes[number.size_bytes - 1] == 'r';
    size_t end = text_find(number, TEXT("_")); /* a second one of the same month */
    if (end == SIZE_MAX) end = number.size_bytes - *is_right;
    return codec_parse_scaled(text_sub(number, 0, end), 0, target) && *target > 0;
}

/* ---- a month's issues ---- */

/* Of a chain of merges the last. */
static err read_merged(month_call *m, month_net *net)
{
    registry *people;
    TRY(county_people(m->office, &people));
    TRY(registry_merged_of(m->memory, people, 0, &net->merged, &net->merged_count));
    for (size_t i = 0; i < net->merged_count; i++)
        for (size_t k = 0, steps = 0; k < net->merged_count && steps <= net->merged_count; k++)
            if (net->merged[k].other_id == net->merged[i].into) {
                net->merged[i].into = net->merged[k].into;
                k = SIZE_MAX;
                steps++;
            }
    return ERR_NONE;
}

err month_net_open(month_call *m, text purpose, int32_t month, const month_keys *keys, month_net *net)
{
    collection *bills;
    collection_issue_row *all;
    size_t count, source_capacity = 0, reduction_capacity = 0;
    *net = (month_net){ .keys = keys, .payer_kind = keys->payer_kind };
    TRY(county_bills(m->office, &bills));
    TRY(read_merged(m, net));
    TRY(collection_issues(m->memory, bills, month, &all, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t target;
        bool is_right;
        if (!text_equal(month_purpose_base(all[i].purpose), purpose)) continue;
        if (month_net_is_reduction(all[i].purpose, &target, &is_right))
            ARENA_PUSH(m->memory, net->reductions, net->reduction_count, reduction_capacity, all[i]);
        else
            ARENA_PUSH(m->memory, net->sources, net->source_count, source_capacity, all[i]);
    }
    return net->source_count <= MONTH_NET_SOURCES_MAX ? ERR_NONE : err_of(&COLLECTION_BROKEN, "too many differences");
}

static text key_of(arena *a, int64_t person_id, int64_t payer_id)
{
    return text_format(a, "%lld/%lld", (long long)person_id, (long long)payer_id);
}

month_net_person *month_net_find(month_net *net, int64_t person_id, int64_t payer_id)
{
    size_t at = hash_map_get(net->place, key_of(net->memory, person_id, payer_id));
    return at == SIZE_MAX ? NULL : &net->people[at];
}

month_net_person *month_net_add(month_net *net, int64_t person_id, int64_t payer_id)
{
    month_net_person *found = month_net_find(net, person_id, payer_id);
    if (found) return found;
    month_net_person fresh = { .person_id = person_id, .payer_id = payer_id };
    size_t bytes = (net->source_count + 1) * sizeof *fresh.fen;
    fresh.fen = arena_alloc(net->memory, bytes);
    memset(fresh.fen, 0, bytes);
    hash_map_put(net->place, key_of(net->memory, person_id, payer_id), net->count);
    ARENA_PUSH(net->memory, net->people, net->count, net->capacity, fresh);
    return &net->people[net->count - 1];
}

static size_t key_named(const month_keys *keys, const char *name)
{
    for (size_t k = 0; k < keys->count; k++)
        if (!strcmp(keys->keys[k].name, name)) return k;
    return SIZE_MAX;
}

static err add_line(month_net *net, const collection_terms *terms, const collection_line *line, size_t source, int sign)
{
    month_net_person *p = month_net_add(net, line->person_id, line->payer.id);
    p->base_fen = line->base_fen;
    for (size_t k = 0; k < terms->key_count; k++) {
        size_t at = key_named(net->keys, terms->keys[k].name);
        if (at == SIZE_MAX && line->fen[k]) return err_of(&MONTH_BAD_TABLE, text_cstr(net->memory, text_of(terms->keys[k].name)));
        if (at != SIZE_MAX) p->fen[source][at] += sign * line->fen[k];
    }
    return ERR_NONE;
}

/* Lines of a record that was merged are the person's whom it was merged into. */
static int64_t meant_by(const month_net *net, int64_t person_id)
{
    for (size_t i = 0; i < net->merged_count; i++)
        if (net->merged[i].other_id == person_id) return net->merged[i].into;
    return person_id;
}

static err read_lines(month_call *m, month_net *net, int64_t issue_id, uint32_t bucket, size_t source, int sign, int64_t only)
{
    collection *bills;
    collection_cursor *cursor;
    const collection_line *line;
    TRY(county_bills(m->office, &bills));
    TRY(collection_lines(net->memory, bills, issue_id, bucket, &cursor));
    err e;
    for (;;) {
        e = collection_next_line(cursor, &line);
        if (e.kind || !line) break;
        collection_line one = *line;
        if (only && line->person_id != only) continue;
        one.person_id = net->merged_count ? meant_by(net, line->person_id) : line->person_id;
        if (!only && one.person_id != line->person_id) continue;
        e = add_line(net, collection_cursor_terms(cursor), &one, source, sign);
        if (e.kind) break;
    }
    collection_lines_close(cursor);
    return e;
}

static err read_issue(month_call *m, month_net *net, int64_t issue_id, uint32_t bucket, size_t source, int sign)
{
    TRY(read_lines(m, net, issue_id, bucket, source, sign, 0));
    for (size_t i = 0; i < net->merged_count; i++)
        if (eventlog_bucket_of(net->merged[i].into) == bucket)
            TRY(read_lines(m, net, issue_id, eventlog_bucket_of(net->merged[i].other_id), source, sign, net->merged[i].other_id));
    return ERR_NONE;
}

err month_net_read(month_call *m, month_net *net, uint32_t bucket, arena *memory)
{
    net->memory = memory;
    net->place = hash_map_open(memory);
    net->people = NULL;
    net->count = net->capacity = 0;
    for (size_t i = 0; i < net->source_count; i++) TRY(read_issue(m, net, net->sources[i].issue_id, bucket, i, 1));
    for (size_t i = 0; i < net->reduction_count; i++) {
        int64_t target;
        bool is_right;
        size_t source = 0;
        (void)month_net_is_reduction(net->reductions[i].purpose, &target, &is_right);
        while (source < net->source_count && net->sources[source].issue_id != target) source++;
        if (source == net->source_count) return err_of(&COLLECTION_BROKEN, text_cstr(memory, net->reductions[i].purpose));
        TRY(read_issue(m, net, net->reductions[i].issue_id, bucket, source, -1));
    }
    return ERR_NONE;
}

/* ---- what is told less ---- */

struct month_less_row {
    int64_t base_fen;
    int64_t fen[COLLECTION_KEYS_MAX];
};

static err take_less(month_less *less, collection_cursor *cursor, const collection_terms *of)
{
    const collection_terms *terms = collection_cursor_terms(cursor);
    for (;;) {
        const collection_line *line;
        TRY(collection_next_line(cursor, &line));
        if (!line) return ERR_NONE;
        text key = key_of(less->memory, line->person_id, line->payer.id);
        size_t at = hash_map_get(less->place, key);
        if (at == SIZE_MAX) {
            struct month_less_row fresh = { 0 };
            at = less->count;
            ARENA_PUSH(less->memory, less->rows, less->count, less->capacity, fresh);
            hash_map_put(less->place, key, at);
        }
        less->rows[at].base_fen = line->base_fen;
        for (size_t k = 0; k < terms->key_count; k++)
            for (size_t i = 0; i < of->key_count; i++)
                if (!strcmp(terms->keys[k].name, of->keys[i].name)) less->rows[at].fen[i] += line->fen[k];
    }
}

err month_less_open(month_call *m, arena *memory, const collection_issue_row *issue, month_less *less)
{
    collection *bills;
    collection_issue_row *all;
    collection_cursor *of, *cursor;
    size_t count;
    *less = (month_less){ .memory = memory, .place = hash_map_open(memory) };
    TRY(county_bills(m->office, &bills));
    TRY(collection_issues(memory, bills, issue->month, &all, &count));
    TRY(collection_lines(memory, bills, issue->issue_id, 0, &of));
    err e = ERR_NONE;
    for (size_t i = 0; !e.kind && i < count; i++) {
        int64_t target;
        bool is_right;
        if (!month_net_is_reduction(all[i].purpose, &target, &is_right) || target != issue->issue_id || is_right) continue;
        e = collection_lines(memory, bills, all[i].issue_id, EVENTLOG_BUCKETS, &cursor);
        if (e.kind) break;
        e = take_less(less, cursor, collection_cursor_terms(of));
        collection_lines_close(cursor);
    }
    collection_lines_close(of);
    return e;
}

void month_less_take(const month_less *less, const collection_terms *terms, const collection_line *line,
                     int64_t fen[COLLECTION_KEYS_MAX], int64_t *base_fen)
{
    *base_fen = line->base_fen;
    for (size_t k = 0; k < terms->key_count; k++) fen[k] = line->fen[k];
    if (!less->count) return;
    size_t at = hash_map_get(less->place, key_of(less->memory, line->person_id, line->payer.id));
    if (at == SIZE_MAX) return;
    *base_fen = less->rows[at].base_fen;
    for (size_t k = 0; k < terms->key_count; k++) fen[k] -= less->rows[at].fen[k];
}
