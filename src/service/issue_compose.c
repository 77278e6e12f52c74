/* What a paper says, from what the operations of its rows answer: paragraphs, pairs and tables, as canonical JSON. */
#include "service/issue.h"

#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"

const err_kind ISSUE_LACKS = { "issue.lacks", ERR_BAD_INPUT, "This paper needs to be told {}.", "出具该文书须说明 {}。" };
const err_kind ISSUE_NOTHING = {
    "issue.nothing", ERR_CONFLICT, "There is nothing this paper could say: {} is empty.", "没有可写入该文书的内容：{}为空。"
};

typedef struct {
    service_call *call;
    const issue_paper *paper;
    const service_call *from; /* the operation asked last; NULL before the first */
    codec_json_writer json;
    issue_said *said;
} composing;

/* ---- words ---- */

static text value_text(arena *a, const service_call *call, const service_value *v)
{
    if (!v || v->kind == SERVICE_VALUE_NULL) return TEXT("-");
    if (v->kind == SERVICE_VALUE_COUNT) return text_format(a, "%lld", (long long)v->count);
    if (v->kind == SERVICE_VALUE_BOOL) return text_of(v->is_true ? service_say(call, "yes", "是") : service_say(call, "no", "否"));
    return v->word;
}

/* A member of the reply where it is read, an argument of the paper, or the day. */
static text word_of(const composing *c, text name, const service_call *from)
{
    arena *a = c->call->request;
    const char *spelt = text_cstr(a, name);
    char day[CALENDAR_PRINT_BYTES];
    const service_value *v = from ? service_member(from->reply, spelt) : NULL;
    if (v) return value_text(a, c->call, v);
    if (text_equal_cstr(name, "today")) {
        calendar_print_day(c->call->office->settings.today_day, day);
        return text_copy(a, text_of(day));
    }
    return service_text_of(c->call, spelt, TEXT_NONE);
}

/* {name} is what word_of says of it; *has_all false when one of them is nothing. */
static text filled(const composing *c, text pattern, const service_call *from, bool *has_all)
{
    text_builder b = text_builder_open(c->call->request);
    *has_all = true;
    for (size_t i = 0; i < pattern.size_bytes; i++) {
        const char *end = pattern.bytes[i] == '{' ? memchr(pattern.bytes + i, '}', pattern.size_bytes - i) : NULL;
        if (!end) {
            text_add_char(&b, pattern.bytes[i]);
            continue;
        }
        text word = word_of(c, (text){ pattern.bytes + i + 1, (size_t)(end - pattern.bytes) - i - 1 }, from);
        if (!word.size_bytes) *has_all = false;
        text_add(&b, word);
        i = (size_t)(end - pattern.bytes);
    }
    return text_built(&b);
}

/* ---- asking an operation ---- */

static err give(composing *c, service_call *asked, const char *name)
{
    const service_argument *given = service_argument_of(c->call, name);
    bool takes = false;
    for (size_t i = 0; i < asked->op->input_count; i++) takes |= strcmp(asked->op->input[i].name, name) == 0;
    for (size_t i = 0; takes && i < given->count; i++) TRY(service_give(asked, text_of(name), given->values[i]));
    return ERR_NONE;
}

static err take(composing *c, const issue_line *line)
{
    service_call *call = c->call;
    const service_op *op = service_find(line->source);
    text rest = line->fields, word, name;
    if (!op) return err_at(&ISSUE_BAD_TABLE, line->at, text_cstr(call->request, line->source));
    service_call *asked = service_call_open(call->office, call->request, op, call->is_chinese);
    asked->is_remote = call->is_remote;
    asked->session = call->session;
    asked->ask_secret = call->ask_secret;
    asked->secret_context = call->secret_context;
    while (issue_next_word(&rest, ';', &word)) {
        bool has_all;
        issue_next_word(&word, '=', &name);
        text value = filled(c, word, NULL, &has_all);
        if (has_all) TRY(service_give(asked, name, value));
    }
    TRY(give(c, asked, "county"));
    TRY(give(c, asked, "packs"));
    /* Of a protected case: the duty and the reason of whoever issues the paper, kept by each operation that shows it. */
    if (text_begins(line->source, TEXT("case."))) {
        TRY(give(c, asked, "reveal"));
        TRY(give(c, asked, "why"));
        TRY(give(c, asked, "as"));
    }
    TRY(service_run(asked));
    c->from = asked;
    c->said->asked[c->said->asked_count++] = asked;
    return ERR_NONE;
}

