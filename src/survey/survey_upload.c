/* What a telephone sends: read whole or refused with its place. */
#include <stdlib.h>
#include <string.h>

#include "survey/survey_internal.h"

const err_kind SURVEY_BAD_UPLOAD = {
    "survey.bad_upload", ERR_BAD_INPUT, "This is no upload of the survey: {}. Nothing was taken, and the telephone keeps it.",
    "这不是入户调查的上报数据：{}。本次全部未收，手机上仍保留。"
};

enum { NUMBER_DIGITS_MAX = 15, HEX_FROM = 'a', HEX_UNTIL = 'f' };

bool survey_is_id(text said)
{
    if (said.size_bytes != SURVEY_ID_BYTES) return false;
    for (size_t i = 0; i < said.size_bytes; i++) {
        char c = said.bytes[i];
        if (!((c >= '0' && c <= '9') || (c >= HEX_FROM && c <= HEX_UNTIL))) return false;
    }
    return true;
}

static bool read_number(text digits, int64_t *number)
{
    bool is_short = digits.size_bytes && digits.size_bytes <= NUMBER_DIGITS_MAX;
    return is_short && codec_parse_scaled(digits, 0, number) && *number >= 0;
}

bool survey_is_subject(text said, int64_t *person_id)
{
    *person_id = 0;
    if (text_equal_cstr(said, "h")) return true;
    text rest = said.size_bytes ? text_sub(said, 1, said.size_bytes) : said;
    if (text_begins(said, TEXT("n"))) return survey_is_id(rest);
    bool is_plain = text_begins(said, TEXT("p")) && rest.size_bytes && rest.bytes[0] >= '1' && rest.bytes[0] <= '9';
    return is_plain && read_number(rest, person_id);
}

static err bad(arena *a, const codec_json *at, const char *what)
{
    return err_of(&SURVEY_BAD_UPLOAD, text_format(a, "%s (%d:%d)", what, at ? (int)at->line : 1, at ? (int)at->column : 1).bytes);
}

static bool is_text(const codec_json *v, size_t size_max)
{
    return v && v->type == CODEC_JSON_STRING && v->word.size_bytes <= size_max;
}

static int by_id(const void *a, const void *b)
{
    return text_compare(*(const text *)a, *(const text *)b);
}

/* In order and each once, so that the same said in another order is the same. */
static err read_replaces(arena *a, const codec_json *list, survey_said *said)
{
    text ids[SURVEY_REPLACES_MAX];
    text_builder out = text_builder_open(a);
    if (!list || list->type != CODEC_JSON_ARRAY || list->count > SURVEY_REPLACES_MAX) return bad(a, list, "replaces");
    for (size_t i = 0; i < list->count; i++) {
        if (!is_text(&list->items[i], SURVEY_ID_BYTES) || !survey_is_id(list->items[i].word)) return bad(a, &list->items[i], "replaces");
        if (text_equal(list->items[i].word, said->id)) return bad(a, &list->items[i], "replaces itself");
        ids[i] = list->items[i].word;
    }
    if (list->count) qsort(ids, list->count, sizeof *ids, by_id);
    for (size_t i = 0; i < list->count; i++) {
        if (i && text_equal(ids[i], ids[i - 1])) continue;
        if (i) text_add_char(&out, ' ');
        text_add(&out, ids[i]);
    }
    said->replaces = text_built(&out);
    return ERR_NONE;
}

