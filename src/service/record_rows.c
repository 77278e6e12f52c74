#include "service/record_rows.h"

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/ledger.h"

/* ---- when ---- */

enum { MS_A_SECOND = 1000, SECONDS_A_DAY = 86400, BEIJING_SECONDS = 8 * 3600 };
enum { DAY_1970 = 25567 }; /* days from 1900-01-01 to 1970-01-01 */

static bool parse_clock(text t, int64_t *seconds)
{
    int64_t hours, minutes, rest = 0;
    bool has_seconds = t.size_bytes == 8;
    if (t.size_bytes != 5 && !has_seconds) return false;
    if (!codec_parse_scaled(text_sub(t, 0, 2), 0, &hours) || t.bytes[2] != ':') return false;
    if (!codec_parse_scaled(text_sub(t, 3, 5), 0, &minutes)) return false;
    if (has_seconds && (t.bytes[5] != ':' || !codec_parse_scaled(text_sub(t, 6, 8), 0, &rest))) return false;
    *seconds = hours * 3600 + minutes * 60 + rest;
    return hours < 24 && minutes < 60 && rest < 60;
}

err record_known(const service_call *call, int64_t *known_ms)
{
    text said = service_text_of(call, "known", TEXT_NONE);
    *known_ms = REGISTRY_NOW;
    if (!said.size_bytes) return ERR_NONE;
    int32_t day;
    int64_t seconds = SECONDS_A_DAY;
    bool is_read = !calendar_parse_day(text_sub(said, 0, said.size_bytes < 10 ? said.size_bytes : 10), &day).kind;
    if (is_read && said.size_bytes > 10) is_read = parse_clock(text_sub(said, 11, said.size_bytes), &seconds);
    if (!is_read)
        return err_of(&SERVICE_BAD_ARGUMENT,
                      err_said(call->request, "--known %.*s (write it like this: 2026-11-05T09:30:00)", "--known %.*s（应写作：2026-11-05T09:30:00）",
                                  TEXT_ARG(said)));
    /* All that became known within the second named is meant. */
    *known_ms = ((int64_t)(day - DAY_1970) * SECONDS_A_DAY + seconds - BEIJING_SECONDS + (said.size_bytes > 10)) *
                    MS_A_SECOND - 1;
    return ERR_NONE;
}

text record_instant_text(arena *a, int64_t ms)
{
    if (ms == REGISTRY_NOW) return TEXT("");
    int64_t seconds = ms / MS_A_SECOND + BEIJING_SECONDS;
    int64_t day = seconds / SECONDS_A_DAY, clock = seconds % SECONDS_A_DAY;
    return text_format(a, "%.*s %02lld:%02lld:%02lld", TEXT_ARG(service_day_text(a, (int32_t)day + DAY_1970)),
                       (long long)(clock / 3600), (long long)(clock / 60 % 60), (long long)(clock % 60));
}

static text edge(arena *a, int64_t at, bool is_month)
{
    if (at == REGISTRY_EVER || at == REGISTRY_OPEN) return TEXT("");
    return is_month ? service_month_text(a, (int32_t)at) : service_day_text(a, (int32_t)at);
}

/* ---- secrets ---- */

/* So many characters at either end stay. */
static text masked(arena *a, text plain, size_t head, size_t tail)
{
    text_builder b = text_builder_open(a);
    for (size_t i = 0; i < plain.size_bytes; i++) {
        bool is_seen = plain.size_bytes > head + tail && (i < head || i >= plain.size_bytes - tail);
        text_add_char(&b, is_seen ? plain.bytes[i] : '*');
    }
    return text_built(&b);
}

text record_masked(arena *a, const registry_secret *secret)
{
    static const struct { const char *field; uint8_t head, tail; } SEEN[] = {
        { "citizen_number", 6, 2 }, { "phone", 3, 4 }, { "account_number", 0, 4 },
    };
    for (size_t i = 0; secret->field && i < ARRAY_COUNT(SEEN); i++)
        if (text_equal_cstr(text_of(secret->field), SEEN[i].field))
            return masked(a, secret->plain, SEEN[i].head, SEEN[i].tail);
    return secret->plain;
}

