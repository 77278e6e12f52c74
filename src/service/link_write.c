/* The pairs of `doudi link` as a file: pieces made side by side, written in order. */
#include "os/os.h"
#include "service/link.h"

enum { PIECE_PAIRS = 4096, TOGETHER = 32 };

typedef struct {
    arena *memory;
    text_builder out, evidence;
    size_t from;
    link_tally tally;
} piece;
typedef struct {
    const linkage_set *set;
    const linkage_run *run;
    const linkage_answer *answer;
    os_writer *file;
    link_tally *tally;
    bool is_full;
    size_t taken;
    piece slots[OS_SLOTS_MAX];
} writing;

static err take_piece(void *context, size_t slot, bool *has_block)
{
    writing *w = context;
    *has_block = w->taken < w->answer->pair_count;
    w->slots[slot].from = w->taken;
    w->taken += PIECE_PAIRS;
    return ERR_NONE;
}

static void fetch(const writing *w, size_t from, size_t until)
{
    uint32_t rows[2 * TOGETHER];
    size_t count = until - from < TOGETHER ? until - from : TOGETHER;
    const linkage_pair *pairs = w->answer->pairs + from;
    for (size_t i = 0; i < count; i++) {
        rows[2 * i] = pairs[i].a;
        rows[2 * i + 1] = pairs[i].b;
    }
    linkage_set_fetch_ids(w->set, rows, 2 * count);
    if (w->is_full) linkage_fetch_evidence(w->run, pairs, count);
}

static err make_piece(void *context, size_t slot, size_t worker)
{
    (void)worker;
    writing *w = context;
    piece *p = &w->slots[slot];
    size_t until = p->from + PIECE_PAIRS;
    if (until > w->answer->pair_count) until = w->answer->pair_count;
    p->tally = (link_tally){ 0 };
    p->out.size_bytes = 0;
    codec_csv_writer row = codec_csv_write(&p->out, 0);
    for (size_t i = p->from; i < until; i++) {
        const linkage_pair *pair = &w->answer->pairs[i];
        if ((i - p->from) % TOGETHER == 0) fetch(w, i, until);
        linkage_tier tier = linkage_tier_of(pair);
        p->tally.tier[tier]++;
        p->tally.links += linkage_is_link(pair);
        codec_csv_add_words(&row, linkage_set_id(w->set, pair->a));
        codec_csv_add_words(&row, linkage_set_id(w->set, pair->b));
        codec_csv_add_scaled(&row, linkage_millionths(pair), 6);
        codec_csv_add_text(&row, text_of(linkage_tier_name(tier)));
        p->evidence.size_bytes = 0;
        if (w->is_full) linkage_evidence(w->run, pair, &p->evidence);
        codec_csv_add_text(&row, w->is_full ? text_built(&p->evidence) : TEXT(""));
        codec_csv_end_row(&row);
    }
    return ERR_NONE;
}

static err write_piece(void *context, size_t slot)
{
    writing *w = context;
    const piece *p = &w->slots[slot];
    for (int t = 0; t < LINKAGE_TIER_COUNT; t++) w->tally->tier[t] += p->tally.tier[t];
    w->tally->links += p->tally.links;
    return os_writer_add(w->file, text_built(&p->out));
}

static err write_pieces(writing *w, size_t workers)
{
    os_blocks job = { .context = w, .worker_count = workers, .slot_count = 2 * workers,
                      .take = take_piece, .work = make_piece, .finish = write_piece };
    for (size_t i = 0; i < job.slot_count; i++) {
        piece *p = &w->slots[i];
        p->memory = arena_open();
        p->out = text_builder_open(p->memory);
        p->evidence = text_builder_open(p->memory);
    }
    err e = os_writer_add(w->file, TEXT("id_a,id_b,probability,tier,evidence\n"));
    if (!e.kind) e = os_run_blocks(&job);
    for (size_t i = 0; i < job.slot_count; i++) arena_close(w->slots[i].memory);
    return e;
}

err link_write(service_call *call, const linkage_set *set, const linkage_run *run, const linkage_answer *answer,
               size_t workers, link_tally *tally)
{
    text path = service_text_of(call, "out", TEXT_NONE);
    writing *w = ARENA_NEW(call->request, writing);
    *w = (writing){ .set = set, .run = run, .answer = answer, .tally = tally };
    w->is_full = !text_equal_cstr(service_text_of(call, "evidence", TEXT("full")), "none");
    TRY(os_writer_open(call->request, text_cstr(call->request, path), &w->file));
    err e = write_pieces(w, workers);
    if (e.kind) os_writer_cancel(w->file);
    else e = os_writer_commit(w->file);
    call->is_output_taken = text_equal_cstr(path, "-");
    return e;
}
