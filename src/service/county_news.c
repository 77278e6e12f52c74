/* What other departments tell in the sample county's first month, as the list they would send: deaths, births,
 * injuries, people out of work, children and adults without support, students in need. How many of each is an
 * invention of that county (docs/sample-county.md); nothing is decided by it. The list is imported like any other. */
#include "base/hash.h"
#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/county_sample.h"
#include "service/ledger.h"

/* ---- dice: a stream for each person ---- */

typedef struct {
    county_sample *s;
    const sample_person *p;
    const county_news_rows *rows;
    int64_t id;
    uint64_t state;
    int32_t age;
} telling;

static int32_t below(telling *t, int32_t count)
{
    t->state = hash_mix(t->state, UINT64_C(0x6e657773)); /* "news" */
    return (int32_t)((t->state >> 33) % (uint64_t)count);
}

static bool chance(telling *t, int32_t in_10000)
{
    return below(t, 10000) < in_10000;
}

/* ---- a row of the list ---- */

static void tell(telling *t, const char *name, text value)
{
    const county_word_row *row = county_word_row_of(COUNTY_ATTRIBUTE, text_of(name));
    codec_csv_writer w = codec_csv_write(t->s->news, ',');
    codec_csv_add_text(&w, text_format(t->s->office->memory, "%lld", (long long)t->id));
    codec_csv_add_text(&w, row ? text_of(row->zh) : text_of(name));
    codec_csv_add_text(&w, value);
    codec_csv_end_row(&w);
    t->s->made.news++;
}

static void tell_word(telling *t, const char *name, const char *value)
{
    tell(t, name, text_of(value));
}

static void tell_count(telling *t, const char *name, int64_t value)
{
    tell(t, name, text_format(t->s->office->memory, "%lld", (long long)value));
}

static void tell_fen(telling *t, const char *name, int64_t fen)
{
    tell(t, name, service_yuan(t->s->office->memory, fen));
}

static void tell_day(telling *t, const char *name, int32_t day)
{
    tell(t, name, service_day_text(t->s->office->memory, day));
}

/* A day of the first four weeks of the month. */
static int32_t some_day(telling *t)
{
    enum { WEEKS = 28 };
    return t->s->as_of_day + below(t, WEEKS);
}

/* ---- what happens ---- */

static bool tell_death(telling *t)
{
    int32_t in_10000 = t->age >= 80 ? 80 : t->age >= 65 ? 20 : t->age >= 40 ? 3 : 1;
    if (!chance(t, in_10000)) return false;
    tell_day(t, "person.death_day", some_day(t));
    return true;
}

static const sample_enrolment *job_of(const telling *t)
{
    for (size_t i = 0; i < t->rows->enrolment_count; i++) {
        const sample_enrolment *e = &t->rows->enrolments[i];
        if (e->kind == SAMPLE_EMPLOYEE && e->scheme == SAMPLE_INJURY && e->until_month == SAMPLE_OPEN) return e;
    }
    return NULL;
}

static void tell_injury(telling *t, const sample_enrolment *job)
{
    static const int8_t GRADES[] = { 10, 9, 10, 8, 9, 10, 7, 9, 10, 6, 5, 3, 4, 1, 2 };
    static const char *const CARE[] = { "完全不能自理", "大部分不能自理", "部分不能自理" };
    enum { INJURED = 12, KILLED = 1 };
    if (chance(t, INJURED)) {
        int grade = GRADES[below(t, (int32_t)ARRAY_COUNT(GRADES))];
        tell_day(t, "injury.graded_on", some_day(t));
        tell_count(t, "injury.grade", grade);
        tell_fen(t, "injury.wage", job->wage_fen);
        if (grade <= (int)ARRAY_COUNT(CARE)) tell_word(t, "injury.nursing", CARE[grade - 1]);
    } else if (chance(t, KILLED)) {
        int32_t day = some_day(t);
        tell_day(t, "injury.died_on", day);
        tell_day(t, "person.death_day", day);
        tell_word(t, "survivor.other_grant", "是"); /* that of the work injury fund */
    }
}

static void tell_birth(telling *t, const sample_enrolment *job)
{
    enum { BIRTHS = 60, TWINS = 200, DYSTOCIA = 1500 };
    if (t->p->sex != SAMPLE_FEMALE || t->age < 20 || t->age > 42 || !chance(t, BIRTHS)) return;
    tell_day(t, "maternity.day", some_day(t));
    tell_count(t, "maternity.babies", chance(t, TWINS) ? 2 : 1);
    tell_word(t, "maternity.dystocia", chance(t, DYSTOCIA) ? "是" : "否");
    tell_fen(t, "maternity.employer_wage", job->wage_fen);
}

