/* The survey's form as a table declares it, its keys, and what was said, opened. */
#include "service/surveys.h"

#include <string.h>

#include "codec/codec.h"
#include "os/os.h"
#include "service/adopt.h"
#include "service/decide.h"
#include "service/subject.h"

const err_kind SURVEYS_BAD_TABLE = {
    "surveys.bad_table", ERR_BAD_INPUT, "This row of packs/adapters/office-survey.csv cannot be used: {}.",
    "packs/adapters/office-survey.csv 的这一行无法使用：{}。"
};

/* ---- the form ---- */

enum { AT_NAME, AT_OF, AT_INPUT, AT_WHEN, AT_NEED, AT_REGISTRY, AT_ROLE, AT_ZH, AT_EN, AT_COUNT };
typedef struct {
    arena *a;
    const policy_book *book;
    codec_csv_reader *reader;
    survey_question *questions;
    size_t count, capacity;
    surveys_rules rules;
} reading;

static err bad(const reading *r, const char *what, text detail)
{
    return err_at(&SURVEYS_BAD_TABLE, codec_csv_position(r->reader, 0), text_format(r->a, "%s %.*s", what, TEXT_ARG(detail)).bytes);
}

static text *split(arena *a, text said, const char *by, size_t *count)
{
    size_t capacity = 0, at;
    text *items = NULL;
    *count = 0;
    while (said.size_bytes) {
        at = text_find(said, text_of(by));
        text one = text_trim(text_sub(said, 0, at == SIZE_MAX ? said.size_bytes : at));
        if (one.size_bytes) ARENA_PUSH(a, items, *count, capacity, one);
        said = at == SIZE_MAX ? TEXT("") : text_sub(said, at + 1, said.size_bytes);
    }
    return items;
}

static err take_words(reading *r, const char *enum_name, survey_question *q)
{
    const policy_symbol *words;
    size_t at = text_find(q->input, TEXT("."));
    words = policy_find_in(r->book, text_sub(q->input, 0, at), text_of(enum_name));
    if (!words || words->kind != POLICY_SYMBOL_ENUM) return bad(r, "enum", text_of(enum_name));
    survey_choice_word *choices = ARENA_ARRAY(r->a, survey_choice_word, words->member_count + 1);
    for (size_t i = 0; i < words->member_count; i++) {
        text zh = text_of(words->members[i]);
        const char *label = words->member_labels ? words->member_labels[i] : NULL;
        choices[i] = (survey_choice_word){ zh, zh, label ? text_of(label) : zh };
    }
    q->choices = choices;
    q->choice_count = words->member_count;
    return ERR_NONE;
}

static err take_type(reading *r, survey_question *q)
{
    const policy_symbol *s;
    if (!q->input.size_bytes || text_equal_cstr(q->input, "date")) {
        q->kind = q->input.size_bytes ? SURVEY_DATE : SURVEY_TEXT;
        q->input = TEXT("");
        return ERR_NONE;
    }
    if (text_find(q->input, TEXT(".")) == SIZE_MAX || policy_find(r->book, q->input, &s).kind || s->kind != POLICY_SYMBOL_INPUT)
        return bad(r, "input", q->input);
    q->least = s->type.min;
    q->most = s->type.max;
    switch (s->type.base) {
    case POLICY_BOOL: q->kind = SURVEY_BOOL; return ERR_NONE;
    case POLICY_ENUM: q->kind = SURVEY_CHOICE; return take_words(r, s->type.enum_name, q);
    case POLICY_COUNT: q->kind = SURVEY_COUNT; return ERR_NONE;
    case POLICY_MONEY: q->kind = SURVEY_MONEY; return ERR_NONE;
    case POLICY_DATE: q->kind = SURVEY_DATE; return ERR_NONE;
    case POLICY_TEXT: q->kind = SURVEY_TEXT; return ERR_NONE;
    default: return bad(r, "type of", q->input);
    }
}

