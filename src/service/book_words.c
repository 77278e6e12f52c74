/* Formulas as a reader wants them: every name leads to its definition, and in the Chinese book the
 * words of the language are said in Chinese. */
#include <string.h>

#include "service/book.h"

typedef struct {
    const char *is, *zh;
    bool is_of_proofs;
} word_row;
static const word_row WORDS[] = {
    { "if", "若", false },         { "then", "则", false },
    { "else", "否则", false },     { "and", "且", false },
    { "or", "或", false },         { "not", "非", false },
    { "is", "为", false },         { "in", "属于", false },
    { "max", "取最大", false },    { "min", "取最小", false },
    { "clamp", "限于", false },    { "sum", "合计", false },
    { "avg", "平均", false },      { "count", "计数", false },
    { "over", "取自", false },     { "where", "限", false },
    { "known", "已知", false },    { "unknown", "未知", false },
    { "true", "是", false },       { "false", "否", false },
    { "fold", "逐行累计", false }, { "from", "起于", false },
    { "at", "按", false },         { "first", "首个", false },
    { "last", "末个", false },     { "any", "任一", false },
    { "all", "全部", false },      { "previous", "上一行", false },
    { "year", "年份", false },     { "month", "月份", false },
    { "months", "月数", false },   { "days", "天数", false },
    { "number", "数值", false },   { "monthly", "折月", false },
    { "yearly", "折年", false },   { "daily", "折日", false },
    { "abs", "绝对值", false },    { "yuan", "元数", false },
    { "same", "同", false },       { "never", "不", true },
    { "falls", "减少", true },     { "rises", "增加", true },
    { "always", "恒", true },      { "as", "，当", true },
    { "between", "介于", true },   { "on", "，日期", true },
    { "region", "，地区", true },  { "with", "，设", true },
    { "cliffs", "断崖", true },    { "of", "：", true },
    { "along", "沿", true },       { "to", "至", true },
    { "by", "步长", true },        { "refuted", "，已知不成立", true },
    { "because", "因为", true },   { "up", "，容许", true },
    { "complete", "人人有数：", true },
};
static const struct {
    const char *is, *shown;
} MARKS[] = {
    { "<=", "≤" }, { ">=", "≥" }, { "!=", "≠" }, { "==", "＝" }, { "*", "×" }, { "/", "÷" },
};

text service_book_href(const book_making *m, const policy_symbol *s)
{
    size_t index = hash_map_get(m->pack_index, text_of(s->pack));
    if (index == SIZE_MAX) return TEXT_NONE;
    const char *name = s->kind == POLICY_SYMBOL_FIELD && s->record ? s->record : s->name;
    return text_format(m->a, "%.*s#%s", TEXT_ARG(m->pages[index]), name);
}

static bool is_name_rune(uint32_t r)
{
    if (r < 0x80) return r == '_' || (r >= '0' && r <= '9') || ((r | 32) >= 'a' && (r | 32) <= 'z');
    bool is_mark = r == 0xd7 || r == 0xf7 || (r >= 0x2000 && r < 0x2c00) ||
                   (r >= 0x3000 && r < 0x3040) || (r >= 0xff00 && r < 0xff66);
    return !is_mark;
}

/* The end of a word that begins at `at`; `at` when none does. */
static size_t word_end(text t, size_t at)
{
    size_t next = at;
    while (at < t.size_bytes) {
        if (!is_name_rune(text_next_rune(t, &next))) break;
        at = next;
    }
    return at;
}

static const policy_symbol *symbol_of(const book_making *m, const char *pack, text word)
{
    const policy_symbol *s = policy_find_in(m->book, text_of(pack), word);
    if (s) return s;
    text key = text_format(m->a, "%s\n%.*s", pack, TEXT_ARG(word));
    size_t index = hash_map_get(m->field_index, key);
    if (index == SIZE_MAX) index = hash_map_get(m->field_index, word);
    return index == SIZE_MAX ? NULL : &m->symbols[index];
}

const char *service_book_word_zh(text word)
{
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(word, WORDS[i].is)) return WORDS[i].zh;
    return NULL;
}

size_t service_book_word_end(text t, size_t at)
{
    return word_end(t, at);
}

static const word_row *word_of(const book_making *m, text word, bool is_proof)
{
    if (!m->call->is_chinese) return NULL;
    for (size_t i = 0; i < ARRAY_COUNT(WORDS); i++)
        if (text_equal_cstr(word, WORDS[i].is) && (is_proof || !WORDS[i].is_of_proofs))
            return &WORDS[i];
    return NULL;
}

