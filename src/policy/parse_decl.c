#include "policy/parse.h"

/* The declaration whose body is being read. */
typedef struct {
    parser *p;
    decl *d;
    size_t version_capacity, exception_capacity;
    int32_t version_indent, exception_indent; /* of their lines; -1: none yet */
} body;

static const char *const BODY_WORDS[] = { "law", "note", "within", "since",
                                         "always", "unless", "=", "|" };

bool parse_decl_law_or_note(parser *p, decl *d)
{
    const token *t = parse_peek(p);
    bool is_law = parse_is_word(t, "law");
    if (!is_law && !parse_is_word(t, "note")) return false;
    parse_take(p);
    const token *rest = parse_peek(p);
    if (rest->kind != TOKEN_REST) {
        parse_fail(p, "law.empty", t->at, t->bytes, TEXT_NONE);
        return true;
    }
    parse_take(p);
    if (is_law) d->law = parse_joined(p, d->law, rest->value);
    else d->note = parse_joined(p, d->note, rest->value);
    return true;
}

static version_syntax *last_version(body *b)
{
    return b->d->version_count ? &b->d->versions[b->d->version_count - 1] : NULL;
}

/* A law belongs to what it stands with: on the line of an exception or a version, or indented
 * deeper than it; else to the whole declaration. */
static void law_clause(body *b)
{
    const token *t = parse_peek(b->p);
    version_syntax *version = last_version(b);
    decl holder = { .law = TEXT_NONE };
    bool is_note = parse_is_word(t, "note");
    if (is_note) {
        (void)parse_decl_law_or_note(b->p, b->d);
        return;
    }
    (void)parse_decl_law_or_note(b->p, &holder);
    if (b->p->is_failed) return;
    bool is_exceptions = version && version->exception_count &&
                         (!t->is_first || t->indent > b->exception_indent);
    bool is_versions = version && (!t->is_first || t->indent > b->version_indent);
    text *place = is_exceptions ? &version->exceptions[version->exception_count - 1].law
                  : is_versions ? &version->law
                                : &b->d->law;
    *place = parse_joined(b->p, *place, holder.law);
}

static bool within_clause(body *b)
{
    const token *t = parse_take(b->p);
    if (b->d->within_low) return parse_fail(b->p, "clause.twice", t->at, t->bytes, TEXT_NONE);
    b->d->within_low = parse_expr_term(b->p);
    if (!b->d->within_low) return false;
    if (!parse_mark(b->p, MARK_RANGE) && !parse_word(b->p, "to")) return parse_fail_wanted(b->p, "..");
    b->d->within_high = parse_expr_term(b->p);
    return b->d->within_high != NULL;
}

/* [K] or [?] behind a value. */
static bool verification_mark(parser *p, text *mark)
{
    if (!parse_mark(p, '[')) return true;
    const token *t = parse_peek(p);
    if (parse_word(p, "K")) *mark = TEXT("K");
    else if (parse_mark(p, '?')) *mark = TEXT("?");
    else return parse_fail(p, "mark.unknown", t->at, t->bytes, TEXT_NONE);
    return parse_need_mark(p, ']', "]");
}

/* since D [to D] | always | nothing: *version's span of validity. */
static bool validity(parser *p, version_syntax *version)
{
    const token *t = parse_peek(p);
    version->since_day = INT32_MIN;
    version->until_day = INT32_MAX;
    version->is_always = !parse_is_word(t, "since");
    if (version->is_always) {
        (void)parse_word(p, "always");
        return true;
    }
    parse_take(p);
    if (!parse_day(p, false, &version->since_day)) return false;
    if (!parse_word(p, "to")) return true;
    const token *until = parse_peek(p);
    if (!parse_day(p, true, &version->until_day)) return false;
    if (version->until_day < version->since_day)
        return parse_fail(p, "version.backwards", until->at, until->bytes, TEXT_NONE);
    return true;
}

