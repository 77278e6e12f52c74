#include <assert.h>

#include "os/os.h"
#include "service/link.h"
#include "service/operations.h"

static const char *const EVIDENCE[] = { "full", "none", NULL };
static const service_field LINK_INPUT[] = {
    { .name = "files", .type = SERVICE_FILE, .is_positional = true, .is_required = true, .is_list = true,
      .shows = "A.csv [B.csv]", .summary = "one file: duplicates within it; two: links between them",
      .summary_zh = "一个文件：查找其中的重复；两个文件：比对" },
    { .name = "spec", .type = SERVICE_TEXT, .is_required = true, .shows = "SPEC",
      .summary = "cn-person, latin-person or a file (docs/linkage.md)",
      .summary_zh = "比对方案：cn-person、latin-person 或方案文件（见 docs/linkage.md）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "PAIRS.csv",
      .summary = "the pairs; - is the standard output", .summary_zh = "结果文件；- 为标准输出" },
    { .name = "columns", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=COLUMN,...",
      .summary = "what the files call the spec's fields, and id", .summary_zh = "字段（及 id）在文件中的列名" },
    { .name = "train", .type = SERVICE_FILE, .shows = "LABELS.csv",
      .summary = "pairs that people have decided: id_a, id_b, match (1 or 0)",
      .summary_zh = "已由人判定的对：id_a、id_b、match（1 或 0）" },
    { .name = "evidence", .type = SERVICE_TEXT, .choices = EVIDENCE,
      .summary = "what each pair rests on (default: full)", .summary_zh = "每对的依据（默认 full，none 为不写）" },
    { .name = "threads", .type = SERVICE_COUNT, .summary = "(default: all cores)", .summary_zh = "线程数（默认：所有核）" },
};
static const service_field LINK_OUTPUT[] = {
    { .name = "rows_a", .type = SERVICE_COUNT }, { .name = "rows_b", .type = SERVICE_COUNT },
    { .name = "compared", .type = SERVICE_COUNT }, { .name = "confirmed", .type = SERVICE_COUNT },
    { .name = "review", .type = SERVICE_COUNT }, { .name = "links", .type = SERVICE_COUNT },
    { .name = "bytes", .type = SERVICE_COUNT }, { .name = "milliseconds", .type = SERVICE_COUNT },
};

/* ---- threads ---- */

typedef struct {
    linkage_task task;
    void *job;
    size_t parts, taken;
    size_t part[OS_SLOTS_MAX]; /* by slot */
} errand;

static err take_part(void *context, size_t slot, bool *has_block)
{
    errand *e = context;
    *has_block = e->taken < e->parts;
    if (*has_block) e->part[slot] = e->taken++;
    return ERR_NONE;
}

static err do_part(void *context, size_t slot, size_t worker)
{
    errand *e = context;
    e->task(e->job, e->part[slot], worker);
    return ERR_NONE;
}

static err end_part(void *context, size_t slot)
{
    (void)context;
    (void)slot;
    return ERR_NONE;
}

static void run_crew(void *context, size_t parts, linkage_task task, void *job)
{
    size_t workers = *(const size_t *)context;
    errand e = { .task = task, .job = job, .parts = parts };
    os_blocks blocks = { .context = &e, .worker_count = workers < parts ? workers : parts, .slot_count = OS_SLOTS_MAX,
                         .take = take_part, .work = do_part, .finish = end_part };
    err failed = os_run_blocks(&blocks);
    assert(!failed.kind); /* none of the above fails */
}

static void put_reply(service_call *call, const linkage_set *set, const linkage_answer *answer, const link_tally *t)
{
    arena *a = call->request;
    service_value *r = call->reply;
    service_put_count(a, r, "rows_a", (int64_t)linkage_set_count(set, 0));
    service_put_count(a, r, "rows_b", (int64_t)linkage_set_count(set, 1));
    service_put_count(a, r, "compared", (int64_t)answer->compared);
    service_put_count(a, r, "confirmed", t->tier[LINKAGE_CONFIRMED]);
    service_put_count(a, r, "review", t->tier[LINKAGE_REVIEW]);
    service_put_count(a, r, "links", t->links);
    service_put_count(a, r, "bytes", (int64_t)os_peak_memory_bytes());
}

static err link_people(service_call *call)
{
    int64_t began = os_monotonic_ns();
    uint64_t wanted = service_size_of(call, "threads", call->office->settings.thread_count);
    size_t workers = wanted < 1 ? 1 : wanted > LINKAGE_WORKERS_MAX ? LINKAGE_WORKERS_MAX : (size_t)wanted;
    const linkage_spec *spec;
    TRY(link_spec(call, &spec));
    linkage_set *set = linkage_set_open(spec);
    linkage_run *run = NULL;
    linkage_options options = { .crew = { run_crew, &workers, workers } };
    linkage_answer answer;
    link_tally t = { 0 };
    err e = link_read(call, spec, workers, set);
    if (!e.kind) e = link_labels(call, set, &options);
    if (!e.kind) e = linkage_run_open(set, options, call->request, &run, &answer);
    if (!e.kind) e = link_write(call, set, run, &answer, workers, &t);
    if (!e.kind) put_reply(call, set, &answer, &t);
    linkage_run_close(run);
    linkage_set_close(set);
    if (!e.kind) service_put_count(call->request, call->reply, "milliseconds", (os_monotonic_ns() - began) / 1000000);
    return e;
}

static long long number(const service_call *call, const char *name)
{
    return (long long)service_member(call->reply, name)->count;
}

static void link_print(const service_call *call, text_builder *out)
{
    long long ms = number(call, "milliseconds"), rows_b = number(call, "rows_b");
    text_add_format(out, service_say(call, "%lld row%s", "%lld 行%s"), number(call, "rows_a"),
                    service_plural(call, number(call, "rows_a")));
    if (rows_b)
        text_add_format(out, service_say(call, " and %lld row%s", "与 %lld 行%s"), rows_b, service_plural(call, rows_b));
    text_add_format(out, service_say(call, ", %lld pairs compared: %lld links, %lld confirmed, %lld to review; %lld.%03lld s\n",
                                     "，比较 %lld 对：认定 %lld 对，其中确认 %lld 对；待复核 %lld 对；%lld.%03lld 秒\n"),
                    number(call, "compared"), number(call, "links"), number(call, "confirmed"), number(call, "review"),
                    ms / 1000, ms % 1000);
}

static const char *const LINK_EXAMPLES[] = {
    "doudi link --spec cn-person roll.csv --out duplicates.csv",
    "doudi link --spec cn-person insured.csv police.csv --columns id=rid,name=xm --out pairs.csv",
    "doudi link --spec my.spec a.csv b.csv --out - --evidence none",
    NULL,
};

const service_op LINK_PEOPLE_OP = {
    .name = "link.people",
    .command = "link",
    .summary = "Find the records of one person in two files, or in one",
    .summary_zh = "比对两个文件或在一个文件内查重，找出同一人的记录",
    .kind = SERVICE_READ,
    .reach = SERVICE_AT_MACHINE,
    .permission = "policy.read",
    .input = LINK_INPUT,
    .input_count = ARRAY_COUNT(LINK_INPUT),
    .output = LINK_OUTPUT,
    .output_count = ARRAY_COUNT(LINK_OUTPUT),
    .examples = LINK_EXAMPLES,
    .run = link_people,
    .print = link_print,
};