/* ---- members ---- */

typedef struct {
    text member, label;
} paper_column;

static const service_field *output_of(const service_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0) return &fields[i];
    return NULL;
}

/* "member=中文/English"; without words of its own a column has those of the operation. */
static paper_column column_of(const composing *c, text word, const service_field *fields, size_t count)
{
    paper_column one;
    text zh;
    issue_next_word(&word, '=', &one.member);
    const service_field *field = output_of(fields, count, text_cstr(c->call->request, one.member));
    const char *own = field && field->summary ? service_say(c->call, field->summary, field->summary_zh) : "";
    one.label = word.size_bytes ? TEXT_NONE : text_of(own);
    if (word.size_bytes && issue_next_word(&word, '/', &zh)) one.label = c->call->is_chinese ? zh : text_trim(word);
    return one;
}

static size_t columns_of(composing *c, const issue_line *line, const service_field *fields, size_t count, paper_column **columns)
{
    size_t found = 0, capacity = 0;
    text rest = line->fields, word;
    *columns = NULL;
    while (issue_next_word(&rest, ';', &word)) {
        paper_column one = column_of(c, word, fields, count);
        ARENA_PUSH(c->call->request, *columns, found, capacity, one);
    }
    return found;
}

static bool is_nothing(text word)
{
    return !word.size_bytes || text_equal_cstr(word, "-") || text_equal_cstr(word, "0.00");
}

/* "kind=enrolment; state=a/b; amount#": all of them; of one any of its words, or that it is an amount. */
static bool fits(const service_call *call, text filter, const service_value *v)
{
    arena *a = call->request;
    text one, name, word;
    while (issue_next_word(&filter, ';', &one)) {
        bool has_any = false;
        issue_next_word(&one, '=', &name);
        if (text_ends(name, TEXT("#"))) {
            const service_value *some = service_member(v, text_cstr(a, (text){ name.bytes, name.size_bytes - 1 }));
            if (!some || some->kind != SERVICE_VALUE_TEXT || !issue_is_amount(some->word)) return false;
            continue;
        }
        const service_value *m = service_member(v, text_cstr(a, name));
        while (m && issue_next_word(&one, '/', &word)) has_any |= text_equal(m->code ? text_of(m->code) : value_text(a, call, m), word);
        if (!has_any) return false;
    }
    return true;
}

typedef struct {
    const service_value **items;
    size_t count, capacity;
} rows;

/* "facts", "vouchers.lines": the objects of a list, or of the lists of each. */
static void gather(const service_call *call, const service_value *object, text path, text filter, rows *found)
{
    arena *a = call->request;
    text name;
    if (!issue_next_word(&path, '.', &name)) {
        if (fits(call, filter, object)) ARENA_PUSH(a, found->items, found->count, found->capacity, object);
        return;
    }
    const service_value *m = service_member(object, text_cstr(a, name));
    if (m && m->kind == SERVICE_VALUE_OBJECT) gather(call, m, path, filter, found);
    for (const service_value *v = m && m->kind == SERVICE_VALUE_LIST ? m->first : NULL; v; v = v->next)
        gather(call, v, path, filter, found);
}

static void find_fields(arena *a, const service_op *op, text path, const service_field **fields, size_t *count)
{
    text name;
    *fields = op->output;
    *count = op->output_count;
    while (issue_next_word(&path, '.', &name)) {
        const service_field *f = output_of(*fields, *count, text_cstr(a, name));
        if (!f) return;
        *fields = f->fields;
        *count = f->field_count;
    }
}

static void add(composing *c, const char *name, text value)
{
    codec_json_key(&c->json, text_of(name));
    codec_json_add_text(&c->json, value);
}

