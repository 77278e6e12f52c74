#include <string.h>

#include "codec/codec.h"
#include "duty/duty_internal.h"

const err_kind DUTY_BAD_TABLE = {
    "duty.bad_table", ERR_BAD_INPUT, "The table of duties is not sound: {}.", "岗位表有误：{}。"
};

enum { COLUMNS_MAX = 8 };
static const struct {
    const char *name;
    const char *columns; /* of the first row, as it must stand */
    const char *longer;  /* or with one more, that a table may have; NULL: it may not */
    size_t column_count;
} FILES[] = {
    [DUTY_FILE_DUTIES] = { "duties.csv", "duty,class,name,name_en,permits,harmless,law", NULL, 7 },
    [DUTY_FILE_ROLES] = { "roles.csv", "role,name,name_en,duties", "role,name,name_en,duties,second_factor", 4 },
    [DUTY_FILE_APART] = { "apart.csv", "one,other,law", NULL, 3 },
    [DUTY_FILE_PATHS] = { "paths.csv", "path,name,name_en,steps", NULL, 4 },
};
_Static_assert(ARRAY_COUNT(FILES) == DUTY_FILE_COUNT, "a file has no row");

typedef struct {
    arena *memory;
    duty_table *table;
    const char *path; /* of the file being read */
    source_pos at;
    size_t duty_capacity, role_capacity, pair_capacity, path_capacity;
} reading;

const char *duty_file_name(duty_file file)
{
    return FILES[file].name;
}

static err bad(const reading *r, text what, const char *why)
{
    return err_at(&DUTY_BAD_TABLE, r->at,
                  text_format(r->memory, "'%.*s' %s", TEXT_ARG(what), why).bytes);
}

/* The next word of *rest, which are split by blanks; empty at the end. */
static text next_word(text *rest)
{
    text t = text_trim(*rest);
    size_t end = 0;
    while (end < t.size_bytes && t.bytes[end] != ' ') end++;
    *rest = text_sub(t, end, t.size_bytes);
    return text_sub(t, 0, end);
}

static err take_words(reading *r, text words, const text **into, size_t *count)
{
    text *found = NULL;
    size_t capacity = 0;
    *count = 0;
    for (text word = next_word(&words); word.size_bytes; word = next_word(&words))
        ARENA_PUSH(r->memory, found, *count, capacity, word);
    *into = found;
    return ERR_NONE;
}

static err take_duty(reading *r, const text *cell)
{
    duty_table *t = r->table;
    if (duty_find(t, cell[0]) != SIZE_MAX) return bad(r, cell[0], "stands twice");
    if (t->duty_count == DUTY_MAX) return bad(r, cell[0], "is one duty too many: 64 is the limit");
    duty_row row = { .code = cell[0], .class_code = cell[1], .name = cell[2], .name_en = cell[3],
                     .harmless = cell[5], .law = cell[6] };
    if (!row.class_code.size_bytes) return bad(r, cell[0], "has no class");
    TRY(take_words(r, cell[4], &row.permits, &row.permit_count));
    ARENA_PUSH(r->memory, t->duties, t->duty_count, r->duty_capacity, row);
    return ERR_NONE;
}

static err take_role(reading *r, const text *cell)
{
    duty_table *t = r->table;
    duty_role role = { .code = cell[0], .name = cell[1], .name_en = cell[2] };
    for (size_t i = 0; i < t->role_count; i++)
        if (text_equal(t->roles[i].code, cell[0])) return bad(r, cell[0], "stands twice");
    if (t->role_count == DUTY_MAX) return bad(r, cell[0], "is one role too many: 64 is the limit");
    text words = cell[3];
    for (text word = next_word(&words); word.size_bytes; word = next_word(&words)) {
        size_t duty = duty_find(t, word);
        if (duty == SIZE_MAX) return bad(r, word, "is no duty");
        role.duties |= (duty_set)1 << duty;
    }
    if (!role.duties) return bad(r, cell[0], "has no duties");
    role.needs_second = text_equal_cstr(cell[4], "yes");
    if (cell[4].size_bytes && !role.needs_second) return bad(r, cell[4], "is neither yes nor empty");
    ARENA_PUSH(r->memory, t->roles, t->role_count, r->role_capacity, role);
    return ERR_NONE;
}

static duty_set named(const duty_table *t, text class_or_code)
{
    duty_set set = 0;
    for (size_t i = 0; i < t->duty_count; i++)
        if (text_equal(t->duties[i].code, class_or_code) || text_equal(t->duties[i].class_code, class_or_code))
            set |= (duty_set)1 << i;
    return set;
}

static err take_pair(reading *r, const text *cell)
{
    duty_table *t = r->table;
    duty_set sides[2] = { named(t, cell[0]), named(t, cell[1]) };
    for (int side = 0; side < 2; side++)
        if (!sides[side]) return bad(r, cell[side], "is neither a class nor a duty");
    if (text_equal(cell[0], cell[1])) return bad(r, cell[0], "is set apart from itself");
    duty_pair pair = { cell[0], cell[1], cell[2] };
    ARENA_PUSH(r->memory, t->pairs, t->pair_count, r->pair_capacity, pair);
    for (size_t i = 0; i < t->duty_count; i++) {
        bool is_one = sides[0] >> i & 1, is_other = sides[1] >> i & 1;
        if (is_one && is_other) return bad(r, t->duties[i].code, "is set apart from itself");
        if (is_one) t->apart[i] |= sides[1];
        if (is_other) t->apart[i] |= sides[0];
    }
    return ERR_NONE;
}