err record_secret(const record_view *view, int64_t subject_id, registry_secret *secret, text *shown)
{
    arena *a = view->office->call->request;
    *shown = TEXT_NONE;
    if (!secret->key) return ERR_NONE;
    err e = registry_reveal(a, view->office->people, subject_id, secret);
    if (e.kind == &REGISTRY_FORGOTTEN) {
        *shown = text_of(service_say(view->office->call, "sealed", "已封存"));
        return ERR_NONE;
    }
    TRY(e);
    *shown = view->reveals ? secret->plain : record_masked(a, secret);
    return ERR_NONE;
}

/* ---- what ---- */

static err word_shown(const record_view *v, int64_t id, text *shown)
{
    text word;
    TRY(county_word_text(v->office, id, &word));
    *shown = county_word_said(v->office, word);
    return ERR_NONE;
}

/* The employer's name now; its id where it has none here. */
static err employer_shown(const record_view *v, int64_t id, text *shown)
{
    arena *a = v->office->call->request;
    registry_record record;
    *shown = TEXT_NONE;
    if (!id) return ERR_NONE;
    *shown = text_format(a, "%lld", (long long)id);
    err e = registry_record_read(a, v->office->people, id, REGISTRY_NOW, &record);
    if (e.kind == &REGISTRY_NOT_FOUND) return ERR_NONE;
    TRY(e);
    if (record.kind != REGISTRY_EMPLOYER) return ERR_NONE;
    const registry_employer *named = record.facts[REGISTRY_EMPLOYER];
    *shown = text_format(a, "%.*s (%lld)", TEXT_ARG(named[record.count[REGISTRY_EMPLOYER] - 1].name), (long long)id);
    return ERR_NONE;
}

static void add_part(text_builder *b, text part)
{
    if (!part.size_bytes) return;
    if (b->size_bytes) text_add_cstr(b, "; ");
    text_add(b, part);
}

static void add_amount(const record_view *v, text_builder *b, const char *en, const char *zh, int64_t fen)
{
    arena *a = v->office->call->request;
    if (fen) add_part(b, text_format(a, "%s %.*s", service_say(v->office->call, en, zh), TEXT_ARG(service_yuan(a, fen))));
}

typedef struct {
    text what;
    text_builder says;
} row_words;

text record_sex_text(const service_call *call, int64_t sex)
{
    if (!sex) return TEXT_NONE;
    return text_of(sex == 1 ? service_say(call, "male", "男") : service_say(call, "female", "女"));
}

static err say_person(const record_view *v, const void *fact, row_words *w)
{
    const registry_person *p = fact;
    arena *a = v->office->call->request;
    registry_secret number = p->number, phone = p->phone;
    text shown;
    w->what = text_of(service_say(v->office->call, "person", "基本信息"));
    add_part(&w->says, p->name);
    TRY(record_secret(v, p->fact.subject_id, &number, &shown));
    add_part(&w->says, shown);
    add_part(&w->says, record_sex_text(v->office->call, p->sex));
    if (p->birth_day) add_part(&w->says, service_day_text(a, (int32_t)p->birth_day));
    TRY(record_secret(v, p->fact.subject_id, &phone, &shown));
    add_part(&w->says, shown);
    if (p->region) add_part(&w->says, text_format(a, "%lld", (long long)p->region));
    TRY(word_shown(v, p->hukou_kind, &shown));
    add_part(&w->says, shown);
    if (p->merged_into)
        add_part(&w->says, text_format(a, service_say(v->office->call, "merged into %lld", "已并入 %lld"), (long long)p->merged_into));
    return ERR_NONE;
}

static err say_household(const record_view *v, const void *fact, row_words *w)
{
    const registry_household *h = fact;
    w->what = text_of(service_say(v->office->call, "household", "家庭"));
    add_part(&w->says, text_format(v->office->call->request, "%lld", (long long)h->region));
    add_part(&w->says, h->address);
    return ERR_NONE;
}

static err say_employer(const record_view *v, const void *fact, row_words *w)
{
    const registry_employer *e = fact;
    text shown;
    w->what = text_of(service_say(v->office->call, "employer", "单位"));
    add_part(&w->says, e->name);
    add_part(&w->says, e->code);
    TRY(word_shown(v, e->kind, &shown));
    add_part(&w->says, shown);
    TRY(word_shown(v, e->industry, &shown));
    add_part(&w->says, shown);
    return ERR_NONE;
}

