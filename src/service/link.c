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
      .summary = "cn-person, cn-employer, latin-person or a file (docs/linkage.md)",
      .summary_zh = "比对方案：cn-person、cn-employer、latin-person 或方案文件（见 docs/linkage.md）" },
    { .name = "out", .type = SERVICE_FILE_OUT, .is_required = true, .shows = "PAIRS.csv",
      .summary = "the pairs; - is the standard output", .summary_zh = "结果文件；- 为标准输出" },
    { .name = "columns", .type = SERVICE_FACT, .is_list = true, .shows = "FIELD=COLUMN,...",
      .summary = "what the files call the spec's fields, and id", .summary_zh = "字段（及 id）在文件中的列名" },
    { .name = "train", .type = SERVICE_FILE, .shows = "LABELS.csv",
      .summary = "pairs that people have decided: id_a, id_b, match (1 or 0)",
      .summary_zh = "已由人判定的对：id_a、id_b、match（1 或 0）" },
    { .name = "keep", .type = SERVICE_FILE_OUT, .shows = "MODEL.txt",
      .summary = "write here what was learned, for --model and link ask", .summary_zh = "将学到的模型保存到此文件，供 --model 和 link ask 使用" },
    { .name = "model", .type = SERVICE_FILE, .shows = "MODEL.txt",
      .summary = "take from here how records differ, instead of learning it", .summary_zh = "采用已保存的模型，不重新学习" },
    { .name = "clusters", .type = SERVICE_FILE_OUT, .shows = "CLUSTERS.csv", .summary = "write here which rows are one person's: file, id, cluster",
      .summary_zh = "将各行属于哪一人写入此文件：file、id、cluster" },
    { .name = "before", .type = SERVICE_FILE, .shows = "CLUSTERS.csv", .summary = "the clusters of the time before, whose ids stay",
      .summary_zh = "上次的聚类文件，其编号保持不变" },
    { .name = "evidence", .type = SERVICE_TEXT, .choices = EVIDENCE,
      .summary = "what each pair rests on (default: full)", .summary_zh = "每对的依据（默认 full，none 为不写）" },
    { .name = "threads", .type = SERVICE_COUNT, .summary = "(default: all cores)", .summary_zh = "线程数（默认：所有核）" },
};
static const service_field LARGE_FIELDS[] = {
    { .name = "key", .type = SERVICE_TEXT, .summary = "blocking key", .summary_zh = "分块键" },
    { .name = "value", .type = SERVICE_TEXT, .summary = "of the largest", .summary_zh = "最大分块的值" },
    { .name = "blocks", .type = SERVICE_COUNT, .summary = "blocks", .summary_zh = "分块数" },
    { .name = "rows_of_largest", .type = SERVICE_COUNT, .summary = "rows of the largest", .summary_zh = "最大分块行数" },
    { .name = "rows_looking", .type = SERVICE_COUNT, .summary = "rows that looked there", .summary_zh = "涉及行数" },
    { .name = "narrowed_by", .type = SERVICE_TEXT, .summary = "by what it was narrowed", .summary_zh = "再按何字段细分" },
};
static const service_field LINK_OUTPUT[] = {
    { .name = "rows_a", .type = SERVICE_COUNT, .summary = "rows of the first file", .summary_zh = "第一个文件行数" },
    { .name = "rows_b", .type = SERVICE_COUNT, .summary = "rows of the second file", .summary_zh = "第二个文件行数" },
    { .name = "compared", .type = SERVICE_COUNT, .summary = "pairs compared", .summary_zh = "比较的对数" },
    { .name = "confirmed", .type = SERVICE_COUNT, .summary = "confirmed", .summary_zh = "确认的对" },
    { .name = "review", .type = SERVICE_COUNT, .summary = "to review", .summary_zh = "待复核的对" },
    { .name = "links", .type = SERVICE_COUNT, .summary = "links", .summary_zh = "认定为同一人的对" },
    { .name = "large_blocks", .type = SERVICE_OBJECT, .is_list = true, .fields = LARGE_FIELDS,
      .field_count = ARRAY_COUNT(LARGE_FIELDS), .summary = "blocks too large to compare all pairs of",
      .summary_zh = "过大而未逐对比较的分块" },
    { .name = "rows_alone", .type = SERVICE_COUNT, .summary = "rows compared with no other for that", .summary_zh = "因此未与任何行比较的行数" },
    { .name = "clusters", .type = SERVICE_COUNT, .is_optional = true, .summary = "clusters", .summary_zh = "人数（聚类）" },
    { .name = "clusters_kept", .type = SERVICE_COUNT, .is_optional = true, .summary = "keep their id", .summary_zh = "沿用编号" },
    { .name = "clusters_gone", .type = SERVICE_COUNT, .is_optional = true, .summary = "ids that are gone", .summary_zh = "不再使用的编号" },
    { .name = "bytes", .type = SERVICE_COUNT, .summary = "memory at most, bytes", .summary_zh = "最多占用内存（字节）" },
    { .name = "milliseconds", .type = SERVICE_COUNT, .summary = "time taken, milliseconds", .summary_zh = "用时（毫秒）" },
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

void link_run_crew(void *context, size_t parts, linkage_task task, void *job)
{
    size_t workers = *(const size_t *)context;
    errand e = { .task = task, .job = job, .parts = parts };
    os_blocks blocks = { .context = &e, .worker_count = workers < parts ? workers : parts, .slot_count = OS_SLOTS_MAX,
                         .take = take_part, .work = do_part, .finish = end_part };
    err failed = os_run_blocks(&blocks);
    assert(!failed.kind); /* none of the above fails */
}

/* What was too large to be compared as a whole. */
static void put_large_blocks(service_call *call, const linkage_answer *answer)
{
    arena *a = call->request;
    service_value *list = service_put_list(a, call->reply, "large_blocks");
    for (size_t i = 0; i < answer->crowd_count; i++) {
        const linkage_crowd *crowd = &answer->crowds[i];
        service_value *one = service_put_object(a, list, NULL);
        service_put_cstr(a, one, "key", crowd->key);
        service_put_text(a, one, "value", text_shown(a, text_of(crowd->value), 60));
        service_put_count(a, one, "blocks", crowd->blocks);
        service_put_count(a, one, "rows_of_largest", crowd->largest);
        service_put_count(a, one, "rows_looking", (int64_t)crowd->seekers);
        service_put_text(a, one, "narrowed_by", text_copy(a, text_of(crowd->narrowed_by)));
    }
    service_put_count(a, call->reply, "rows_alone", (int64_t)answer->alone);
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
    put_large_blocks(call, answer);
    service_put_count(a, r, "bytes", (int64_t)os_peak_memory_bytes());
}

static void put_clusters(service_call *call, const link_cluster_tally *tally)
{
    service_put_count(call->request, call->reply, "clusters", tally->clusters);
    service_put_count(call->request, call->reply, "clusters_kept", tally->kept);
    service_put_count(call->request, call->reply, "clusters_gone", tally->gone);
}

static err keep_model(service_call *call, const linkage_run *run)
{
    if (!service_is_given(call, "keep")) return ERR_NONE;
    text_builder out = text_builder_open(call->request);
    linkage_model_write(run, &out);
    return os_write_file(call->request, text_cstr(call->request, service_text_of(call, "keep", TEXT_NONE)), text_built(&out));
}

static err link_people(service_call *call)
{
    int64_t began = os_monotonic_ns();
    uint64_t wanted = service_size_of(call, "threads", call->office->settings.thread_count);
    if (call->is_remote && wanted > call->office->settings.thread_count) wanted = call->office->settings.thread_count; /* others are served too */
    size_t workers = wanted < 1 ? 1 : wanted > LINKAGE_WORKERS_MAX ? LINKAGE_WORKERS_MAX : (size_t)wanted;
    const linkage_spec *spec;
    TRY(link_spec(call, &spec));
    linkage_set *set = linkage_set_open(spec);
    linkage_run *run = NULL;
    linkage_options options = { .crew = { link_run_crew, &workers, workers } };
    linkage_answer answer;
    link_tally t = { 0 };
    link_columns *columns;
    err e = link_columns_open(call, spec, &columns);
    if (!e.kind) e = link_read(call, spec, &options.crew, columns, service_argument_of(call, "files")->count, set);
    if (!e.kind) e = link_labels(call, set, &options);
    if (!e.kind) e = link_model(call, &options);
    if (!e.kind) e = link_named(call, columns, linkage_run_open(set, options, call->request, &run, &answer));
    link_cluster_tally clusters = { 0 };
    if (!e.kind) e = link_clusters(call, set, &answer, &clusters);
    if (!e.kind) e = keep_model(call, run);
    if (!e.kind) e = link_write(call, set, run, &answer, workers, &t);
    if (!e.kind) put_reply(call, set, &answer, &t);
    if (!e.kind && service_is_given(call, "clusters")) put_clusters(call, &clusters);
    linkage_run_close(run);
    linkage_set_close(set);
    if (!e.kind) service_put_count(call->request, call->reply, "milliseconds", (os_monotonic_ns() - began) / 1000000);
    return link_told(call, e);
}

static long long number(const service_call *call, const char *name)
{
    return (long long)service_member(call->reply, name)->count;
}

static void print_large(const service_call *call, const service_value *large, text_builder *out)
{
    text by = service_member(large, "narrowed_by")->word;
    text_add_format(out, service_say(call, "key %.*s: %lld block%s too large to compare whole, the largest of %lld rows (%.*s)",
                                     "分块键 %.*s：%lld 个分块%s过大，未逐对比较，最大的有 %lld 行（%.*s）"),
                    TEXT_ARG(service_member(large, "key")->word), (long long)service_member(large, "blocks")->count,
                    service_plural(call, service_member(large, "blocks")->count),
                    (long long)service_member(large, "rows_of_largest")->count, TEXT_ARG(service_member(large, "value")->word));
    if (by.size_bytes) text_add_format(out, service_say(call, "; narrowed by %.*s", "；已再按 %.*s 细分"), TEXT_ARG(by));
    text_add_cstr(out, "\n");
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
    if (service_member(call->reply, "clusters"))
        text_add_format(out, service_say(call, "%lld clusters: %lld keep their id, %lld ids are gone\n", "共 %lld 人：%lld 个编号沿用，%lld 个编号不再使用\n"),
                        number(call, "clusters"), number(call, "clusters_kept"), number(call, "clusters_gone"));
    for (const service_value *large = service_member(call->reply, "large_blocks")->first; large; large = large->next)
        print_large(call, large, out);
    long long alone = number(call, "rows_alone");
    if (alone)
        text_add_format(out, service_say(call, "%lld row%s compared with no other for that: add a column that tells such rows apart\n",
                                         "因此有 %lld 行%s未与任何行比较：请补充能区分这些行的列\n"),
                        alone, alone == 1 ? service_say(call, " was", "") : service_say(call, "s were", ""));
}

static const char *const LINK_EXAMPLES[] = {
    "doudi link --spec cn-person roll.csv --out duplicates.csv",
    "doudi link --spec cn-person insured.csv police.csv --columns id=rid,name=xm --out pairs.csv",
    "doudi link --spec my.spec a.csv b.csv --out - --evidence none",
    "doudi link --spec cn-person roll.csv --model model.txt --before clusters.csv --clusters now.csv --out pairs.csv",
    NULL,
};

const service_op LINK_PEOPLE_OP = {
    .name = "link.people",
    .command = "link",
    .summary = "Find the records of one person in two files, or in one",
    .summary_zh = "比对两个文件或在一个文件内查重，找出同一人的记录",
    .kind = SERVICE_READ,
    .permission = "person.read",
    .input = LINK_INPUT,
    .input_count = ARRAY_COUNT(LINK_INPUT),
    .output = LINK_OUTPUT,
    .output_count = ARRAY_COUNT(LINK_OUTPUT),
    .examples = LINK_EXAMPLES,
    .run = link_people,
    .print = link_print,
};
