#include "service/county_sample.h"

#include "calendar/calendar.h"

/* A transaction holds about so many people: what a stop in the middle loses, and what memory holds. */
enum { BLOCKS_A_COMMIT = 64 };

static void tell_progress(const county_sample *s, int64_t done)
{
    const service_settings *settings = &s->office->call->office->settings;
    if (settings->progress)
        settings->progress(settings->progress_context, (uint64_t)done, (uint64_t)s->options.people);
}

static err commit_and_go_on(county_sample *s)
{
    TRY(registry_load_flush(s->load));
    TRY(store_commit(s->office->db));
    return county_begin(s->office);
}

static err load_employers(county_sample *s)
{
    int64_t count = sample_employer_count(s->sample);
    for (int64_t id = 1; id <= count; id++) {
        sample_employer e = sample_employer_at(s->sample, id);
        TRY(county_people_employer(s, &e));
    }
    return ERR_NONE;
}

static err load_blocks(county_sample *s, arena *scratch)
{
    arena *block_memory = arena_open();
    sample_maker *maker = sample_maker_open(scratch, s->sample);
    int64_t count = sample_block_count(s->sample);
    err e = ERR_NONE;
    for (int64_t i = 0; i < count && !e.kind; i++) {
        arena_reset(block_memory);
        e = county_people_block(s, block_memory, sample_make(maker, i));
        tell_progress(s, s->made.people);
        if (!e.kind && (i + 1) % BLOCKS_A_COMMIT == 0) e = commit_and_go_on(s);
    }
    arena_close(block_memory);
    return e;
}

static err load_people(county_sample *s, arena *scratch)
{
    registry_load_options trusting = { .trusts_numbers = true };
    registry_load_tally tally = { 0 };
    TRY(registry_load_open(scratch, s->people, &s->act, "loaded", &trusting, &s->load));
    err e = load_employers(s);
    if (!e.kind) e = load_blocks(s, scratch);
    err closed = registry_load_close(s->load, &tally);
    s->made.events = tally.event_count;
    s->made.segment_bytes = tally.segment_byte_count;
    return e.kind ? e : closed;
}

static err load(county_sample *s, arena *scratch)
{
    county_retire *retire;
    TRY(county_retire_open(s->office, s->options.region, s->options.month, &retire));
    int64_t unemployment_fen;
    TRY(county_unemployment_fen(s->office, s->options.region, s->options.month, &unemployment_fen));
    sample_options wanted = {
        .unemployment_fen = unemployment_fen,
        .seed = s->options.seed,
        .size = s->options.people,
        .as_of_month = s->options.month,
        .leaves_out_mistakes = s->options.leaves_out_mistakes,
        .measures_staff = true,
        .retire_month = county_retire_month,
        .retire_context = retire,
    };
    sample_county *sample;
    TRY(sample_open(scratch, &wanted, &sample));
    s->sample = sample;
    s->as_of_day = calendar_first_day_of_month(s->options.month);
    TRY(county_begin(s->office));
    s->act.known_ms = s->office->now_ms;
    TRY(county_people(s->office, &s->people));
    TRY(county_people_words(s));
    TRY(load_people(s, scratch));
    TRY(store_commit(s->office->db));
    TRY(county_begin(s->office));
    TRY(county_opening_books(s));
    return store_commit(s->office->db);
}

err county_sample_load(county *office, const county_sample_options *options, county_sample **made)
{
    county_sample *s = ARENA_NEW(office->memory, county_sample);
    *s = (county_sample){ .office = office, .options = *options };
    s->act = (registry_act){ .actor_id = office->actor_id,
                             .why = TEXT("sample county") };
    text_builder news = text_builder_open(office->memory);
    if (options->has_news) s->news = &news;
    if (s->news) county_news_head(s);
    arena *scratch = arena_open();
    err e = load(s, scratch);
    if (e.kind && e.detail) e.detail = text_cstr(office->call->request, text_of(e.detail));
    arena_close(scratch);
    s->listed = text_built(&news);
    s->news = NULL;
    *made = s;
    return e;
}
