/* The words of a property, for readers. */
#include <string.h>

#include "service/book.h"
#include "service/prove_claim.h"

typedef struct {
    const policy_book *book;
    const char *pack;
    const policy_case *type; /* whose own fields the words may name; NULL: no case's */
    bool is_chinese;
    const policy_symbol *of; /* the last name that was of an enum, whose members the words after it may be */
} saying;

/* Units as packs write them, behind a figure or behind the stroke of another unit. */
static const struct {
    const char *zh, *figure, *per;
} UNITS[] = {
    { "元", "yuan", NULL }, { "角", "jiao", NULL }, { "分", "fen", NULL }, { "万元", "×10,000 yuan", NULL }, { "亿元", "×100,000,000 yuan", NULL },
    { "倍", "times", NULL }, { "个月", "months", NULL }, { "月", NULL, "month" }, { "年", "years", "year" }, { "天", "days", "day" }, { "日", "days", "day" },
};

static const char *unit_said(text unit, bool is_per)
{
    for (size_t i = 0; i < ARRAY_COUNT(UNITS); i++)
        if (text_equal_cstr(unit, UNITS[i].zh)) return is_per ? UNITS[i].per : UNITS[i].figure;
    return NULL;
}

/* Words of the language that are written in Chinese, too. */
static const char *time_word(text word)
{
    static const struct {
        const char *is, *en;
    } TIMES[] = { { "今日", "today" }, { "本月", "this month" }, { "今年", "this year" }, { "去年", "last year" } };
    for (size_t i = 0; i < ARRAY_COUNT(TIMES); i++)
        if (text_equal_cstr(word, TIMES[i].is)) return TIMES[i].en;
    return NULL;
}

static const policy_symbol *symbol_of(const saying *s, text word)
{
    for (size_t i = 0; s->type && i < s->type->field_count; i++)
        if (text_equal_cstr(word, s->type->fields[i].symbol->name)) return s->type->fields[i].symbol;
    return policy_find_in(s->book, text_of(s->pack), word);
}

static const char *member_said(const saying *s, text word)
{
    const policy_symbol *kind;
    if (!s->of || policy_find(s->book, text_of(s->of->type.enum_name), &kind).kind || !kind->member_labels) return NULL;
    for (size_t i = 0; i < kind->member_count; i++)
        if (text_equal_cstr(word, kind->members[i])) return kind->member_labels[i];
    return NULL;
}

/* A name of the pack by its label, a member of an enum by its own; another word as it is, or in the other language. */
static void add_word(text_builder *out, saying *said, text word)
{
    const char *zh = service_book_word_zh(word), *en = time_word(word);
    const policy_symbol *s = zh || en ? NULL : symbol_of(said, word);
    const char *member = said->is_chinese || zh || en || s ? NULL : member_said(said, word);
    if (s && s->type.base == POLICY_ENUM) said->of = s;
    if (said->is_chinese && zh) text_add_cstr(out, zh);
    else if (!said->is_chinese && en) text_add_cstr(out, en);
    else if (!said->is_chinese && s && s->label) text_add_format(out, "“%s”", s->label);
    else if (member) text_add_format(out, "“%s”", member);
    else text_add(out, word);
}

/* A figure with what stands at it: 24个月 is "24 months". */
static void add_figure(text_builder *out, text word, bool is_chinese)
{
    size_t digits = 0;
    while (digits < word.size_bytes && word.bytes[digits] >= '0' && word.bytes[digits] <= '9') digits++;
    const char *unit = is_chinese ? NULL : unit_said(text_sub(word, digits, word.size_bytes), false);
    if (unit) text_add_format(out, "%.*s %s", TEXT_ARG(text_sub(word, 0, digits)), unit);
    else text_add(out, word);
}

/* `"…" "…"`, a sentence with its English behind it: the reader's, or the only one. The end of them. */
static size_t add_sentence(text_builder *out, text words, size_t at, bool is_chinese)
{
    size_t end = at + 1;
    while (end < words.size_bytes && words.bytes[end] != '"') end++;
    text said = text_sub(words, at, end < words.size_bytes ? end + 1 : end), rest = text_sub(words, at + said.size_bytes, words.size_bytes);
    if (text_begins(rest, TEXT(" \""))) {
        size_t until = 2;
        while (until < rest.size_bytes && rest.bytes[until] != '"') until++;
        text english = text_sub(rest, 1, until < rest.size_bytes ? until + 1 : until);
        text_add(out, is_chinese ? said : english);
        return at + said.size_bytes + 1 + english.size_bytes;
    }
    text_add(out, said);
    return at + said.size_bytes;
}

static bool is_of_a_number(text t, size_t at)
{
    return t.bytes[at] >= '0' && t.bytes[at] <= '9';
}

static text say(arena *a, saying *said, text words)
{
    text_builder out = text_builder_open(a);
    bool is_between = false;
    for (size_t at = 0; at < words.size_bytes;) {
        if (words.bytes[at] == '"') {
            at = add_sentence(&out, words, at, said->is_chinese);
            continue;
        }
        size_t end = service_book_word_end(words, at), next = at;
        const char *per = end > at && at && words.bytes[at - 1] == '/' && !said->is_chinese ? unit_said(text_sub(words, at, end), true) : NULL;
        if (per || (end > at && is_of_a_number(words, at))) {
            if (per) text_add_cstr(&out, per);
            else add_figure(&out, text_sub(words, at, end), said->is_chinese);
            at = end;
            continue;
        }
        if (end > at) {
            bool has_pack = end + 1 < words.size_bytes && words.bytes[end] == '.' && service_book_word_end(words, end + 1) > end + 1;
            if (has_pack) end = service_book_word_end(words, end + 1);
            text word = text_sub(words, at, end);
            bool is_joined = is_between && text_equal_cstr(word, "and"); /* between A and B: no condition */
            if (said->is_chinese && is_joined) text_add_cstr(&out, "和");
            else add_word(&out, said, word);
            is_between = !is_joined && (is_between || text_equal_cstr(word, "between"));
            at = end;
            continue;
        }
        (void)text_next_rune(words, &next);
        text_add(&out, text_sub(words, at, next));
        at = next;
    }
    return out.size_bytes ? text_copy(a, text_built(&out)) : TEXT("");
}

text claim_said(arena *a, const policy_book *book, const char *pack, text words, bool is_chinese)
{
    return say(a, &(saying){ .book = book, .pack = pack, .is_chinese = is_chinese }, words);
}

text claim_condition(const service_call *call, const policy_book *book, const policy_case *type, const char *says)
{
    saying said = { .book = book, .pack = type->symbol->pack, .type = type };
    return call->is_chinese ? text_of(says) : say(call->request, &said, text_of(says));
}

static void put_name(arena *a, service_value *list, const char *name)
{
    for (const service_value *v = list->first; v; v = v->next)
        if (text_equal_cstr(v->word, name)) return;
    service_put_cstr(a, list, NULL, name);
}

void claim_put_names(arena *a, const policy_book *book, const char *pack, text words, service_value *list)
{
    for (size_t at = 0; at < words.size_bytes;) {
        size_t end = service_book_word_end(words, at), next = at;
        (void)text_next_rune(words, &next);
        if (end > at && !is_of_a_number(words, at)) {
            bool has_pack = end + 1 < words.size_bytes && words.bytes[end] == '.' && service_book_word_end(words, end + 1) > end + 1;
            if (has_pack) end = service_book_word_end(words, end + 1);
            const policy_symbol *s = policy_find_in(book, text_of(pack), text_sub(words, at, end));
            if (s) put_name(a, list, s->name);
        }
        at = end > next ? end : next;
    }
}