static err take_rule(reading *r, text name, text input, policy_symbol_kind kind)
{
    const policy_symbol *s;
    text *into = text_equal_cstr(name, "age") ? &r->rules.age : text_equal_cstr(name, "able") ? &r->rules.able : &r->rules.target;
    bool is_known = into != &r->rules.target || text_equal_cstr(name, "target");
    if (!is_known || policy_find(r->book, input, &s).kind || s->kind != kind) return bad(r, "rule", name);
    *into = input;
    return ERR_NONE;
}

static err read_row(reading *r, const codec_csv_row *row)
{
    text cell[AT_COUNT];
    size_t word_count, at;
    if (row->count != AT_COUNT) return bad(r, "columns", TEXT("name,of,input,when,need,registry,role,zh,en"));
    for (int c = 0; c < AT_COUNT; c++) cell[c] = text_copy(r->a, text_trim(row->field[c]));
    if (text_equal_cstr(cell[AT_OF], "fact")) return take_rule(r, cell[AT_NAME], cell[AT_INPUT], POLICY_SYMBOL_INPUT);
    if (text_equal_cstr(cell[AT_OF], "result")) return take_rule(r, cell[AT_NAME], cell[AT_INPUT], POLICY_SYMBOL_VAR);
    survey_question q = { .name = cell[AT_NAME], .zh = cell[AT_ZH], .en = cell[AT_EN], .input = cell[AT_INPUT], .registry = cell[AT_REGISTRY], .role = cell[AT_ROLE],
                          .is_of_household = text_equal_cstr(cell[AT_OF], "household") };
    if (!q.is_of_household && !text_equal_cstr(cell[AT_OF], "person")) return bad(r, "of", cell[AT_OF]);
    if (!q.name.size_bytes || !q.zh.size_bytes || !q.en.size_bytes) return bad(r, "words of", q.name);
    text wanted = q.is_of_household ? SURVEYS_ADDRESS : SURVEYS_PHONE;
    if (q.registry.size_bytes && !text_equal(q.registry, wanted)) return bad(r, "registry", q.registry);
    const text *words = split(r->a, cell[AT_NEED], " ", &word_count);
    for (size_t i = 0; i < word_count; i++) {
        bool is_yes = text_equal_cstr(words[i], "yes"), is_open = text_equal_cstr(words[i], "open"), is_new = text_equal_cstr(words[i], "newcomer");
        if (!is_yes && !is_open && !is_new) return bad(r, "need", words[i]);
        q.is_needed |= is_yes;
        q.is_open |= is_open;
        q.is_new_only |= is_new;
    }
    at = text_find(cell[AT_WHEN], TEXT("="));
    if (at != SIZE_MAX) {
        q.when = text_trim(text_sub(cell[AT_WHEN], 0, at));
        q.when_values = split(r->a, text_sub(cell[AT_WHEN], at + 1, cell[AT_WHEN].size_bytes), "|", &q.when_count);
    } else if (cell[AT_WHEN].size_bytes) {
        return bad(r, "when", cell[AT_WHEN]);
    }
    TRY(take_type(r, &q));
    if (q.registry.size_bytes && q.kind != SURVEY_TEXT) return bad(r, "registry", q.name);
    ARENA_PUSH(r->a, r->questions, r->count, r->capacity, q);
    return ERR_NONE;
}

static err read_table(service_call *call, reading *r)
{
    const decide_law *law;
    text bytes;
    *r = (reading){ .a = call->request };
    TRY(decide_law_open(call, &law));
    TRY(decide_law_aside(call->request, law, "office-survey.csv", &bytes));
    r->book = decide_law_book(law);
    r->reader = codec_csv_open_text(r->a, bytes, (codec_csv_options){ .file = "office-survey.csv" });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(r->reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        bool is_head = row.count > 1 && text_equal_cstr(row.field[0], "name") && text_equal_cstr(row.field[1], "of");
        if (!is_head && !text_begins(row.field[0], TEXT("#"))) TRY(read_row(r, &row));
    }
}

