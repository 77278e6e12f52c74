/* The county as CSV files. A file is one row of FILES; its columns are written by one function. */
#include "codec/codec.h"
#include "sample/sample_internal.h"

typedef codec_csv_writer writer;

static void add_cell(writer *w, const char *nul_terminated)
{
    codec_csv_add_text(w, text_of(nul_terminated));
}
static void add_word(writer *w, sample_list list, size_t index)
{
    codec_csv_add_text(w, sample_word(list, index));
}
static void add_id(writer *w, int64_t id)
{
    if (id == 0) /* no employer, nobody else */
        codec_csv_add_text(w, TEXT_NONE);
    else codec_csv_add_scaled(w, id, 0);
}
static void add_money(writer *w, int64_t fen)
{
    codec_csv_add_scaled(w, fen, 2);
}
static void add_day(writer *w, int32_t day)
{
    char written[CALENDAR_PRINT_BYTES];
    size_t size = day == SAMPLE_UNKNOWN ? 0 : calendar_print_day(day, written);
    codec_csv_add_text(w, (text){ written, size });
}
/* All months here are of 1900 and later. */
static void add_month(writer *w, int32_t month)
{
    char written[] = "1900-01";
    bool is_set = month != SAMPLE_UNKNOWN && month != SAMPLE_OPEN;
    if (is_set) {
        sample_digits(written, 4, 1900 + month / 12);
        sample_digits(written + 5, 2, month % 12 + 1);
    }
    codec_csv_add_text(w, (text){ written, is_set ? 7 : 0 });
}
static void add_bool(writer *w, bool is_true)
{
    codec_csv_add_text(w, is_true ? TEXT("是") : TEXT("否"));
}
static void add_region(writer *w, const sample_county *county, int32_t region)
{
    add_cell(w, sample_region_at(county, region).code);
}

static void add_regions(writer *w, const sample_county *county)
{
    for (int32_t i = 0; i < sample_region_count(county); i++) {
        sample_region r = sample_region_at(county, i);
        add_cell(w, r.code);
        add_cell(w, r.name);
        add_cell(w, r.parent < 0 ? "" : sample_region_at(county, r.parent).code);
        add_bool(w, r.is_urban);
        codec_csv_end_row(w);
    }
}

static void add_employer(writer *w, const sample_county *county, int64_t id)
{
    sample_employer e = sample_employer_at(county, id);
    add_id(w, e.employer_id);
    add_cell(w, e.name);
    add_cell(w, e.uscc);
    add_word(w, SAMPLE_LIST_EMPLOYER_KIND, e.kind);
    add_cell(w, e.trade);
    add_cell(w, e.size_trade);
    codec_csv_add_scaled(w, e.staff, 0);
    add_money(w, e.revenue_fen);
    add_money(w, e.assets_fen);
    add_month(w, e.founded_month);
    add_region(w, county, e.region);
    codec_csv_end_row(w);
}

static void add_employer_truth(writer *w, const sample_county *county, int64_t id)
{
    sample_employer e = sample_employer_at(county, id);
    if (e.hidden_staff == 0) return;
    add_id(w, id);
    codec_csv_add_scaled(w, e.hidden_staff, 0);
    codec_csv_end_row(w);
}

static void add_person(writer *w, const sample_person *p, text village)
{
    add_id(w, p->person_id);
    add_id(w, p->household_id);
    add_word(w, SAMPLE_LIST_RELATION, p->relation);
    add_cell(w, p->name);
    add_word(w, SAMPLE_LIST_SEX, p->sex);
    add_cell(w, p->citizen_number);
    add_day(w, p->birth_day);
    add_word(w, SAMPLE_LIST_ETHNIC, p->ethnic);
    add_cell(w, p->phone);
    codec_csv_add_text(w, village);
    add_word(w, SAMPLE_LIST_RESIDENCE, p->residence);
    add_word(w, SAMPLE_LIST_PLACE, p->registered_in);
    add_word(w, SAMPLE_LIST_PLACE, p->lives_in);
    add_month(w, p->permit_from_month);
    add_bool(w, p->is_student);
    add_word(w, SAMPLE_LIST_WORKER, p->worker);
    add_month(w, p->work_from_month);
    add_word(w, SAMPLE_LIST_GROUP, p->group);
    add_word(w, SAMPLE_LIST_DISABILITY, p->disability);
    codec_csv_add_scaled(w, p->disability_grade, 0);
    add_word(w, SAMPLE_LIST_CARE, p->care);
    add_day(w, p->death_day);
    add_day(w, p->death_known_day);
    add_month(w, p->prison_from_month);
    add_month(w, p->prison_until_month);
    codec_csv_end_row(w);
}