/* Had a job, has none, and draws nothing. */
static void tell_unemployment(telling *t)
{
    enum { REGISTERS = 300, IS_NOT_SEEKING = 1000 };
    bool had_job = false;
    for (size_t i = 0; i < t->rows->spell_count; i++) {
        const sample_spell *sp = &t->rows->spells[i];
        had_job |= sp->kind == SAMPLE_EMPLOYEE && !sp->is_deemed && !sp->place;
    }
    if (!had_job || t->rows->benefit_count || t->age < 18 || t->age > 54 || !chance(t, REGISTERS)) return;
    tell_day(t, "unemployment.since", some_day(t));
    tell_word(t, "unemployment.involuntary", "是");
    tell_word(t, "unemployment.is_seeking", chance(t, IS_NOT_SEEKING) ? "否" : "是");
    tell_word(t, "unemployment.still_out", "是");
}

static void tell_child(telling *t)
{
    enum { ORPHANS = 15, WITHOUT_SUPPORT = 20, IN_AN_INSTITUTION = 2000 };
    if (t->age > 17) return;
    bool is_orphan = chance(t, ORPHANS);
    if (!is_orphan && !chance(t, WITHOUT_SUPPORT)) return;
    tell_word(t, "child.kind", is_orphan ? "孤儿" : "事实无人抚养");
    tell_word(t, "child.home", chance(t, IN_AN_INSTITUTION) ? "机构养育" : "散居");
}

static void tell_destitute(telling *t)
{
    static const char *const COUNTED[SAMPLE_DISABILITY_COUNT] = {
        [SAMPLE_NOT_DISABLED] = "无", [SAMPLE_VISUAL] = "视力",   [SAMPLE_HEARING] = "其他", [SAMPLE_SPEECH] = "其他",
        [SAMPLE_PHYSICAL] = "肢体",   [SAMPLE_INTELLECTUAL] = "智力", [SAMPLE_MENTAL] = "精神", [SAMPLE_MULTIPLE] = "其他",
    };
    enum { IN_AN_INSTITUTION = 3000 };
    if (t->p->group != SAMPLE_DESTITUTE) return;
    tell_word(t, "destitute.no_income", "是");
    tell_word(t, "destitute.no_support", "是");
    tell_word(t, "destitute.form", chance(t, IN_AN_INSTITUTION) ? "集中供养" : "分散供养");
    tell_word(t, "destitute.disability", COUNTED[t->p->disability]);
    tell_count(t, "destitute.disability_grade", t->p->disability_grade);
    if (t->p->care == SAMPLE_SELF_CARE) tell_word(t, "care.level", "全自理");
}

static void tell_student(telling *t)
{
    const char *hardship = t->p->group == SAMPLE_DESTITUTE        ? "特困供养学生"
                           : t->p->group == SAMPLE_MINIMUM_LIVING ? "低保线以下"
                           : t->p->group                          ? "贫困家庭"
                                                                  : NULL;
    const char *stage = t->age < 12 ? "小学" : t->age < 15 ? "初中" : t->age < 18 ? "高中" : "大学";
    if (!t->p->is_student || !hardship) return;
    tell_day(t, "education.term_day", t->s->as_of_day);
    tell_word(t, "education.stage", stage);
    tell_word(t, "education.hardship", hardship);
}

void county_news_head(county_sample *s)
{
    codec_csv_writer w = codec_csv_write(s->news, ',');
    codec_csv_add_text(&w, TEXT("个人编号"));
    codec_csv_add_text(&w, TEXT("项目"));
    codec_csv_add_text(&w, TEXT("内容"));
    codec_csv_end_row(&w);
}

void county_news_person(county_sample *s, const sample_person *p, int64_t id, const county_news_rows *rows)
{
    enum { DAYS_A_YEAR = 365 };
    if (!s->news || p->death_day != SAMPLE_UNKNOWN || p->birth_day == SAMPLE_UNKNOWN) return;
    telling t = { .s = s, .p = p, .rows = rows, .id = id, .state = hash_mix(s->options.seed, (uint64_t)p->person_id),
                  .age = (s->as_of_day - p->birth_day) / DAYS_A_YEAR };
    const sample_enrolment *job = job_of(&t);
    if (tell_death(&t)) return;
    if (job) tell_injury(&t, job);
    if (job) tell_birth(&t, job);
    if (!job) tell_unemployment(&t);
    tell_child(&t);
    tell_destitute(&t);
    tell_student(&t);
}

/* ---- names of places ---- */

text county_news_places(arena *a, const county_sample *s)
{
    static const char *const HEAD[] = { "figure", "place", "month", "value", "source" };
    text_builder out = text_builder_open(a);
    codec_csv_writer w = codec_csv_write(&out, ',');
    text month = service_month_text(a, s->options.month);
    for (size_t i = 0; i < ARRAY_COUNT(HEAD); i++) codec_csv_add_text(&w, text_of(HEAD[i]));
    codec_csv_end_row(&w);
    for (int32_t i = 1; i < sample_region_count(s->sample); i++) { /* 0 is the county itself */
        sample_region r = sample_region_at(s->sample, i);
        const text row[] = { TEXT("place.name"), text_of(r.code), month, text_of(r.name), TEXT("示例县地名") };
        for (size_t c = 0; c < ARRAY_COUNT(row); c++) codec_csv_add_text(&w, row[c]);
        codec_csv_end_row(&w);
    }
    return text_built(&out);
}