err surveys_rules_read(service_call *call, surveys_rules *rules)
{
    reading r;
    TRY(read_table(call, &r));
    *rules = r.rules;
    return rules->age.size_bytes && rules->able.size_bytes && rules->target.size_bytes ? ERR_NONE : bad(&r, "age, able or target", TEXT("-"));
}

/* Whose answers are used, and what a question must be for it. */
static const struct {
    const char *role;
    survey_kind kind;
    bool is_of_household, is_open, is_new_only;
} ROLES[] = {
    { "outcome", SURVEY_CHOICE, true, true, false },   { "name", SURVEY_TEXT, false, false, true },
    { "number", SURVEY_TEXT, false, false, true },     { "born", SURVEY_DATE, false, false, true },
    { "stays", SURVEY_CHOICE, false, false, false },   { "pension", SURVEY_CHOICE, false, false, false },
    { "wish", SURVEY_CHOICE, false, false, false },
};

static err check_roles(const reading *r, const survey_form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        bool is_known = !form->questions[i].role.size_bytes;
        for (size_t k = 0; k < ARRAY_COUNT(ROLES); k++) is_known |= text_equal_cstr(form->questions[i].role, ROLES[k].role);
        if (!is_known) return bad(r, "role", form->questions[i].role);
    }
    for (size_t k = 0; k < ARRAY_COUNT(ROLES); k++) {
        const survey_question *q = survey_question_for(form, text_of(ROLES[k].role));
        if (!q) return bad(r, "no question has the role", text_of(ROLES[k].role));
        bool is_fit = q->kind == ROLES[k].kind && q->is_of_household == ROLES[k].is_of_household && q->is_open >= ROLES[k].is_open &&
                      q->is_new_only == ROLES[k].is_new_only;
        if (!is_fit)
            return bad(r, text_format(r->a, "the role %s wants %s%s of the %s, and not", ROLES[k].role, ROLES[k].is_open ? "an open " : "a ",
                                      survey_kind_name(ROLES[k].kind), ROLES[k].is_of_household ? "household" : ROLES[k].is_new_only ? "newcomer" : "person").bytes,
                       q->name);
    }
    return ERR_NONE;
}

err surveys_form(service_call *call, survey_form *form)
{
    reading r;
    TRY(read_table(call, &r));
    /* Written and read, it is held to what the room asks of a form. */
    survey_form made = { r.questions, r.count };
    TRY(survey_form_read(r.a, survey_form_write(r.a, &made), form));
    return check_roles(&r, form);
}

text surveys_title(const service_call *call, const survey_question *question)
{
    return call->is_chinese ? question->zh : question->en;
}

