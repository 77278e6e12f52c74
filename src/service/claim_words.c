/* The words of a property, for readers. */
#include <string.h>

#include "service/book.h"
#include "service/prove_claim.h"

typedef struct {
    const policy_book *book;
    const char *pack;
    const policy_case *type; /* whose own fields the words may name; NULL: no case's */
    bool is_chinese;
} saying;

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

/* A name of the pack by its label; another word as it is, or in the other language. */
static void add_word(text_builder *out, const saying *said, text word)
{
    const char *zh = service_book_word_zh(word), *en = time_word(word);
    const policy_symbol *s = zh || en ? NULL : symbol_of(said, word);
    if (said->is_chinese && zh) text_add_cstr(out, zh);
    else if (!said->is_chinese && en) text_add_cstr(out, en);
    else if (!said->is_chinese && s && s->label) text_add_format(out, "“%s”", s->label);
    else text_add(out, word);
}

static bool is_of_a_number(text t, size_t at)
{
    return t.bytes[at] >= '0' && t.bytes[at] <= '9';
}

static text say(arena *a, const saying *said, text words)
{
    text_builder out = text_builder_open(a);
    bool is_between = false;
    for (size_t at = 0; at < words.size_bytes;) {
        size_t end = service_book_word_end(words, at), next = at;
        if (end > at && !is_of_a_number(words, at)) {
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
        text_add(&out, text_sub(words, at, end > next ? end : next));
        at = end > next ? end : next;
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
