/* The questions of a round, and whether something can be an answer. */
#include <string.h>

#include "calendar/calendar.h"
#include "survey/survey_internal.h"

const err_kind SURVEY_BAD_FORM = {
    "survey.bad_form", ERR_BAD_INPUT, "The form of the survey cannot be used: {}.", "入户调查问卷无法使用：{}。"
};

enum { QUESTIONS_MAX = 60, WORDS_MAX = 40, MONEY_DECIMALS = 2 };
static const char *const KINDS[SURVEY_KIND_COUNT] = {
    [SURVEY_BOOL] = "bool",   [SURVEY_CHOICE] = "choice", [SURVEY_COUNT] = "count",
    [SURVEY_MONEY] = "money", [SURVEY_DATE] = "date",     [SURVEY_TEXT] = "text",
};

const char *survey_kind_name(survey_kind kind)
{
    return KINDS[kind];
}

const survey_question *survey_question_of(const survey_form *form, text name)
{
    for (size_t i = 0; i < form->count; i++)
        if (text_equal(form->questions[i].name, name)) return &form->questions[i];
    return NULL;
}

const survey_question *survey_question_for(const survey_form *form, text role)
{
    for (size_t i = 0; i < form->count; i++)
        if (text_equal(form->questions[i].role, role)) return &form->questions[i];
    return NULL;
}

/* ---- writing ---- */

static void write_words(codec_json_writer *w, const survey_question *q)
{
    codec_json_key(w, TEXT("choices"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < q->choice_count; i++) {
        codec_json_begin_object(w);
        eventlog_body_add_text(w, "en", q->choices[i].en);
        eventlog_body_add_text(w, "value", q->choices[i].value);
        eventlog_body_add_text(w, "zh", q->choices[i].zh);
        codec_json_end_object(w);
    }
    codec_json_end_array(w);
}

static void write_question(codec_json_writer *w, const survey_question *q)
{
    codec_json_begin_object(w);
    write_words(w, q);
    eventlog_body_add_text(w, "en", q->en);
    eventlog_body_add_text(w, "input", q->input);
    eventlog_body_add_text(w, "kind", text_of(KINDS[q->kind]));
    eventlog_body_add_int(w, "least", q->least);
    eventlog_body_add_int(w, "most", q->most);
    eventlog_body_add_text(w, "name", q->name);
    eventlog_body_add_int(w, "needed", q->is_needed);
    eventlog_body_add_int(w, "newcomer", q->is_new_only);
    eventlog_body_add_text(w, "of", q->is_of_household ? TEXT("household") : TEXT("person"));
    eventlog_body_add_int(w, "open", q->is_open);
    eventlog_body_add_text(w, "registry", q->registry);
    eventlog_body_add_text(w, "role", q->role);
    eventlog_body_add_text(w, "when", q->when);
    codec_json_key(w, TEXT("when_values"));
    codec_json_begin_array(w);
    for (size_t i = 0; i < q->when_count; i++) codec_json_add_text(w, q->when_values[i]);
    codec_json_end_array(w);
    eventlog_body_add_text(w, "zh", q->zh);
    codec_json_end_object(w);
}

text survey_form_write(arena *a, const survey_form *form)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    codec_json_key(&w, TEXT("questions"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < form->count; i++) write_question(&w, &form->questions[i]);
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return text_built(&out);
}

/* ---- reading ---- */

static err bad(arena *a, const char *what, text detail)
{
    return err_of(&SURVEY_BAD_FORM, text_format(a, "%s %.*s", what, TEXT_ARG(text_shown(a, detail, 60))).bytes);
}

static err read_lists(arena *a, const codec_json *one, survey_question *q)
{
    const codec_json *words = codec_json_member(one, TEXT("choices")), *values = codec_json_member(one, TEXT("when_values"));
    if (!words || words->type != CODEC_JSON_ARRAY || words->count > WORDS_MAX) return bad(a, "choices", q->name);
    if (!values || values->type != CODEC_JSON_ARRAY || values->count > WORDS_MAX) return bad(a, "when", q->name);
    survey_choice_word *choices = ARENA_ARRAY(a, survey_choice_word, words->count + 1);
    text *whens = ARENA_ARRAY(a, text, values->count + 1);
    for (size_t i = 0; i < words->count; i++)
        choices[i] = (survey_choice_word){ eventlog_body_text(&words->items[i], "value"), eventlog_body_text(&words->items[i], "zh"),
                                           eventlog_body_text(&words->items[i], "en") };
    for (size_t i = 0; i < values->count; i++) {
        if (values->items[i].type != CODEC_JSON_STRING) return bad(a, "when", q->name);
        whens[i] = values->items[i].word;
    }
    q->choices = choices;
    q->choice_count = words->count;
    q->when_values = whens;
    q->when_count = values->count;
    return ERR_NONE;
}

static err read_question(arena *a, const codec_json *one, survey_question *q)
{
    text kind = eventlog_body_text(one, "kind"), of = eventlog_body_text(one, "of");
    size_t k = 0;
    while (k < SURVEY_KIND_COUNT && !text_equal_cstr(kind, KINDS[k])) k++;
    *q = (survey_question){ .name = eventlog_body_text(one, "name"), .zh = eventlog_body_text(one, "zh"), .en = eventlog_body_text(one, "en"),
                            .kind = (survey_kind)k, .is_of_household = text_equal_cstr(of, "household"),
                            .is_needed = eventlog_body_int(one, "needed") != 0, .is_open = eventlog_body_int(one, "open") != 0,
                            .is_new_only = eventlog_body_int(one, "newcomer") != 0, .least = eventlog_body_int(one, "least"),
                            .most = eventlog_body_int(one, "most"), .when = eventlog_body_text(one, "when"),
                            .registry = eventlog_body_text(one, "registry"), .input = eventlog_body_text(one, "input") };
    q->role = codec_json_member(one, TEXT("role")) ? eventlog_body_text(one, "role") : q->name;
    if (k == SURVEY_KIND_COUNT || !q->name.size_bytes) return bad(a, "kind", kind);
    TRY(read_lists(a, one, q));
    return q->kind == SURVEY_CHOICE && !q->choice_count ? bad(a, "choices", q->name) : ERR_NONE;
}

/* A question can only hang on one that stands above it, of the same subject or of the household: so there is no ring. */
static err check_whens(arena *a, const survey_form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        const survey_question *q = &form->questions[i], *above = NULL;
        for (size_t j = 0; j < form->count; j++) {
            if (j != i && text_equal(form->questions[j].name, q->name)) return bad(a, "twice", q->name);
            if (j != i && q->role.size_bytes && text_equal(form->questions[j].role, q->role)) return bad(a, "role twice", q->role);
            if (j < i && text_equal(form->questions[j].name, q->when)) above = &form->questions[j];
        }
        if (!q->when.size_bytes) continue;
        if (!above || (q->is_of_household && !above->is_of_household) || !q->when_count) return bad(a, "when", q->name);
        for (size_t v = 0; v < q->when_count; v++)
            if (!survey_value_fits(above, q->when_values[v])) return bad(a, "when", q->when_values[v]);
    }
    return ERR_NONE;
}