text surveys_value_shown(const service_call *call, const survey_question *question, text value)
{
    for (size_t i = 0; question && i < question->choice_count; i++)
        if (text_equal(question->choices[i].value, value)) return call->is_chinese ? question->choices[i].zh : question->choices[i].en;
    if (!value.size_bytes) return TEXT("-");
    if (question && question->kind == SURVEY_BOOL)
        return text_of(text_equal_cstr(value, "true") ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    return value;
}

/* ---- opening ---- */

struct surveys_keys {
    crypto_mac *mac;
    crypto_sealer *sealer;
};

err surveys_keys_open(county *office, surveys_keys **keys)
{
    crypto_key search = { 0 }, field = { 0 }, own;
    surveys_keys *k = ARENA_NEW(office->memory, surveys_keys);
    *k = (surveys_keys){ 0 };
    err e = county_key(office, "key.search", false, &search);
    if (!e.kind) e = county_key(office, "key.field", false, &field);
    if (!e.kind) e = crypto_key_derive(&search, "doudi 1 hmac-sm3 sayings of surveys", &own);
    if (!e.kind) e = crypto_mac_open(office->memory, CRYPTO_SM3, own.bytes, sizeof own.bytes, &k->mac);
    if (!e.kind) e = crypto_key_derive(&field, "doudi 1 sayings of surveys", &own);
    if (!e.kind) e = crypto_sealer_open(office->memory, CRYPTO_SUITE_SM, CRYPTO_USE_SECRETS, &own, &k->sealer);
    crypto_wipe(&search, sizeof search);
    crypto_wipe(&field, sizeof field);
    crypto_wipe(&own, sizeof own);
    *keys = k;
    return e;
}

err surveys_book(county *office, survey_book **book)
{
    return survey_open(office->memory, office->db, office->log, book);
}

err surveys_open(service_call *call, county_need need, text round, surveys *s)
{
    *s = (surveys){ .call = call };
    TRY(county_open(call, need, &s->office));
    bool is_writer = need == COUNTY_WRITE;
    if (is_writer) TRY(county_login(s->office, NULL));
    if (is_writer) TRY(county_begin(s->office));
    TRY(surveys_book(s->office, &s->book));
    TRY(surveys_keys_open(s->office, &s->keys));
    TRY(county_people(s->office, &s->people));
    TRY(scope_of(s->office, &s->span));
    if (!round.size_bytes) return ERR_NONE;
    TRY(survey_round_of(s->office->memory, s->book, round, &s->round));
    return survey_form_read(s->office->memory, s->round.form, &s->form);
}

err surveys_close(surveys *s, err e)
{
    if (e.detail) e.detail = text_cstr(s->call->request, text_of(e.detail));
    if (s->keys && s->keys->mac) crypto_mac_close(s->keys->mac);
    if (s->keys && s->keys->sealer) crypto_sealer_close(s->keys->sealer);
    return e;
}

survey_act surveys_act(const surveys *s)
{
    return (survey_act){ .actor_id = s->office->actor_id, .known_ms = s->office->now_ms,
                         .why = service_text_of(s->call, "why", text_of(s->call->op->name)) };
}

/* ---- sealed ---- */

static err seal(surveys *s, text about, text plain, text *hex)
{
    arena *a = s->office->memory;
    crypto_nonce nonce;
    size_t size = plain.size_bytes + CRYPTO_SEAL_BYTES;
    uint8_t *bytes = arena_alloc(a, size);
    char *shown = arena_alloc(a, 2 * size + 1);
    os_random_bytes(nonce.bytes, sizeof nonce.bytes);
    crypto_seal(s->keys->sealer, nonce, about, plain, bytes);
    crypto_print_hex(bytes, size, shown);
    *hex = text_of(shown);
    return ERR_NONE;
}

static err unseal(surveys *s, text about, text hex, text *plain)
{
    arena *a = s->office->memory;
    size_t size = hex.size_bytes / 2;
    if (size < CRYPTO_SEAL_BYTES) return err_of(&EVENTLOG_BROKEN, "survey");
    uint8_t *sealed = arena_alloc(a, size + 1), *bytes = arena_alloc(a, size + 1);
    TRY(crypto_parse_hex(hex, sealed, size));
    TRY(crypto_unseal(s->keys->sealer, about, (text){ (const char *)sealed, size }, bytes));
    *plain = (text){ (const char *)bytes, size - CRYPTO_SEAL_BYTES };
    return ERR_NONE;
}

static text about_saying(arena *a, int64_t round_id, text id)
{
    return text_format(a, "survey %lld saying %.*s", (long long)round_id, TEXT_ARG(id));
}

static int64_t content_of(surveys *s, const survey_said *said)
{
    enum { BYTES = 8, SPARE_BITS = 6 }; /* a whole number of JSON has 18 digits at most */
    uint64_t hash = 0;
    text all = text_format(s->office->memory, "%lld\n%.*s\n%.*s\n%.*s\n%zu\n%.*s\n%.*s", (long long)said->household_id, TEXT_ARG(said->subject),
                           TEXT_ARG(said->question), TEXT_ARG(said->replaces), said->value.size_bytes, TEXT_ARG(said->value), TEXT_ARG(said->seen));
    crypto_digest digest = crypto_mac_of(s->keys->mac, all.bytes, all.size_bytes);
    for (int i = 0; i < BYTES; i++) hash = hash << 8 | digest.bytes[i];
    return (int64_t)(hash >> SPARE_BITS) + 1;
}

err surveys_seal(surveys *s, const survey_question *question, const survey_said *said, survey_saying *saying)
{
    arena *a = s->office->memory;
    *saying = (survey_saying){ .id = said->id, .subject = said->subject, .question = said->question, .replaces = said->replaces,
                               .household_id = said->household_id, .content = content_of(s, said), .phone_ms = said->phone_ms };
    text_builder plain = text_builder_open(a);
    codec_json_writer w = codec_json_write(&plain, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "seen", said->seen);
    eventlog_body_add_text(&w, "value", said->value);
    codec_json_end_object(&w);
    if (question->is_open) {
        saying->value = text_built(&plain);
        return ERR_NONE;
    }
    return seal(s, about_saying(a, s->round.round_id, said->id), text_built(&plain), &saying->value);
}

err surveys_unseal(surveys *s, const survey_saying *saying, surveys_words *words)
{
    arena *a = s->office->memory;
    const codec_json *body;
    text plain = saying->value;
    if (!text_begins(plain, TEXT("{"))) TRY(unseal(s, about_saying(a, s->round.round_id, saying->id), saying->value, &plain));
    TRY(codec_json_parse(a, plain, (codec_json_options){ 0 }, &body));
    *words = (surveys_words){ eventlog_body_text(body, "value"), eventlog_body_text(body, "seen") };
    return ERR_NONE;
}

static text about_choice(arena *a, const surveys *s, const survey_choice *c)
{
    return text_format(a, "survey %lld choice %lld %.*s %.*s", (long long)s->round.round_id, (long long)c->household_id, TEXT_ARG(c->subject),
                       TEXT_ARG(c->question));
}

err surveys_seal_choice(surveys *s, survey_choice *choice, text value)
{
    return seal(s, about_choice(s->office->memory, s, choice), value, &choice->value);
}

err surveys_unseal_choice(surveys *s, const survey_choice *choice, text *value)
{
    return unseal(s, about_choice(s->office->memory, s, choice), choice->value, value);
}

/* ---- cells ---- */

static err read_cell(surveys *s, const survey_saying *sayings, size_t count, surveys_cell *cell)
{
    arena *a = s->office->memory;
    bool *is_head = ARENA_ARRAY(a, bool, count + 1);
    survey_saying *heads = ARENA_ARRAY(a, survey_saying, count + 1);
    surveys_words *words = ARENA_ARRAY(a, surveys_words, count + 1);
    *cell = (surveys_cell){ .household_id = sayings[0].household_id, .subject = sayings[0].subject,
                            .question = survey_question_of(&s->form, sayings[0].question), .heads = heads, .words = words };
    survey_heads(a, sayings, count, is_head);
    for (size_t i = 0; i < count; i++) {
        if (!is_head[i]) continue;
        heads[cell->count] = sayings[i];
        TRY(surveys_unseal(s, &sayings[i], &words[cell->count]));
        cell->is_split |= cell->count && !text_equal(words[cell->count].value, words[0].value);
        cell->count++;
    }
    return ERR_NONE;
}

err surveys_cells(surveys *s, int64_t household_id, text question, surveys_cell **cells, size_t *count)
{
    survey_saying *sayings;
    size_t said, capacity = 0;
    *cells = NULL;
    *count = 0;
    TRY(survey_sayings(s->office->memory, s->book, s->round.round_id, household_id, question, &sayings, &said));
    for (size_t at = 0, size; at < said; at += size) {
        surveys_cell one;
        size = survey_cell_size(sayings, said, at);
        TRY(read_cell(s, &sayings[at], size, &one));
        if (one.question) ARENA_PUSH(s->office->memory, *cells, *count, capacity, one);
    }
    return ERR_NONE;
}

text surveys_in_view(arena *a, const surveys_cell *cell)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < cell->count; i++) text_add_format(&out, "%s%.*s", i ? " " : "", TEXT_ARG(cell->heads[i].id));
    return text_built(&out);
}
