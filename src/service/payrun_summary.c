#include "service/payrun_summary.h"

#include <stdlib.h>

#include "service/payrun_people.h"

const service_field PAYRUN_SUMMARY_LINES[] = {
    { .name = "line", .type = SERVICE_COUNT, .summary = "line", .summary_zh = "序号" },
    { .name = "person", .type = SERVICE_COUNT, .summary = "person", .summary_zh = "人员编号" },
    { .name = "name", .type = SERVICE_TEXT, .summary = "name", .summary_zh = "姓名" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "上次金额" },
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference", .summary_zh = "增减" },
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
};
_Static_assert(ARRAY_COUNT(PAYRUN_SUMMARY_LINES) == PAYRUN_SUMMARY_LINE_COUNT, "fields of a line");
const service_field PAYRUN_SUMMARY_CHANGES[] = {
    { .name = "change", .type = SERVICE_TEXT, .summary = "change", .summary_zh = "变化" },
    { .name = "lines", .type = SERVICE_COUNT, .summary = "lines", .summary_zh = "笔数" },
    { .name = "amount", .type = SERVICE_TEXT, .summary = "amount", .summary_zh = "金额" },
    { .name = "before", .type = SERVICE_TEXT, .summary = "before", .summary_zh = "上次金额" },
    { .name = "difference", .type = SERVICE_TEXT, .summary = "difference", .summary_zh = "增减" },
};
_Static_assert(ARRAY_COUNT(PAYRUN_SUMMARY_CHANGES) == PAYRUN_SUMMARY_CHANGE_COUNT, "fields of a change");

/* The few lines with the largest keys, largest first; of equal ones the earlier. */
enum { TOP = 5 };
typedef struct {
    payrun_entry entry[TOP];
    int64_t key[TOP];
    size_t count;
} top;

typedef struct {
    payrun *p;
    int64_t lines[PAYRUN_CHANGE_COUNT], fen[PAYRUN_CHANGE_COUNT], before_fen[PAYRUN_CHANGE_COUNT];
    int64_t other_account_count;
    int64_t *renewed, new_days; /* people whose account was confirmed in the last days, by id */
    size_t renewed_count, renewed_capacity;
    int64_t into_new_count;
    top largest, moved, into_new;
} summing;

static void keep(top *t, const payrun_entry *entry, int64_t key)
{
    size_t at = t->count;
    while (at > 0 && t->key[at - 1] < key) at--;
    if (at == TOP) return;
    if (t->count < TOP) t->count++;
    for (size_t i = t->count - 1; i > at; i--) {
        t->entry[i] = t->entry[i - 1];
        t->key[i] = t->key[i - 1];
    }
    t->entry[at] = *entry;
    t->key[at] = key;
}