static bool version_clause(body *b)
{
    parser *p = b->p;
    const token *first = parse_peek(p);
    version_syntax version = { 0 };
    if (!validity(p, &version)) return false;
    if (parse_mark(p, '=')) {
        version.value = parse_expr(p);
        if (!version.value || !verification_mark(p, &version.mark)) return false;
    } else if (parse_peek(p)->kind != TOKEN_ROW || version.is_always) {
        const token *t = parse_peek(p);
        bool is_else = !parse_is_new_line(p);
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "=");
        return is_else ? parse_fail_wanted(p, "=")
                       : parse_fail(p, "version.value", parse_span_from(p, first->at), TEXT_NONE,
                                    TEXT_NONE);
    } else if (!parse_table(p, &version.table)) {
        return false;
    }
    version.at = parse_span_from(p, first->at);
    b->version_indent = first->indent;
    b->exception_capacity = 0;
    ARENA_PUSH(p->memory, b->d->versions, b->d->version_count, b->version_capacity, version);
    return true;
}

static bool exception_clause(body *b)
{
    parser *p = b->p;
    const token *first = parse_take(p);
    version_syntax *version = last_version(b);
    exception_syntax exception = { 0 };
    exception.is_overriding = parse_word(p, "overriding");
    exception.condition = parse_expr(p);
    if (!exception.condition) return false;
    if (!parse_mark(p, ':')) {
        const token *t = parse_peek(p);
        if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, ":");
        return parse_fail(p, "unless.colon", t->at, t->bytes, TEXT_NONE);
    }
    exception.value = parse_expr(p);
    if (!exception.value) return false;
    if (parse_word(p, "because") && !parse_said(p, &exception.because, &exception.because_en)) return false;
    exception.at = parse_span_from(p, first->at);
    b->exception_indent = first->indent;
    if (!version) {
        /* The line may be there because its version was mistaken: then that is said already. */
        if (p->is_broken) return true;
        return parse_fail(p, "unless.alone", first->at, TEXT_NONE, TEXT_NONE);
    }
    ARENA_PUSH(p->memory, version->exceptions, version->exception_count, b->exception_capacity,
               exception);
    return true;
}

static bool table_clause(body *b)
{
    const token *first = parse_peek(b->p);
    table_syntax *table = NULL;
    if (!parse_table(b->p, &table)) return false;
    if (b->p->is_broken && !b->d->version_count) return true;
    if (b->d->version_count)
        return parse_fail(b->p, "table.after_value", first->at, TEXT_NONE, TEXT_NONE);
    if (b->d->table) return parse_fail(b->p, "table.twice", first->at, TEXT_NONE, TEXT_NONE);
    b->d->table = table;
    return true;
}

static bool body_clause(body *b)
{
    parser *p = b->p;
    const token *t = parse_peek(p);
    if (t->kind == TOKEN_ROW) return table_clause(b);
    if (parse_is_word(t, "law") || parse_is_word(t, "note")) {
        law_clause(b);
        return !p->is_failed;
    }
    if (parse_is_word(t, "unless")) return exception_clause(b);
    if (!t->is_first && !parse_is_mark(t, '=') && !parse_is_word(t, "since") &&
        !parse_is_word(t, "always"))
        return parse_line_end(p);
    if (parse_is_word(t, "since") || parse_is_word(t, "always") || parse_is_mark(t, '='))
        return version_clause(b);
    if (parse_is_word(t, "within")) return within_clause(b);
    if (t->kind == TOKEN_BAD) return parse_fail_wanted(p, "");
    return parse_fail(p, "clause.unknown", t->at, t->bytes, TEXT_NONE);
}

/* law, note, within, versions, exceptions and tables, to the end. */
static void versioned_body(parser *p, decl *d)
{
    body b = { .p = p, .d = d, .version_indent = -1, .exception_indent = -1 };
    if (p->is_failed) parse_recover(p, BODY_WORDS, ARRAY_COUNT(BODY_WORDS), 0);
    while (!parse_is_end(p)) {
        size_t before = p->at;
        int32_t indent = parse_peek(p)->indent;
        if (body_clause(&b)) continue;
        if (p->at == before) parse_take(p);
        parse_recover(p, BODY_WORDS, ARRAY_COUNT(BODY_WORDS), indent);
    }
}

static void plain_body(parser *p, decl *d)
{
    static const char *const WORDS[] = { "law", "note" };
    if (p->is_failed) parse_recover(p, WORDS, ARRAY_COUNT(WORDS), 0);
    while (!parse_is_end(p)) {
        const token *t = parse_peek(p);
        if (!parse_decl_law_or_note(p, d)) {
            if (t->kind == TOKEN_BAD) parse_fail_wanted(p, "");
            else if (!t->is_first) parse_line_end(p);
            else parse_fail(p, "clause.unknown", t->at, t->bytes, TEXT_NONE);
        }
        if (p->is_failed) {
            if (parse_peek(p) == t) parse_take(p);
            parse_recover(p, WORDS, ARRAY_COUNT(WORDS), t->indent);
        }
    }
}