/* ` round to UNIT MODE`, said in Chinese; the end of it, or 0 when it is something else. */
static size_t take_rounding(const book_making *m, text t, size_t at, text_builder *plain)
{
    static const struct {
        const char *mode, *zh;
    } MODES[] = {
        { "half up", "四舍五入到" },
        { "half even", "四舍六入五成双到" },
        { "up", "进位到" },
        { "down", "舍去到" },
    };
    static const text OPEN = { "round to ", 9 };
    if (!m->call->is_chinese || !text_begins(text_sub(t, at, t.size_bytes), OPEN)) return 0;
    size_t unit = at + OPEN.size_bytes, end = unit;
    while (end < t.size_bytes && t.bytes[end] != ' ')
        end++;
    for (size_t i = 0; i < ARRAY_COUNT(MODES); i++) {
        text rest = text_sub(t, end + 1 < t.size_bytes ? end + 1 : t.size_bytes, t.size_bytes);
        if (!text_begins(rest, text_of(MODES[i].mode))) continue;
        text said = text_sub(t, unit, end);
        bool is_whole = text_equal_cstr(said, "1");
        while (plain->size_bytes && plain->bytes[plain->size_bytes - 1] == ' ')
            plain->size_bytes--;
        text_add_format(plain, "，%s", MODES[i].zh);
        text_add(plain, is_whole ? TEXT("整数") : said);
        return end + 1 + strlen(MODES[i].mode);
    }
    return 0;
}

static void flush(const book_making *m, paper_node *into, text_builder *plain)
{
    if (plain->size_bytes) paper_say(m->a, into, text_copy(m->a, text_built(plain)));
    *plain = text_builder_open(m->a);
}

static size_t take_string(text t, size_t at, text_builder *plain)
{
    size_t end = at + 1;
    while (end < t.size_bytes && t.bytes[end] != '"')
        end++;
    text_add(plain, text_sub(t, at, end + 1 < t.size_bytes ? end + 1 : t.size_bytes));
    return end + 1;
}

static size_t take_mark(text t, size_t at, text_builder *plain)
{
    /* The stroke of 元/月 belongs to the unit; a division stands between blanks or names. */
    static const char *const PER[] = { "/月", "/年", "/日", "/天" };
    for (size_t i = 0; i < ARRAY_COUNT(PER); i++)
        if (at && t.bytes[at - 1] != ' ' &&
            text_begins(text_sub(t, at, t.size_bytes), text_of(PER[i]))) {
            text_add_char(plain, '/');
            return at + 1;
        }
    for (size_t i = 0; i < ARRAY_COUNT(MARKS); i++)
        if (text_begins(text_sub(t, at, t.size_bytes), text_of(MARKS[i].is))) {
            text_add_cstr(plain, MARKS[i].shown);
            return at + strlen(MARKS[i].is);
        }
    size_t next = at;
    (void)text_next_rune(t, &next);
    text_add(plain, text_sub(t, at, next));
    return next;
}

/* A name, perhaps with its pack before it. */
static size_t take_word(const book_making *m, paper_node *into, const char *pack, text t, size_t at,
                        bool is_proof, text_builder *plain)
{
    size_t end = word_end(t, at);
    if (end < t.size_bytes && t.bytes[end] == '.' && word_end(t, end + 1) > end + 1) {
        size_t longer = word_end(t, end + 1);
        if (policy_find_in(m->book, text_of(pack), text_sub(t, at, longer))) end = longer;
    }
    text word = text_sub(t, at, end);
    bool is_literal = word.bytes[0] >= '0' && word.bytes[0] <= '9';
    const word_row *row = word_of(m, word, is_proof);
    const policy_symbol *s = is_literal || row ? NULL : symbol_of(m, pack, word);
    if (s) {
        flush(m, into, plain);
        paper_say_as(m->a, into, PAPER_PLAIN, text_copy(m->a, word), service_book_href(m, s));
    } else if (row) {
        text_add_cstr(plain, row->zh);
    } else {
        text_add(plain, word);
    }
    return end;
}

void service_book_formula(const book_making *m, paper_node *into, const char *pack, text words,
                          bool is_proof)
{
    text_builder plain = text_builder_open(m->a);
    for (size_t at = 0; at < words.size_bytes;) {
        size_t rounded = take_rounding(m, words, at, &plain);
        if (rounded) at = rounded;
        else if (words.bytes[at] == '"') at = take_string(words, at, &plain);
        else if (word_end(words, at) > at)
            at = take_word(m, into, pack, words, at, is_proof, &plain);
        else at = take_mark(words, at, &plain);
    }
    flush(m, into, &plain);
}