static void add_persons(writer *w, const sample_county *county, const sample_block *b)
{
    sample_region village = sample_region_at(county, b->persons[0].region);
    for (size_t i = 0; i < b->person_count; i++)
        add_person(w, &b->persons[i], text_of(village.code));
}

static void add_households(writer *w, const sample_county *county, const sample_block *b)
{
    sample_region village = sample_region_at(county, b->households[0].region);
    for (size_t i = 0; i < b->household_count; i++) {
        const sample_household *h = &b->households[i];
        add_id(w, h->household_id);
        add_id(w, h->head_id);
        add_cell(w, village.code);
        codec_csv_add_scaled(w, h->member_count, 0);
        add_word(w, SAMPLE_LIST_GROUP, h->group);
        add_money(w, h->income_fen);
        add_bool(w, h->is_property_within);
        codec_csv_end_row(w);
    }
}

static void add_enrolments(writer *w, const sample_county *county, const sample_block *b)
{
    (void)county;
    for (size_t i = 0; i < b->enrolment_count; i++) {
        const sample_enrolment *e = &b->enrolments[i];
        add_id(w, e->person_id);
        add_word(w, SAMPLE_LIST_SCHEME, e->scheme);
        add_word(w, SAMPLE_LIST_KIND, e->kind);
        add_id(w, e->employer_id);
        add_month(w, e->from_month);
        add_month(w, e->until_month);
        add_money(w, e->wage_fen);
        add_money(w, e->tier_fen);
        codec_csv_end_row(w);
    }
}

static void add_spells(writer *w, const sample_county *county, const sample_block *b)
{
    (void)county;
    for (size_t i = 0; i < b->spell_count; i++) {
        const sample_spell *s = &b->spells[i];
        add_id(w, s->person_id);
        add_word(w, SAMPLE_LIST_SCHEME, s->scheme);
        add_word(w, SAMPLE_LIST_KIND, s->kind);
        add_word(w, SAMPLE_LIST_PLACE, s->place);
        add_id(w, s->employer_id);
        add_month(w, s->from_month);
        add_month(w, s->until_month);
        add_money(w, s->base_fen);
        add_bool(w, s->is_deemed);
        codec_csv_end_row(w);
    }
}

static void add_benefits(writer *w, const sample_county *county, const sample_block *b)
{
    (void)county;
    for (size_t i = 0; i < b->benefit_count; i++) {
        const sample_benefit *f = &b->benefits[i];
        add_id(w, f->person_id);
        add_word(w, SAMPLE_LIST_BENEFIT, f->kind);
        add_money(w, f->amount_fen);
        add_month(w, f->from_month);
        add_month(w, f->until_month);
        codec_csv_end_row(w);
    }
}

static void add_accounts(writer *w, const sample_county *county, const sample_block *b)
{
    (void)county;
    for (size_t i = 0; i < b->account_count; i++) {
        add_id(w, b->accounts[i].person_id);
        add_word(w, SAMPLE_LIST_BANK, b->accounts[i].bank);
        add_cell(w, b->accounts[i].number);
        codec_csv_end_row(w);
    }
}

static void add_truths(writer *w, const sample_county *county, const sample_block *b)
{
    (void)county;
    for (size_t i = 0; i < b->truth_count; i++) {
        const sample_truth *t = &b->truths[i];
        add_id(w, t->person_id);
        add_word(w, SAMPLE_LIST_TRUTH, t->kind);
        add_id(w, t->other_id);
        add_day(w, t->day);
        add_month(w, t->from_month);
        add_cell(w, t->recorded);
        add_cell(w, t->truth);
        codec_csv_end_row(w);
    }
}

