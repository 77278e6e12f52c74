#include "support/people.h"

#include "codec/codec.h"
#include "os/os.h"

enum { PIECE = 1 << 20, FIRST_ID = 100000000 };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static int64_t between(uint64_t *state, int64_t from, int64_t until)
{
    return from + (int64_t)(next_random(state) % (uint64_t)(until - from));
}

static void add_person(text_builder *b, uint64_t *state, int64_t id)
{
    static const text KINDS[] = { { "男职工", 9 }, { "女干部", 9 }, { "女工人", 9 } };
    codec_csv_writer w = codec_csv_write(b, ',');
    codec_csv_add_scaled(&w, id, 0);
    codec_csv_add_text(&w, TEXT("欧阳小明"));
    codec_csv_add_scaled(&w, between(state, 6000, 30000), 4);
    codec_csv_add_scaled(&w, between(state, 0, 480), 0);
    codec_csv_add_scaled(&w, between(state, 0, 20000000), 2);
    codec_csv_add_text(&w, KINDS[next_random(state) % 3]);
    char born[16] = "19xx-0x-1x";
    int64_t year = between(state, 55, 90);
    born[2] = (char)('0' + year / 10), born[3] = (char)('0' + year % 10);
    born[6] = (char)('1' + between(state, 0, 9)), born[9] = (char)('0' + between(state, 0, 10));
    codec_csv_add_text(&w, (text){ born, 10 });
    codec_csv_end_row(&w);
}

static void add_career(text_builder *b, uint64_t *state, int64_t id, int64_t years)
{
    for (int64_t year = 0; year < years; year++) {
        codec_csv_writer w = codec_csv_write(b, ',');
        codec_csv_add_scaled(&w, id, 0);
        codec_csv_add_scaled(&w, 1995 + year, 0);
        codec_csv_add_scaled(&w, between(state, 100000, 2000000), 2);
        codec_csv_add_scaled(&w, between(state, 1, 13), 0);
        codec_csv_end_row(&w);
    }
}

static err write_file(arena *a, const people_plan *plan, const char *path, bool are_careers)
{
    os_writer *out;
    uint64_t state = plan->seed * 2 + are_careers;
    text_builder b = text_builder_open(a);
    text_add_cstr(&b, are_careers ? "id,年份,缴费基数,缴费月数\n"
                                  : "id,姓名,平均缴费指数,累计缴费月数,个人账户余额,类别,出生日期\n");
    TRY(os_writer_open(a, path, &out));
    for (int64_t i = 0; i < plan->person_count; i++) {
        /* A step prime to every power of ten visits each person once. */
        int64_t person = plan->is_shuffled ? i * 7919 % plan->person_count : i;
        if (are_careers) add_career(&b, &state, FIRST_ID + person, plan->years);
        else add_person(&b, &state, FIRST_ID + i);
        if (b.size_bytes < PIECE && i + 1 < plan->person_count) continue;
        err e = os_writer_add(out, text_built(&b));
        if (e.kind) return os_writer_cancel(out), e;
        b.size_bytes = 0;
    }
    return os_writer_commit(out);
}

err people_write(arena *a, const people_plan *plan, const char *path)
{
    return write_file(a, plan, path, false);
}

err people_write_careers(arena *a, const people_plan *plan, const char *path)
{
    return write_file(a, plan, path, true);
}