/* Until the bank has the file, an account that is no longer the person's can still be put right. */
static bool asks_accounts(const payment_run *run)
{
    return run->state >= PAYMENT_DRAFTED && run->state <= PAYMENT_AUTHORISED;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* A new account just before a payment is what a thief needs: those who sign are shown it. */
static err find_renewed(summing *s)
{
    enum { MS_A_DAY = 86400000 };
    arena *a = s->p->office->memory;
    payment_account_change *changes;
    size_t count;
    TRY(payrun_setting(s->p->office, "account.new_days", &s->new_days));
    TRY(payment_account_list(a, s->p->runs, PAYMENT_ACCOUNT_CONFIRMED, &changes, &count));
    for (size_t i = 0; i < count; i++) {
        payment_account_row *rows;
        size_t row_count;
        if (s->p->office->now_ms - changes[i].settled_ms > s->new_days * MS_A_DAY) continue;
        TRY(payment_account_rows(a, s->p->runs, changes[i].change_id, &rows, &row_count));
        for (size_t k = 0; k < row_count; k++)
            ARENA_PUSH(a, s->renewed, s->renewed_count, s->renewed_capacity, rows[k].person_id);
    }
    if (s->renewed_count) qsort(s->renewed, s->renewed_count, sizeof *s->renewed, by_id);
    return ERR_NONE;
}

static err add(summing *s, const payrun_entry *entry, payrun_people *people)
{
    const registry_roster_row *who;
    s->lines[entry->change]++;
    s->fen[entry->change] += entry->fen;
    s->before_fen[entry->change] += entry->before_fen;
    if (entry->change == PAYRUN_STOPPED) return ERR_NONE;
    int64_t off = entry->fen - entry->before_fen;
    if (entry->change == PAYRUN_CHANGED) keep(&s->moved, entry, off < 0 ? -off : off);
    keep(&s->largest, entry, entry->fen);
    if (s->renewed_count && bsearch(&entry->at.line.person_id, s->renewed, s->renewed_count, sizeof *s->renewed,
                                    by_id)) {
        s->into_new_count++;
        keep(&s->into_new, entry, entry->fen);
    }
    if (!people) return ERR_NONE;
    TRY(payrun_people_find(people, entry->at.line.person_id, &who));
    s->other_account_count += !payrun_people_account(who, entry->at.line.account);
    return ERR_NONE;
}

static err walk(summing *s, payrun_comparison *lines)
{
    payrun_people *people = NULL;
    err e = asks_accounts(&s->p->run) ? payrun_people_open(s->p->office, 0, &people) : ERR_NONE;
    while (!e.kind) {
        const payrun_entry *entry;
        e = payrun_compare_next(lines, &entry);
        if (e.kind || !entry) break;
        e = add(s, entry, people);
    }
    payrun_people_close(people);
    return e;
}

/* ---- in words ---- */

static err put_line(summing *s, const payrun_entry *entry, service_value *list)
{
    service_call *call = s->p->call;
    arena *a = call->request;
    registry *people;
    registry_record record;
    TRY(county_people(s->p->office, &people));
    TRY(registry_record_read(a, people, entry->at.line.person_id, REGISTRY_NOW, &record));
    service_value *one = service_put_object(a, list, NULL);
    service_put_count(a, one, "line", entry->at.number);
    service_put_count(a, one, "person", entry->at.line.person_id);
    service_put_text(a, one, "name", payrun_payee(&record).name);
    service_put_text(a, one, "amount", service_yuan(a, entry->fen));
    service_put_text(a, one, "before", service_yuan(a, entry->before_fen));
    service_put_text(a, one, "difference", service_yuan(a, entry->fen - entry->before_fen));
    service_put_cstr(a, one, "change", service_say(call, PAYRUN_CHANGES[entry->change].says,
                                                   PAYRUN_CHANGES[entry->change].says_zh));
    return ERR_NONE;
}

static err put_top(summing *s, const top *t, const char *name)
{
    service_value *list = service_put_list(s->p->call->request, s->p->call->reply, name);
    for (size_t i = 0; i < t->count; i++) TRY(put_line(s, &t->entry[i], list));
    return ERR_NONE;
}

static void put_changes(summing *s)
{
    arena *a = s->p->call->request;
    service_value *list = service_put_list(a, s->p->call->reply, "changes");
    for (int i = 0; i < PAYRUN_CHANGE_COUNT; i++) {
        if (!s->lines[i]) continue;
        service_value *one = service_put_object(a, list, NULL);
        service_put_cstr(a, one, "change", service_say(s->p->call, PAYRUN_CHANGES[i].says, PAYRUN_CHANGES[i].says_zh));
        service_put_count(a, one, "lines", s->lines[i]);
        service_put_text(a, one, "amount", service_yuan(a, s->fen[i]));
        service_put_text(a, one, "before", service_yuan(a, s->before_fen[i]));
        service_put_text(a, one, "difference", service_yuan(a, s->fen[i] - s->before_fen[i]));
    }
}

err payrun_summary_put(payrun *p)
{
    arena *a = p->call->request;
    summing *s = ARENA_NEW(p->office->memory, summing);
    payrun_comparison *lines = NULL;
    char hex[CRYPTO_DIGEST_HEX_BYTES];
    *s = (summing){ .p = p };
    if (asks_accounts(&p->run)) TRY(find_renewed(s));
    err e = payrun_compare_open(p->office->memory, p->office, &p->run, &lines);
    if (!e.kind) e = walk(s, lines);
    int64_t before = e.kind ? 0 : payrun_compare_before(lines);
    payrun_compare_close(lines);
    TRY(e);
    crypto_print_digest(p->run.lines_digest, hex);
    service_put_text(a, p->call->reply, "digest", text_copy(a, text_of(hex)));
    if (before) service_put_text(a, p->call->reply, "before", text_format(a, "%lld", (long long)before));
    else service_put_null(a, p->call->reply, "before");
    if (asks_accounts(&p->run)) service_put_count(a, p->call->reply, "other_accounts", s->other_account_count);
    if (asks_accounts(&p->run)) {
        service_put_count(a, p->call->reply, "new_account_days", s->new_days);
        service_put_count(a, p->call->reply, "new_accounts", s->into_new_count);
        TRY(put_top(s, &s->into_new, "into_new"));
    }
    put_changes(s);
    TRY(put_top(s, &s->moved, "moved"));
    return put_top(s, &s->largest, "largest");
}
