/* What a run has learned as a text: kept, looked at, held beside another, and taken by a later run or by who asks of one record.
 *
 * A statement a line: rows of both files; of each field, in what share of pairs both values are known; log odds of a match and of a household's pair; how many missed links a false one is worth;
 * and of each level how often two records of one person, of two people, and of two of a household stand so. */
#include <stdio.h>
#include <stdlib.h>

#include "linkage/linkage_internal.h"

const err_kind LINKAGE_MODEL_SYNTAX = {
    "linkage.model_syntax", ERR_BAD_INPUT,
    "This line of the model cannot be read at '{}'; keep the model anew with doudi link --keep.",
    "比对模型的这一行无法读懂：“{}”；请用 doudi link --keep 重新保存。",
};
const err_kind LINKAGE_MODEL_LACKS = {
    "linkage.model_lacks", ERR_BAD_INPUT,
    "The model knows nothing of {}, which the file has; keep one that was learned from such files with doudi link --keep.",
    "模型里没有文件中的 {}；请用含有该字段的文件运行 doudi link --keep 重新保存。",
};

/* Of a row of each file, or of two of one, drawn at random. */
static double share_known(const linkage_set *s, int field)
{
    size_t known[2] = { 0 };
    for (uint32_t row = 0; row < s->count[0] + s->count[1]; row++)
        known[row >= s->count[0]] += (linkage_row(s, row)[s->place[field]] & ~LINKAGE_TOLD) != 0;
    double share = (double)known[0] / (double)s->count[0];
    return share * (s->count[1] ? (double)known[1] / (double)s->count[1] : share);
}

void linkage_model_write(const linkage_run *run, text_builder *out)
{
    const linkage_spec *spec = run->set->spec;
    const linkage_model *m = &run->model;
    text_add_cstr(out, "# what doudi link has learned: level FIELD LEVEL, how often of one person, of two people, of a household\n");
    text_add_format(out, "rows %zu %zu\nprior %.17g\nworth %.17g\n", run->set->count[0], run->set->count[1], m->prior, m->worth);
    if (m->has_kin) text_add_format(out, "kin %.17g\n", m->kin_prior);
    for (int f = 0; f < spec->field_count; f++)
        if (run->set->field_seen >> f & 1) text_add_format(out, "known %s %.17g\n", spec->fields[f].name, share_known(run->set, f));
    for (int f = 0; f < spec->field_count; f++)
        for (int level = 1; run->set->field_seen >> f & 1 && level < linkage_levels_of(spec->fields[f].kind); level++)
            text_add_format(out, "level %s %s %.17g %.17g %.17g\n", spec->fields[f].name, linkage_level_word(spec->fields[f].kind, level),
                            m->m[f][level], m->u[f][level], m->has_kin ? m->h[f][level] : 0);
}

enum { WORDS = LINKAGE_MODEL_WORDS };
typedef struct {
    linkage_run *run;
    arena *a;
    source_pos at;
    text word[WORDS + 1];
    size_t count;
    double rows;
    uint64_t met[LINKAGE_FIELDS_MAX]; /* bit a level */
} reading;

static err bad(const reading *r, size_t word)
{
    text says = word < r->count ? r->word[word] : r->word[0];
    return err_at(&LINKAGE_MODEL_SYNTAX, r->at, text_cstr(r->a, text_shown(r->a, says, 60)));
}

bool linkage_model_number(arena *a, text word, double low, double high, double *number)
{
    char *end, *said = text_cstr(a, word);
    *number = strtod(said, &end);
    return !*end && end != said && *number >= low && *number <= high;
}

static bool number_of(const reading *r, size_t word, double low, double high, double *number)
{
    return word < r->count && linkage_model_number(r->a, r->word[word], low, high, number);
}

