/* Which words a fact of the registry can take: the members of every enum of the packs that it is an input of. How
 * else people write them stands in packs/adapters/office-words.csv, which is kept with the law. */
#include "codec/codec.h"
#include "service/decide_internal.h"

#define WORDS_FILE "office-words.csv"
enum { WORDS_FACT, WORDS_SAID, WORDS_WORD, WORDS_CELLS };

static const policy_symbol *enum_of(const decide_law *law, const decide_row *row)
{
    const policy_symbol *found = NULL;
    const policy_symbol *target = decide_plan_target(NULL, law->book, row->cell[DECIDE_CELL_TARGET]);
    if (target && target->type.base == POLICY_ENUM && target->type.enum_name)
        found = policy_find_in(law->book, text_of(target->pack), text_of(target->type.enum_name));
    return found && found->kind == POLICY_SYMBOL_ENUM ? found : NULL;
}

void decide_fact_words(arena *a, const decide_law *law, text fact, const policy_symbol ***enums, size_t *count)
{
    size_t capacity = 0;
    const policy_symbol **list = NULL;
    *count = 0;
    for (size_t i = 0; i < law->table->row_count; i++) {
        const decide_row *row = &law->table->rows[i];
        bool is_fact = row->way == DECIDE_WAY_IN || row->way == DECIDE_WAY_GIVEN;
        const policy_symbol *one = is_fact && text_equal(row->cell[DECIDE_CELL_KEY], fact) ? enum_of(law, row) : NULL;
        bool is_there = false;
        for (size_t k = 0; k < *count && one; k++) is_there |= service_is_same(list[k], one);
        if (one && !is_there) ARENA_PUSH(a, list, *count, capacity, one);
    }
    *enums = list;
}

const char *decide_member(const policy_symbol *const *enums, size_t count, text said)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < enums[i]->member_count; k++) {
            const char *label = enums[i]->member_labels[k];
            if (text_equal_cstr(said, enums[i]->members[k]) || (label && text_equal_cstr(said, label)))
                return enums[i]->members[k];
        }
    return NULL;
}

/* ---- how else a word is written ---- */

typedef struct {
    codec_csv_reader *reader;
    codec_csv_row row;
} words_reader;

/* The next row that is no head and no remark; false at the end. */
static err next_row(words_reader *r, bool *has_row)
{
    for (;;) {
        TRY(codec_csv_next(r->reader, &r->row, has_row));
        if (!*has_row) return ERR_NONE;
        bool is_head = r->row.count && text_equal_cstr(r->row.field[WORDS_FACT], "fact"); /* of each folder's */
        if (!is_head && r->row.count && !text_begins(r->row.field[WORDS_FACT], TEXT("#"))) return ERR_NONE;
    }
}

static err open_words(arena *a, const decide_law *law, words_reader *r)
{
    text bytes;
    TRY(decide_law_aside(a, law, WORDS_FILE, &bytes));
    r->reader = codec_csv_open_text(a, bytes, (codec_csv_options){ .file = WORDS_FILE });
    return ERR_NONE;
}

err decide_said_words(arena *a, const decide_law *law, text fact, decide_said **said, size_t *count)
{
    words_reader r;
    size_t capacity = 0;
    *said = NULL;
    *count = 0;
    TRY(open_words(a, law, &r));
    for (;;) {
        bool has_row;
        TRY(next_row(&r, &has_row));
        if (!has_row) return ERR_NONE;
        if (r.row.count < WORDS_CELLS || !text_equal(r.row.field[WORDS_FACT], fact)) continue;
        decide_said one = { text_copy(a, r.row.field[WORDS_SAID]), text_copy(a, r.row.field[WORDS_WORD]) };
        ARENA_PUSH(a, *said, *count, capacity, one);
    }
}

err decide_check_words(arena *a, const decide_law *law, decide_table *into)
{
    words_reader r;
    TRY(open_words(a, law, &r));
    for (;;) {
        bool has_row;
        const policy_symbol **enums;
        size_t count;
        TRY(next_row(&r, &has_row));
        if (!has_row) return ERR_NONE;
        source_pos at = codec_csv_position(r.reader, 0);
        decide_row row = { .file = WORDS_FILE, .line = at.line };
        for (int i = 0; i < WORDS_CELLS; i++) row.column[i] = codec_csv_position(r.reader, (size_t)i).column;
        if (r.row.count < WORDS_CELLS) {
            decide_table_complain(a, into, "office.words_columns", &row, 0, text_format(a, "%zu", r.row.count));
            continue;
        }
        text fact = r.row.field[WORDS_FACT], word = r.row.field[WORDS_WORD];
        decide_fact_words(a, law, fact, &enums, &count);
        const char *member = decide_member(enums, count, word);
        if (!decide_table_fact(into, fact))
            decide_table_complain(a, into, "office.unknown_fact", &row, WORDS_FACT, text_copy(a, fact));
        else if (!member || !text_equal_cstr(word, member))
            decide_table_complain(a, into, "office.unknown_name", &row, WORDS_WORD, text_copy(a, word));
    }
}