/* Cells, the labels first; pairs are one row of them. */
static err add_cells(composing *c, const issue_line *line)
{
    arena *a = c->call->request;
    text filter = line->source, path = TEXT_NONE;
    const service_field *fields;
    size_t field_count;
    rows found = { 0 };
    paper_column *columns;
    if (!c->from) return err_at(&ISSUE_BAD_TABLE, line->at, text_cstr(a, line->paper));
    issue_next_word(&filter, ' ', &path);
    find_fields(a, c->from->op, path, &fields, &field_count);
    gather(c->call, c->from->reply, path, text_trim(filter), &found);
    text head = text_of(service_say(c->call, text_cstr(a, line->en), text_cstr(a, line->zh)));
    if (!found.count && line->kind == ISSUE_ROWS_IF_ANY) return ERR_NONE;
    if (!found.count) return err_of(&ISSUE_NOTHING, text_cstr(a, head));
    size_t count = columns_of(c, line, fields, field_count, &columns);
    if (line->kind == ISSUE_PAIRS) found.count = 1;
    codec_json_begin_object(&c->json);
    codec_json_key(&c->json, TEXT("cells"));
    codec_json_begin_array(&c->json);
    for (size_t i = 0; i < count; i++) codec_json_add_text(&c->json, columns[i].label);
    for (size_t r = 0; r < found.count; r++)
        for (size_t i = 0; i < count; i++)
            codec_json_add_text(&c->json, value_text(a, c->call, service_member(found.items[r], text_cstr(a, columns[i].member))));
    codec_json_end_array(&c->json);
    add(c, "head", head);
    add(c, "kind", line->kind == ISSUE_PAIRS ? TEXT("pairs") : TEXT("rows"));
    codec_json_key(&c->json, TEXT("width"));
    codec_json_add_i64(&c->json, (int64_t)count);
    codec_json_end_object(&c->json);
    return ERR_NONE;
}

/* Without these members the paper would say nothing. */
static err check_has(const composing *c, const issue_line *line)
{
    text rest = line->source, name;
    while (issue_next_word(&rest, ' ', &name))
        if (!c->from || is_nothing(word_of(c, name, c->from)))
            return err_of(&ISSUE_NOTHING, text_format(c->call->request, ERR_SAID("%.*s", "%.*s"), TEXT_ARG(line->en), TEXT_ARG(line->zh)).bytes);
    return ERR_NONE;
}

static void add_text_line(composing *c, const issue_line *line)
{
    bool has_all;
    codec_json_begin_object(&c->json);
    add(c, "kind", TEXT("text"));
    add(c, "says", filled(c, c->call->is_chinese ? line->zh : line->en, c->from, &has_all));
    codec_json_end_object(&c->json);
}

/* Who is to sign: the places alone, a hand fills them in. */
static void add_sign_line(composing *c, const issue_line *line)
{
    text rest = text_of(service_say(c->call, text_cstr(c->call->request, line->en), text_cstr(c->call->request, line->zh))), word;
    codec_json_begin_object(&c->json);
    codec_json_key(&c->json, TEXT("cells"));
    codec_json_begin_array(&c->json);
    while (issue_next_word(&rest, ';', &word)) codec_json_add_text(&c->json, word);
    codec_json_end_array(&c->json);
    add(c, "kind", TEXT("sign"));
    codec_json_end_object(&c->json);
}

/* "person! year": what must be said, and what may. */
static err check_needs(service_call *call, const issue_line *head)
{
    text rest = head->source, word;
    while (issue_next_word(&rest, ' ', &word)) {
        if (!text_ends(word, TEXT("!"))) continue;
        const char *name = text_cstr(call->request, (text){ word.bytes, word.size_bytes - 1 });
        if (!service_is_given(call, name)) return err_of(&ISSUE_LACKS, text_format(call->request, "--%s", name).bytes);
    }
    return ERR_NONE;
}

err issue_compose(service_call *call, const issue_paper *paper, text law, issue_said *said)
{
    arena *a = call->request;
    text_builder b = text_builder_open(a);
    composing c = { .call = call, .paper = paper, .json = codec_json_write(&b, false), .said = said };
    *said = (issue_said){ .asked = ARENA_ARRAY(a, service_call *, paper->count) };
    TRY(check_needs(call, paper->lines));
    codec_json_begin_object(&c.json);
    add(&c, "article", paper->lines->law);
    add(&c, "law", law);
    codec_json_key(&c.json, TEXT("lines"));
    codec_json_begin_array(&c.json);
    for (size_t i = 1; i < paper->count; i++) {
        const issue_line *line = &paper->lines[i];
        if (line->kind == ISSUE_TAKE) TRY(take(&c, line));
        else if (line->kind == ISSUE_HAS) TRY(check_has(&c, line));
        else if (line->kind == ISSUE_TEXT) add_text_line(&c, line);
        else if (line->kind == ISSUE_SIGN) add_sign_line(&c, line);
        else TRY(add_cells(&c, line));
    }
    codec_json_end_array(&c.json);
    add(&c, "title", call->is_chinese ? paper->lines->zh : paper->lines->en);
    codec_json_end_object(&c.json);
    said->says = text_built(&b);
    return ERR_NONE;
}