static err read_level(reading *r)
{
    const linkage_spec *spec = r->run->set->spec;
    double m, u, h;
    for (int f = 0; f < spec->field_count && r->count == WORDS; f++) {
        if (!text_equal_cstr(r->word[1], spec->fields[f].name)) continue;
        for (int level = 1; level < linkage_levels_of(spec->fields[f].kind); level++) {
            if (!text_equal_cstr(r->word[2], linkage_level_word(spec->fields[f].kind, level))) continue;
            if (!number_of(r, 3, 1e-300, 1, &m)) return bad(r, 3);
            if (!number_of(r, 4, 1e-300, 1, &u)) return bad(r, 4);
            if (!number_of(r, 5, 0, 1, &h)) return bad(r, 5);
            r->run->model.m[f][level] = m;
            r->run->model.u[f][level] = u;
            r->run->model.h[f][level] = h > 0 ? h : m;
            r->met[f] |= UINT64_C(1) << level;
            return ERR_NONE;
        }
        return bad(r, 2);
    }
    return bad(r, 1);
}

static err read_line(reading *r)
{
    linkage_model *m = &r->run->model;
    double second;
    if (text_equal_cstr(r->word[0], "level")) return read_level(r);
    if (text_equal_cstr(r->word[0], "rows"))
        return r->count == 3 && number_of(r, 1, 1, 1e12, &r->rows) && number_of(r, 2, 0, 1e12, &second) ? ERR_NONE : bad(r, 1);
    if (text_equal_cstr(r->word[0], "prior")) return r->count == 2 && number_of(r, 1, -100, 100, &m->prior) ? ERR_NONE : bad(r, 1);
    if (text_equal_cstr(r->word[0], "worth")) return r->count == 2 && number_of(r, 1, 0, 100, &m->worth) ? ERR_NONE : bad(r, 1);
    if (text_equal_cstr(r->word[0], "known")) return r->count == 3 && number_of(r, 2, 0, 1, &second) ? ERR_NONE : bad(r, 2); /* told to reach.c */
    if (!text_equal_cstr(r->word[0], "kin")) return bad(r, 0);
    m->has_kin = true;
    return r->count == 2 && number_of(r, 1, -100, 100, &m->kin_prior) ? ERR_NONE : bad(r, 1);
}

size_t linkage_model_words(text line, text word[LINKAGE_MODEL_WORDS + 1])
{
    size_t count = 0;
    for (size_t at = 0; at < line.size_bytes && count <= WORDS;) {
        size_t end = at;
        while (end < line.size_bytes && !strchr(" \t\r", line.bytes[end])) end++;
        if (end > at) word[count++] = text_sub(line, at, end);
        at = end + 1;
    }
    return count;
}

/* Log odds of two records drawn at random move as the rows they are drawn from. */
err linkage_model_take(linkage_run *run, arena *a, text model, const char *file)
{
    reading r = { .run = run, .a = a, .at = { .file = file, .column = 1 } };
    const linkage_set *s = run->set;
    run->model.has_kin = false;
    for (size_t at = 0; at < model.size_bytes;) {
        const char *end = memchr(model.bytes + at, '\n', model.size_bytes - at);
        size_t until = end ? (size_t)(end - model.bytes) : model.size_bytes;
        r.at.line++;
        r.count = linkage_model_words(text_sub(model, at, until), r.word);
        if (r.count && r.word[0].bytes[0] != '#') TRY(read_line(&r));
        at = until + 1;
    }
    if (r.rows < 1) return err_at(&LINKAGE_MODEL_LACKS, (source_pos){ .file = file }, "rows");
    for (int p = 0; p < s->seen_count; p++) {
        int f = s->seen[p];
        uint64_t all = (UINT64_C(1) << linkage_levels_of(s->spec->fields[f].kind)) - 2;
        if (r.met[f] != all) return err_at(&LINKAGE_MODEL_LACKS, (source_pos){ .file = file }, s->spec->fields[f].name);
    }
    double times = log(r.rows / (double)s->count[0]);
    run->model.prior += times;
    run->model.kin_prior += times;
    return ERR_NONE;
}
