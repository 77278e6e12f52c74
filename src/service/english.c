#include "service/english.h"

#include "codec/codec.h"
#include "service/decide.h"

const err_kind ENGLISH_BAD_ROW = {
    "english.bad_row", ERR_BAD_INPUT, "This row of packs/adapters/office-english.csv cannot be used: {}; it takes what is said, and the English.",
    "packs/adapters/office-english.csv 的这一行无法使用：{}；应为原文和英文两栏。"
};

static void push(arena *a, english_words *words, text said, text english)
{
    size_t counted = words->count;
    ARENA_PUSH(a, words->said, words->count, words->capacity, text_copy(a, said));
    ARENA_PUSH(a, words->english, counted, words->english_capacity, text_copy(a, english));
}

static err read_table(service_call *call, arena *a, english_words *words)
{
    enum { SAID, ENGLISH, COLUMNS };
    static const char FILE_NAME[] = "office-english.csv";
    const decide_law *law;
    text bytes;
    *words = (english_words){ 0 };
    TRY(decide_law_open(call, &law));
    TRY(decide_law_aside(a, law, FILE_NAME, &bytes));
    codec_csv_reader *reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = FILE_NAME });
    for (;;) {
        codec_csv_row row;
        bool has_row;
        TRY(codec_csv_next(reader, &row, &has_row));
        if (!has_row) return ERR_NONE;
        bool is_head = row.count && text_equal_cstr(row.field[SAID], "said"); /* of each folder's */
        if (is_head || (row.count && text_begins(row.field[SAID], TEXT("#")))) continue;
        if (row.count != COLUMNS || !row.field[SAID].size_bytes || !row.field[ENGLISH].size_bytes)
            return err_at(&ENGLISH_BAD_ROW, codec_csv_position(reader, 0), row.count ? text_cstr(a, row.field[SAID]) : "");
        push(a, words, row.field[SAID], row.field[ENGLISH]);
    }
}

err english_open(service_call *call, english_words *words)
{
    *words = (english_words){ 0 };
    return call->is_chinese ? ERR_NONE : read_table(call, call->request, words);
}

/* A pack may give a name of one word, which programs write: whoever reads has its words apart. */
static text in_words(arena *a, const char *label)
{
    text said = text_of(label);
    char *bytes = arena_alloc(a, said.size_bytes + 1);
    for (size_t i = 0; i < said.size_bytes; i++) bytes[i] = said.bytes[i] == '_' ? ' ' : said.bytes[i];
    return (text){ bytes, said.size_bytes };
}

err english_open_words(service_call *call, arena *a, english_words *words)
{
    const text *folders;
    const policy_book *book;
    size_t count;
    *words = (english_words){ 0 };
    TRY(service_pack_folders(call, &folders, &count));
    if (!count) return ERR_NONE;
    TRY(read_table(call, a, words));
    TRY(service_book(call, &book));
    const policy_symbol *symbols = policy_symbols(book, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < symbols[i].member_count; k++)
            if (symbols[i].member_labels && symbols[i].member_labels[k])
                push(a, words, text_of(symbols[i].members[k]), in_words(a, symbols[i].member_labels[k]));
    return ERR_NONE;
}

text english_of(const english_words *words, text said)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->said[i], said)) return words->english[i];
    return said;
}