/* ---- each kind ---- */

static void entity(parser *p, decl *d)
{
    bool is_read = parse_new_name(p, &d->name) && parse_label(p, &d->label);
    if (is_read && parse_word(p, "is")) is_read = parse_used_name(p, true, &d->of_entity);
    if (is_read && parse_label(p, &d->label)) parse_line_end(p);
    plain_body(p, d);
}

static void enumeration(parser *p, decl *d)
{
    size_t capacity = 0;
    bool is_read = parse_new_name(p, &d->name) && parse_label(p, &d->label) &&
                   parse_need_mark(p, '=', "=");
    while (is_read) {
        member_syntax member = { 0 };
        if (d->member_count == PARSE_MEMBERS_MAX) {
            parse_fail_too_many(p, "list.long", parse_peek(p)->at, PARSE_MEMBERS_MAX);
            break;
        }
        if (!parse_new_name(p, &member.name) || !parse_label(p, &member.label)) break;
        member.at = parse_span_from(p, member.name.at);
        ARENA_PUSH(p->memory, d->members, d->member_count, capacity, member);
        if (!parse_mark(p, ',')) break;
    }
    plain_body(p, d);
}

bool parse_decl_field(parser *p, field_syntax *field)
{
    if (!parse_new_name(p, &field->name) || !parse_need_mark(p, ':', ":")) return false;
    bool is_read = parse_type(p, (type_places){ .type = &field->type, .label = &field->label,
                                                .is_field = true });
    field->at = parse_span_from(p, field->name.at);
    return is_read;
}

static void record(parser *p, decl *d)
{
    size_t capacity = 0;
    bool is_read = parse_new_name(p, &d->name) && parse_label(p, &d->label) &&
                   parse_need_word(p, "of") && parse_used_name(p, true, &d->of_entity) &&
                   parse_label(p, &d->label) && parse_line_end(p);
    while (!parse_is_end(p)) {
        /* What is not understood is left out up to the next line. */
        while (!is_read && !parse_is_end(p) && !parse_is_new_line(p)) parse_take(p);
        p->is_failed = false;
        is_read = true;
        if (parse_is_end(p)) break;
        field_syntax field = { 0 };
        if (parse_decl_law_or_note(p, d)) {
            is_read = !p->is_failed;
            continue;
        }
        const token *first = parse_peek(p);
        is_read = parse_decl_field(p, &field) && parse_line_end(p);
        if (field.name.bytes.size_bytes && field.type.name.bytes.size_bytes)
            ARENA_PUSH(p->memory, d->fields, d->field_count, capacity, field);
        if (parse_peek(p) == first) parse_take(p);
    }
}

static void typed(parser *p, decl *d)
{
    type_places places = { .type = &d->type, .label = &d->label, .of_entity = &d->of_entity };
    if (d->kind == DECL_PARAM) {
        places.keys = &d->keys;
        places.key_count = &d->key_count;
    }
    if (parse_new_name(p, &d->name) && parse_need_mark(p, ':', ":")) (void)parse_type(p, places);
    if (d->kind == DECL_INPUT) plain_body(p, d);
    else versioned_body(p, d);
    /* Without a type nothing can be said of the values. */
    if (d->type.name.bytes.size_bytes == 0) d->version_count = 0;
}

void parse_decl(parser *p, decl *d)
{
    switch (d->kind) {
    case DECL_ENTITY: entity(p, d); break;
    case DECL_ENUM: enumeration(p, d); break;
    case DECL_RECORD: record(p, d); break;
    case DECL_INPUT:
    case DECL_PARAM:
    case DECL_VAR: typed(p, d); break;
    case DECL_SET:
        if (parse_used_name(p, true, &d->name)) parse_line_end(p);
        versioned_body(p, d);
        break;
    case DECL_TEST: parse_test(p, d); break;
    case DECL_PROOF: parse_proof(p, d); break;
    case DECL_CASE: parse_case(p, d); break;
    case DECL_WATCH: parse_watch(p, d); break;
    case DECL_INDICATOR: parse_watch_indicator(p, d); break;
    }
}