static err take_path(reading *r, const text *cell)
{
    duty_table *t = r->table;
    duty_path path = { .code = cell[0], .name = cell[1], .name_en = cell[2] };
    if (duty_path_find(t, cell[0]) != SIZE_MAX) return bad(r, cell[0], "stands twice");
    duty_path_step *steps = NULL;
    size_t capacity = 0;
    uint8_t business = 0;
    text words = cell[3];
    for (text word = next_word(&words); word.size_bytes; word = next_word(&words)) {
        if (text_equal_cstr(word, ";")) {
            business++;
            continue;
        }
        size_t duty = duty_find(t, word);
        if (duty == SIZE_MAX) return bad(r, word, "is no duty");
        for (size_t i = 0; i < path.step_count; i++)
            if (steps[i].duty == duty && steps[i].business == business)
                return bad(r, word, "stands twice in one business");
        if (path.step_count == 255) return bad(r, cell[0], "has too many steps");
        duty_path_step step = { (uint8_t)duty, business };
        ARENA_PUSH(r->memory, steps, path.step_count, capacity, step);
    }
    if (!path.step_count) return bad(r, cell[0], "has no steps");
    path.steps = steps;
    ARENA_PUSH(r->memory, t->paths, t->path_count, r->path_capacity, path);
    return ERR_NONE;
}

static err take_row(reading *r, duty_file file, const text *cell)
{
    switch (file) {
    case DUTY_FILE_DUTIES: return take_duty(r, cell);
    case DUTY_FILE_ROLES: return take_role(r, cell);
    case DUTY_FILE_APART: return take_pair(r, cell);
    case DUTY_FILE_PATHS: return take_path(r, cell);
    default: assert(false); return ERR_NONE;
    }
}

static bool is_head(const codec_csv_row *row, const char *columns)
{
    text rest = text_of(columns);
    for (size_t i = 0; i < row->count; i++) {
        size_t comma = text_find(rest, TEXT(","));
        size_t end = comma == SIZE_MAX ? rest.size_bytes : comma;
        if (!text_equal(row->field[i], text_sub(rest, 0, end))) return false;
        rest = text_sub(rest, end + (comma != SIZE_MAX), rest.size_bytes);
    }
    return rest.size_bytes == 0;
}

static err read_file(reading *r, duty_file file, text csv)
{
    codec_csv_reader *in =
        codec_csv_open_text(r->memory, csv, (codec_csv_options){ .file = r->path });
    bool has_row, has_head = false;
    const char *columns = FILES[file].columns;
    size_t column_count = FILES[file].column_count;
    for (;;) {
        codec_csv_row row;
        TRY(codec_csv_next(in, &row, &has_row));
        if (!has_row) break;
        r->at = codec_csv_position(in, 0);
        text first = row.count ? row.field[0] : TEXT_NONE;
        if (!has_head && FILES[file].longer && row.count == column_count + 1) {
            columns = FILES[file].longer;
            column_count++;
        }
        if (row.count != column_count || (!has_head && !is_head(&row, columns)))
            return bad(r, first, text_format(r->memory, "does not begin a row of the columns %s",
                                             columns).bytes);
        text cell[COLUMNS_MAX] = { 0 };
        for (size_t i = 0; i < row.count; i++) cell[i] = text_copy(r->memory, text_trim(row.field[i]));
        if (has_head) TRY(take_row(r, file, cell));
        has_head = true;
    }
    r->at = (source_pos){ .file = r->path };
    return has_head ? ERR_NONE : bad(r, text_of(FILES[file].name), "is empty");
}

/* ---- what must hold of the table as a whole ---- */

static duty_set on_paths(const duty_table *t)
{
    duty_set set = 0;
    for (size_t i = 0; i < t->path_count; i++)
        for (size_t k = 0; k < t->paths[i].step_count; k++)
            set |= (duty_set)1 << t->paths[i].steps[k].duty;
    return set;
}

static err check_duties(reading *r)
{
    duty_table *t = r->table;
    duty_set on_path = on_paths(t), held = 0;
    for (size_t i = 0; i < t->role_count; i++) held |= t->roles[i].duties;
    for (size_t i = 0; i < t->duty_count; i++) {
        const duty_row *row = &t->duties[i];
        bool is_on_path = on_path >> i & 1;
        if (is_on_path && row->harmless.size_bytes)
            return bad(r, row->code, "is on a path and yet called harmless");
        if (!is_on_path && !row->harmless.size_bytes)
            return bad(r, row->code, "is on no path and does not say why it is harmless");
        if (!(held >> i & 1)) return bad(r, row->code, "is in no role");
        for (size_t k = 0; k < row->permit_count; k++)
            /* Else the step of a path could be done by way of the harmless duty. */
            if (duty_permitting(t, row->permits[k]) & ~((duty_set)1 << i))
                return bad(r, row->permits[k], "is permitted by two duties");
    }
    return ERR_NONE;
}

static err check_roles(reading *r)
{
    for (size_t i = 0; i < r->table->role_count; i++) {
        err e = duty_roles_fit(r->memory, r->table, (duty_roles)1 << i);
        if (e.kind)
            return bad(r, r->table->roles[i].code,
                       text_format(r->memory, "joins what is apart: %s", e.detail).bytes);
    }
    return ERR_NONE;
}

err duty_read(arena *a, const duty_sources *sources, duty_table **table)
{
    reading r = { .memory = a, .table = ARENA_NEW(a, duty_table) };
    for (int file = 0; file < DUTY_FILE_COUNT; file++) {
        r.path = text_format(a, "%s/%s", sources->folder, FILES[file].name).bytes;
        TRY(read_file(&r, (duty_file)file, sources->csv[file]));
    }
    TRY(check_duties(&r));
    TRY(check_roles(&r));
    *table = r.table;
    return ERR_NONE;
}