static err say_member(const record_view *v, const void *fact, row_words *w)
{
    const registry_member *m = fact;
    text shown;
    w->what = text_of(service_say(v->office->call, "member of household", "家庭成员"));
    add_part(&w->says, text_format(v->office->call->request, "%lld", (long long)m->household_id));
    TRY(word_shown(v, m->relation, &shown));
    add_part(&w->says, shown);
    return ERR_NONE;
}

static err say_enrolment(const record_view *v, const void *fact, row_words *w)
{
    const registry_enrolment *e = fact;
    text shown;
    TRY(word_shown(v, e->scheme, &w->what));
    TRY(word_shown(v, e->standing, &shown));
    add_part(&w->says, shown);
    TRY(employer_shown(v, e->employer_id, &shown));
    add_part(&w->says, shown);
    add_amount(v, &w->says, "declared", "申报", e->base_fen);
    add_amount(v, &w->says, "tier", "档次", e->tier);
    return ERR_NONE;
}

static err say_benefit(const record_view *v, const void *fact, row_words *w)
{
    static const char *const STATES[][2] = {
        [REGISTRY_ENTITLED] = { "entitled", "已核定" }, [REGISTRY_PAYING] = { "in payment", "发放中" },
        [REGISTRY_SUSPENDED] = { "suspended", "暂停" }, [REGISTRY_STOPPED] = { "stopped", "停发" },
    };
    const registry_benefit *b = fact;
    text word, shown;
    TRY(county_word_text(v->office, b->benefit, &word));
    const county_word_row *row = county_word_row_of(COUNTY_BENEFIT, word);
    w->what = row ? text_of(service_say(v->office->call, row->en, row->zh)) : word;
    bool is_state = b->state >= REGISTRY_ENTITLED && b->state <= REGISTRY_STOPPED;
    if (is_state) add_part(&w->says, text_of(STATES[b->state][v->office->call->is_chinese]));
    add_amount(v, &w->says, "a month", "每月", b->amount_fen);
    TRY(word_shown(v, b->reason, &shown));
    add_part(&w->says, shown);
    return ERR_NONE;
}

static err say_account(const record_view *v, const void *fact, row_words *w)
{
    const registry_account *account = fact;
    registry_secret number = account->number;
    text shown;
    w->what = text_of(service_say(v->office->call, "bank account", "银行账户"));
    TRY(word_shown(v, account->bank, &shown));
    add_part(&w->says, shown);
    TRY(record_secret(v, account->fact.subject_id, &number, &shown));
    add_part(&w->says, shown);
    add_part(&w->says, account->holder);
    return ERR_NONE;
}

/* A day is told as a day, money as yuan: the fact's own table says which. */
static err say_attribute(const record_view *v, const void *fact, row_words *w)
{
    const registry_attribute *t = fact;
    text word;
    TRY(county_word_text(v->office, t->name, &word));
    w->what = county_word_shown(v->office, word);
    if (t->note.size_bytes) add_part(&w->says, county_word_said(v->office, t->note));
    else add_part(&w->says, county_word_value(v->office, word, t->value));
    return ERR_NONE;
}

static err say_review(const record_view *v, const void *fact, row_words *w)
{
    const registry_review *r = fact;
    text shown;
    w->what = text_of(service_say(v->office->call, "to be reviewed", "待核实"));
    TRY(word_shown(v, r->reason, &shown));
    add_part(&w->says, shown);
    if (r->other_id) add_part(&w->says, text_format(v->office->call->request, "→ %lld", (long long)r->other_id));
    return ERR_NONE;
}

static err say_spell(const record_view *v, const void *fact, row_words *w)
{
    const registry_spell *s = fact;
    text kind, employer;
    TRY(word_shown(v, s->scheme, &w->what));
    TRY(word_shown(v, s->kind, &kind));
    add_part(&w->says, kind);
    TRY(employer_shown(v, s->employer_id, &employer));
    add_part(&w->says, employer);
    add_part(&w->says, text_format(v->office->call->request, service_say(v->office->call, "%lld months", "%lld 个月"),
                                   (long long)(s->fact.until - s->fact.from)));
    add_amount(v, &w->says, "base", "基数", s->base_fen);
    return ERR_NONE;
}

/* ---- rows ---- */