typedef struct {
    const char *name;
    const char *header;
    void (*add)(writer *w, const sample_county *county,
                const sample_block *b); /* NULL: no block's */
} file_row;
static const file_row FILES[SAMPLE_FILE_COUNT] = {
    [SAMPLE_REGIONS_CSV] = { "regions.csv", "区划代码,名称,上级代码,城镇", NULL },
    [SAMPLE_EMPLOYERS_CSV] = { "employers.csv",
                               "单位编号,单位名称,统一社会信用代码,单位类型,工伤行业,划型行业,"
                               "从业人员,营业收入,"
                               "资产总额,成立月,区划代码",
                               NULL },
    [SAMPLE_PERSONS_CSV] = { "persons.csv",
                             "个人编号,户编号,与户主关系,姓名,性别,证件号码,出生日期,民族,手机号码,"
                             "区划代码,"
                             "居住类型,户籍地,居住地,居住证起始月,在校学生,人员类别,参加工作月,"
                             "困难群体,残疾类别,"
                             "残疾等级,照料等级,死亡日期,死亡获知日期,服刑起始月,服刑截止月",
                             add_persons },
    [SAMPLE_HOUSEHOLDS_CSV] = { "households.csv",
                                "户编号,户主编号,区划代码,人数,困难群体,家庭月收入,家庭财产符合",
                                add_households },
    [SAMPLE_ENROLMENTS_CSV] = { "enrolments.csv",
                                "个人编号,险种,参保身份,单位编号,起始月,截止月,申报工资,年缴费档次",
                                add_enrolments },
    [SAMPLE_SPELLS_CSV] = { "spells.csv",
                            "个人编号,险种,参保身份,参保地,单位编号,起始月,截止月,缴费基数,"
                            "视同缴费",
                            add_spells },
    [SAMPLE_BENEFITS_CSV] = { "benefits.csv", "个人编号,待遇,月金额,起始月,截止月", add_benefits },
    [SAMPLE_ACCOUNTS_CSV] = { "accounts.csv", "个人编号,开户银行,银行账号", add_accounts },
    [SAMPLE_TRUTH_CSV] = { "truth.csv", "个人编号,类别,另一编号,日期,起始月,所记,应为",
                           add_truths },
    [SAMPLE_EMPLOYER_TRUTH_CSV] = { "employer_truth.csv", "单位编号,未参保人数", NULL },
};

const char *sample_file_name(sample_file file)
{
    return FILES[file].name;
}

static err flush(sample_sink sink, sample_file file, text_builder *out)
{
    err wrong = sink.write(sink.context, file, text_built(out));
    out->size_bytes = 0;
    return wrong;
}

enum { EMPLOYERS_AT_ONCE = 1000 };

static err write_employers(const sample_county *county, sample_sink sink, text_builder *out,
                           sample_file file,
                           void (*add)(writer *w, const sample_county *county, int64_t id))
{
    writer w = codec_csv_write(out, 0);
    for (int64_t id = 1; id <= sample_employer_count(county); id++) {
        add(&w, county, id);
        if (id % EMPLOYERS_AT_ONCE != 0 && id < sample_employer_count(county)) continue;
        if (out->size_bytes > 0) TRY(flush(sink, file, out));
        w = codec_csv_write(out, 0);
    }
    return ERR_NONE;
}

/* The headers, and what belongs to no block. */
static err write_beginnings(const sample_county *county, sample_sink sink, text_builder *out)
{
    writer w = codec_csv_write(out, 0);
    for (int file = 0; file < SAMPLE_FILE_COUNT; file++) {
        text_add_cstr(out, FILES[file].header);
        text_add_char(out, '\n');
        TRY(flush(sink, (sample_file)file, out));
    }
    add_regions(&w, county);
    TRY(flush(sink, SAMPLE_REGIONS_CSV, out));
    TRY(write_employers(county, sink, out, SAMPLE_EMPLOYERS_CSV, add_employer));
    return write_employers(county, sink, out, SAMPLE_EMPLOYER_TRUTH_CSV, add_employer_truth);
}

static err write_all(arena *a, const sample_county *county, sample_sink sink)
{
    sample_maker *maker = sample_maker_open(a, county);
    text_builder out = text_builder_open(a);
    TRY(write_beginnings(county, sink, &out));
    for (int64_t block = 0; block < sample_block_count(county); block++) {
        const sample_block *b = sample_make(maker, block);
        for (int file = 0; file < SAMPLE_FILE_COUNT; file++) {
            if (!FILES[file].add) continue;
            writer w = codec_csv_write(&out, 0);
            FILES[file].add(&w, county, b);
            if (out.size_bytes > 0) TRY(flush(sink, (sample_file)file, &out));
        }
    }
    return ERR_NONE;
}

err sample_write(const sample_county *county, sample_sink sink)
{
    arena *a = arena_open();
    err wrong = write_all(a, county, sink);
    arena_close(a);
    return wrong;
}