static err read_said(arena *a, const codec_json *one, survey_said *said)
{
    enum { NAME_BYTES = 120 };
    int64_t person_id;
    const codec_json *id = codec_json_member(one, TEXT("id")), *household = codec_json_member(one, TEXT("household"));
    const codec_json *subject = codec_json_member(one, TEXT("subject")), *question = codec_json_member(one, TEXT("question"));
    const codec_json *value = codec_json_member(one, TEXT("value")), *seen = codec_json_member(one, TEXT("seen"));
    const codec_json *phone = codec_json_member(one, TEXT("phone_ms"));
    if (!is_text(id, SURVEY_ID_BYTES) || !survey_is_id(id->word)) return bad(a, id ? id : one, "id");
    *said = (survey_said){ .id = id->word };
    if (!household || household->type != CODEC_JSON_NUMBER || !read_number(household->word, &said->household_id) || !said->household_id)
        return bad(a, household ? household : one, "household");
    if (!is_text(subject, SURVEY_ID_BYTES + 1) || !survey_is_subject(subject->word, &person_id)) return bad(a, subject ? subject : one, "subject");
    if (!is_text(question, NAME_BYTES) || !question->word.size_bytes) return bad(a, question ? question : one, "question");
    if (!is_text(value, SURVEY_VALUE_BYTES_MAX)) return bad(a, value ? value : one, "value");
    if (!is_text(seen, SURVEY_VALUE_BYTES_MAX)) return bad(a, seen ? seen : one, "seen");
    if (!phone || phone->type != CODEC_JSON_NUMBER || !read_number(phone->word, &said->phone_ms)) return bad(a, phone ? phone : one, "phone_ms");
    said->subject = subject->word;
    said->question = question->word;
    said->value = value->word;
    said->seen = seen->word;
    return read_replaces(a, codec_json_member(one, TEXT("replaces")), said);
}

err survey_upload_read(arena *a, text json, survey_upload *upload)
{
    enum { DEPTH = 4, NAME_BYTES = 200 };
    const codec_json *whole;
    TRY(codec_json_parse(a, json, (codec_json_options){ .depth_max = DEPTH }, &whole));
    const codec_json *round = codec_json_member(whole, TEXT("round")), *list = codec_json_member(whole, TEXT("said"));
    if (!is_text(round, NAME_BYTES) || !round->word.size_bytes) return bad(a, round ? round : whole, "round");
    if (!list || list->type != CODEC_JSON_ARRAY || list->count > SURVEY_SAYINGS_MAX) return bad(a, list ? list : whole, "said");
    survey_said *said = ARENA_ARRAY(a, survey_said, list->count + 1);
    for (size_t i = 0; i < list->count; i++) TRY(read_said(a, &list->items[i], &said[i]));
    *upload = (survey_upload){ round->word, said, list->count };
    return ERR_NONE;
}

err survey_upload_fits(arena *a, const survey_form *form, const survey_upload *upload)
{
    for (size_t i = 0; i < upload->count; i++) {
        const survey_said *s = &upload->said[i];
        const survey_question *q = survey_question_of(form, s->question);
        bool is_household = text_equal_cstr(s->subject, "h"), is_new = text_begins(s->subject, TEXT("n"));
        bool fits = q && q->is_of_household == is_household && (!q->is_new_only || is_new) && survey_value_fits(q, s->value);
        if (fits) continue;
        return err_of(&SURVEY_BAD_UPLOAD, text_format(a, "said[%zu]: %.*s = %.*s", i, TEXT_ARG(text_shown(a, s->question, 40)),
                                                      TEXT_ARG(text_shown(a, s->value, 40))).bytes);
    }
    return ERR_NONE;
}

text survey_upload_write(arena *a, const survey_upload *upload)
{
    text_builder out = text_builder_open(a);
    codec_json_writer w = codec_json_write(&out, false);
    codec_json_begin_object(&w);
    eventlog_body_add_text(&w, "round", upload->round);
    codec_json_key(&w, TEXT("said"));
    codec_json_begin_array(&w);
    for (size_t i = 0; i < upload->count; i++) {
        const survey_said *s = &upload->said[i];
        codec_json_begin_object(&w);
        codec_json_key(&w, TEXT("household"));
        codec_json_add_i64(&w, s->household_id);
        eventlog_body_add_text(&w, "id", s->id);
        codec_json_key(&w, TEXT("phone_ms"));
        codec_json_add_i64(&w, s->phone_ms);
        eventlog_body_add_text(&w, "question", s->question);
        codec_json_key(&w, TEXT("replaces"));
        codec_json_begin_array(&w);
        for (size_t at = 0; at + SURVEY_ID_BYTES <= s->replaces.size_bytes; at += SURVEY_ID_BYTES + 1)
            codec_json_add_text(&w, text_sub(s->replaces, at, at + SURVEY_ID_BYTES));
        codec_json_end_array(&w);
        eventlog_body_add_text(&w, "seen", s->seen);
        eventlog_body_add_text(&w, "subject", s->subject);
        eventlog_body_add_text(&w, "value", s->value);
        codec_json_end_object(&w);
    }
    codec_json_end_array(&w);
    codec_json_end_object(&w);
    return text_built(&out);
}