typedef err (*say_fact)(const record_view *view, const void *fact, row_words *words);
static const struct { say_fact say; const char *code; size_t size_bytes; bool is_by_month; } KINDS[REGISTRY_KIND_COUNT] = {
    [REGISTRY_PERSON] = { say_person, "person", sizeof(registry_person), false },
    [REGISTRY_HOUSEHOLD] = { say_household, "household", sizeof(registry_household), false },
    [REGISTRY_EMPLOYER] = { say_employer, "employer", sizeof(registry_employer), false },
    [REGISTRY_MEMBER] = { say_member, "member", sizeof(registry_member), false },
    [REGISTRY_ENROLMENT] = { say_enrolment, "enrolment", sizeof(registry_enrolment), false },
    [REGISTRY_BENEFIT] = { say_benefit, "benefit", sizeof(registry_benefit), true },
    [REGISTRY_ACCOUNT] = { say_account, "account", sizeof(registry_account), false },
    [REGISTRY_ATTRIBUTE] = { say_attribute, "attribute", sizeof(registry_attribute), false },
    [REGISTRY_REVIEW] = { say_review, "review", sizeof(registry_review), false },
    [REGISTRY_SPELL] = { say_spell, "spell", sizeof(registry_spell), true },
};

static bool holds(const record_view *v, registry_kind kind, const registry_fact *f)
{
    if (v->is_history || v->day == REGISTRY_EVER || kind == REGISTRY_SPELL) return true;
    int64_t at = KINDS[kind].is_by_month ? calendar_month_of_day((int32_t)v->day) : v->day;
    return f->from <= at && at < f->until;
}

err record_fact_words(const record_view *v, registry_kind kind, const void *fact, record_words *words)
{
    arena *a = v->office->call->request;
    const registry_fact *f = fact;
    row_words w = { .says = text_builder_open(a) };
    TRY(KINDS[kind].say(v, fact, &w));
    words->what = w.what;
    words->says = f->is_void ? text_of(service_say(v->office->call, "not so", "无")) : text_built(&w.says);
    words->from = edge(a, f->from, KINDS[kind].is_by_month);
    words->until = edge(a, f->until, KINDS[kind].is_by_month);
    return ERR_NONE;
}

static err add_row(const record_view *v, registry_kind kind, const void *fact, service_value *into)
{
    arena *a = v->office->call->request;
    const registry_fact *f = fact;
    record_words w;
    TRY(record_fact_words(v, kind, fact, &w));
    service_value *row = service_put_object(a, into, NULL);
    service_put_cstr(a, row, "kind", KINDS[kind].code);
    service_put_text(a, row, "what", w.what);
    service_put_text(a, row, "says", w.says);
    service_put_text(a, row, "from", w.from);
    service_put_text(a, row, "until", w.until);
    if (!v->is_history) return ERR_NONE;
    service_put_text(a, row, "known_from", record_instant_text(a, f->known_from_ms));
    service_put_text(a, row, "known_until", record_instant_text(a, f->known_until_ms));
    service_put_text(a, row, "event", text_format(a, "%u/%lld", eventlog_bucket_of(f->subject_id), (long long)f->sequence));
    return ERR_NONE;
}

static bool goes_on(const registry_spell *s, const registry_spell *next)
{
    return s->scheme == next->scheme && s->employer_id == next->employer_id && s->kind == next->kind &&
           s->fact.until == next->fact.from;
}

static err add_spells(const record_view *v, const registry_spell *spells, size_t count, service_value *into)
{
    for (size_t i = 0; i < count;) {
        registry_spell whole = spells[i++];
        for (; i < count && goes_on(&whole, &spells[i]); i++) {
            whole.fact.until = spells[i].fact.until;
            whole.base_fen = spells[i].base_fen;
        }
        TRY(add_row(v, REGISTRY_SPELL, &whole, into));
    }
    return ERR_NONE;
}

err record_rows(const record_view *view, const registry_record *record, service_value *into)
{
    for (int kind = 0; kind < REGISTRY_KIND_COUNT; kind++) {
        const char *facts = record->facts[kind];
        if (kind == REGISTRY_SPELL && !view->is_history) {
            TRY(add_spells(view, record->facts[kind], record->count[kind], into));
            continue;
        }
        for (size_t i = 0; i < record->count[kind]; i++) {
            const registry_fact *f = (const registry_fact *)(const void *)(facts + i * KINDS[kind].size_bytes);
            if (holds(view, (registry_kind)kind, f)) TRY(add_row(view, (registry_kind)kind, f, into));
        }
    }
    return ERR_NONE;
}