err survey_form_read(arena *a, text json, survey_form *form)
{
    const codec_json *whole;
    TRY(codec_json_parse(a, json, (codec_json_options){ 0 }, &whole));
    const codec_json *list = codec_json_member(whole, TEXT("questions"));
    if (!list || list->type != CODEC_JSON_ARRAY || !list->count || list->count > QUESTIONS_MAX) return bad(a, "questions", TEXT(""));
    survey_question *questions = ARENA_ARRAY(a, survey_question, list->count);
    for (size_t i = 0; i < list->count; i++) TRY(read_question(a, &list->items[i], &questions[i]));
    *form = (survey_form){ questions, list->count };
    return check_whens(a, form);
}

/* ---- values ---- */

static bool is_word_of(const survey_question *q, text value)
{
    for (size_t i = 0; i < q->choice_count; i++)
        if (text_equal(q->choices[i].value, value)) return true;
    return false;
}

static bool is_between(const survey_question *q, text value, int decimals)
{
    int64_t scaled;
    return codec_parse_scaled(value, decimals, &scaled) && scaled >= q->least && scaled <= q->most;
}

bool survey_value_fits(const survey_question *q, text value)
{
    int32_t day;
    size_t bad_at;
    if (!value.size_bytes) return true;
    if (value.size_bytes > SURVEY_VALUE_BYTES_MAX || !text_is_utf8(value, &bad_at)) return false;
    switch (q->kind) {
    case SURVEY_BOOL: return text_equal_cstr(value, "true") || text_equal_cstr(value, "false");
    case SURVEY_CHOICE: return is_word_of(q, value);
    case SURVEY_COUNT: return is_between(q, value, 0);
    case SURVEY_MONEY: return is_between(q, value, MONEY_DECIMALS);
    case SURVEY_DATE: return !calendar_parse_day(value, &day).kind;
    case SURVEY_TEXT: return text_equal(text_trim(value), value);
    case SURVEY_KIND_COUNT: break;
    }
    return false;
}
