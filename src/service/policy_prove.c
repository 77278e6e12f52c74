/* doudi prove: the properties that the packs promise, each proved, refuted or left open. */
#include "prove/prove.h"

#include "calendar/calendar.h"
#include "service/ask.h"
#include "service/law_text.h"
#include "service/operations.h"
#include "service/prove_cache.h"
#include "service/prove_claim.h"
#include "service/prove_rest.h"
#include "service/subject.h"

static const err_kind PROVE_NO_PACK = {
    "prove.no_pack", ERR_NOT_FOUND,
    "There is no pack called {}; `doudi packs` lists them.",
    "没有名为“{}”的政策包；用 doudi packs 查看有哪些。"
};
static const err_kind PROVE_WHICH_PACK = {
    "prove.which_pack", ERR_BAD_INPUT,
    "Say which pack's proofs are wanted (pack); all at once are for users of the office.",
    "请指明要看哪一个政策包的证明（pack）；一次证明全部，须登录后办理。"
};

static const service_field PROVE_INPUT[] = {
    { .name = "pack",
      .type = SERVICE_TEXT,
      .is_positional = true,
      .shows = "PACK",
      .summary = "only the proofs of this pack",
      .summary_zh = "只证明这一个政策包" },
    { .name = "no-z3",
      .type = SERVICE_FLAG,
      .summary = "without Z3, as on machines that lack it",
      .summary_zh = "不用 Z3（如同未安装）" },
    { .name = "cache",
      .type = SERVICE_FILE_OUT,
      .shows = "FILE",
      .summary = "keep what was proved here, and do not prove the same again",
      .summary_zh = "把已证明的记在此文件，下次相同者不再重证" },
    { .name = "verbose",
      .type = SERVICE_FLAG,
      .summary = "show all cliffs, all that is left open, and the rows run and steps of Z3",
      .summary_zh = "显示全部断崖和全部遗留事项，以及试算行数和 Z3 步数" },
    SERVICE_PACKS_FIELD,
};

static const service_field PROVE_BOUND[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "label", .type = SERVICE_VALUE },
    { .name = "from", .type = SERVICE_TEXT, .summary = "from", .summary_zh = "下限" },
    { .name = "until", .type = SERVICE_TEXT, .summary = "up to", .summary_zh = "上限" },
};
static const service_field PROVE_RESULT[] = {
    { .name = "name", .type = SERVICE_TEXT },
    { .name = "pack", .type = SERVICE_TEXT },
    { .name = "file", .type = SERVICE_TEXT },
    { .name = "line", .type = SERVICE_COUNT },
    { .name = "claim", .type = SERVICE_TEXT, .summary = "what is claimed", .summary_zh = "性质" },
    { .name = "of", .type = SERVICE_NAME, .is_list = true, .summary = "names of the packs it speaks of", .summary_zh = "所说到的名称" },
    { .name = "on", .type = SERVICE_DATE },
    { .name = "region", .type = SERVICE_REGION },
    { .name = "bounds", /* of whom it is claimed: every value of these facts */
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = PROVE_BOUND,
      .field_count = ARRAY_COUNT(PROVE_BOUND) },
    { .name = "verdict", .type = SERVICE_TEXT },
    { .name = "as_expected", .type = SERVICE_FLAG },
    { .name = "way", .type = SERVICE_VALUE },
    { .name = "because", .type = SERVICE_VALUE },
    { .name = "test", .type = SERVICE_VALUE }, /* a test block that runs the counter-example */
    { .name = "cliffs", .type = SERVICE_ANY },
    { .name = "is_kept", .type = SERVICE_FLAG },   /* known from --cache, not proved again */
    { .name = "rows_run", .type = SERVICE_COUNT }, /* subjects computed on the way */
    { .name = "z3_steps", .type = SERVICE_COUNT }, /* by Z3's own count */
};
static const service_field PROVE_OUTPUT[] = {
    { .name = "proofs",
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = PROVE_RESULT,
      .field_count = ARRAY_COUNT(PROVE_RESULT) },
    { .name = "proved", .type = SERVICE_COUNT },
    { .name = "refuted", .type = SERVICE_COUNT },
    { .name = "not_proved", .type = SERVICE_COUNT },
    { .name = "unexpected", .type = SERVICE_COUNT },
    { .name = "clashes",
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = REST_CLASH_FIELDS,
      .field_count = REST_CLASH_FIELD_COUNT },
    { .name = "gaps",
      .type = SERVICE_OBJECT,
      .is_list = true,
      .fields = REST_GAP_FIELDS,
      .field_count = REST_GAP_FIELD_COUNT },
};

static void add_line(arena *a, text_builder *out, const policy_proof *proof, policy_codes *codes,
                     const int64_t *inputs, const char *expected)
{
    const vm_plan *plan = &proof->planned.plan;
    text_add_cstr(out, "|");
    for (size_t i = 0; i < plan->input_count; i++) {
        const policy_symbol *symbol = proof->planned.input_symbols[i];
        text_add_format(out, " %.*s |",
                        TEXT_ARG(policy_print_value(a, codes, &symbol->type, inputs[i])));
    }
    text_add_format(out, " %s |\n", expected);
}

/* The counter-example as a test block of the language, ready to be put into the pack. */
static text counter_test(arena *a, const policy_book *book, const policy_proof *proof,
                         const prove_result *r)
{
    const vm_plan *plan = &proof->planned.plan;
    policy_codes *codes = policy_codes_open(a, book, &proof->planned);
    text_builder out = text_builder_open(a);
    const policy_symbol *subject = proof->planned.output_symbols[0];
    text_add_format(&out, "```test \"反例：%s\"\n|", proof->name);
    for (size_t i = 0; i < plan->input_count; i++) {
        const policy_symbol *symbol = proof->planned.input_symbols[i];
        bool is_fact = symbol->kind == POLICY_SYMBOL_INPUT || symbol->kind == POLICY_SYMBOL_PARAM;
        text_add_format(&out, " %s%s |", is_fact ? "" : "given ", symbol->name);
    }
    text_add_format(&out, " %s |\n", subject ? subject->name : "?");
    const policy_type *type = &proof->planned.output_types[0];
    text value = r->reason ? text_format(a, "!%s", vm_reason_about(VM_REASON_KIND(r->reason))->code)
                           : policy_print_value(a, codes, type, r->value);
    add_line(a, &out, proof, codes, r->inputs, text_cstr(a, value));
    if (r->inputs_after)
        add_line(a, &out, proof, codes, r->inputs_after,
                 text_cstr(a, policy_print_value(a, codes, type, r->value_after)));
    text_add_cstr(&out, "```");
    return text_built(&out);
}

static void put_cliffs(arena *a, const policy_book *book, const policy_proof *proof,
                       const prove_result *r, service_value *into)
{
    policy_codes *codes = policy_codes_open(a, book, &proof->planned);
    if (!r->cliff_count) {
        service_put_list(a, into, "cliffs");
        return;
    }
    const policy_symbol *along = proof->planned.input_symbols[proof->along_input];
    const policy_type *type = &proof->planned.output_types[0];
    service_value *list = service_put_list(a, into, "cliffs");
    for (size_t i = 0; i < r->cliff_count; i++) {
        const prove_cliff *c = &r->cliffs[i];
        service_value *v = service_put_object(a, list, NULL);
        service_put_text(a, v, "at", policy_print_value(a, codes, &along->type, c->at));
        service_put_text(a, v, "before", policy_print_value(a, codes, type, c->before));
        service_put_text(a, v, "after", policy_print_value(a, codes, type, c->after));
    }
}

/* `proof NAME "label": PROPERTY`: the property, on one line. */
static text claim_of(service_call *call, const policy_proof *proof)
{
    arena *a = call->request;
    text whole = law_declaration(a, law_source(call, proof->at.file), proof->at.line), line;
    size_t narrow = text_find(whole, TEXT(":")), wide = text_find(whole, TEXT("："));
    size_t from = narrow < wide ? narrow + 1 : wide == SIZE_MAX ? 0 : wide + 3;
    text_builder one = text_builder_open(a);
    whole = text_sub(whole, from, whole.size_bytes);
    for (size_t at = 0; law_line(whole, &at, &line);)
        text_add_format(&one, "%s%.*s", one.size_bytes ? " " : "", TEXT_ARG(text_trim(line)));
    return text_built(&one);
}

static void put_bounds(service_call *call, const policy_book *book, const policy_proof *proof, service_value *into)
{
    arena *a = call->request;
    policy_codes *codes = policy_codes_open(a, book, &proof->planned);
    service_value *list = service_put_list(a, into, "bounds");
    for (size_t i = 0; i < proof->planned.plan.input_count; i++) {
        const policy_symbol *s = proof->planned.input_symbols[i];
        const vm_input *input = &proof->planned.plan.inputs[i];
        if (input->kind == VM_CODE && !proof->is_fixed[i]) continue; /* any of its words */
        service_value *v = service_put_object(a, list, NULL);
        int64_t from = proof->is_fixed[i] ? proof->fixed[i] : input->min, until = proof->is_fixed[i] ? proof->fixed[i] : input->max;
        service_put_cstr(a, v, "name", s->name);
        service_put_cstr(a, v, "label", s->label);
        service_put_text(a, v, "from", ask_said(call, book, &s->type, policy_print_value(a, codes, &s->type, from)));
        service_put_text(a, v, "until", ask_said(call, book, &s->type, policy_print_value(a, codes, &s->type, until)));
    }
}

static err prove_one(service_call *call, const policy_book *book, const policy_proof *proof,
                     prove_cache *cache, bool has_z3, service_value *list, int64_t counts[4])
{
    arena *a = call->request;
    prove_property property;
    TRY(claim_property(a, book, proof, has_z3, &property));
    text key = prove_cache_key(a, &property);
    const char *known = prove_cache_find(cache, key);
    prove_result r = { .verdict = PROVE_PROVED, .way = known };
    if (!known) r = prove_run(a, &property);
    bool is_kept = !known && r.verdict == PROVE_PROVED && property.kind != PROVE_CLIFFS;
    if (is_kept) prove_cache_keep(cache, key, r.way);
    service_value *v = service_put_object(a, list, NULL);
    service_put_cstr(a, v, "name", proof->name);
    service_put_cstr(a, v, "pack", proof->pack);
    service_put_cstr(a, v, "file", proof->at.file ? proof->at.file : "");
    service_put_count(a, v, "line", proof->at.line);
    char day[CALENDAR_PRINT_BYTES];
    calendar_print_day(proof->on_day, day);
    text claim = claim_of(call, proof);
    service_put_text(a, v, "claim", claim_said(a, book, proof->pack, claim, call->is_chinese));
    claim_put_names(a, book, proof->pack, claim, service_put_list(a, v, "of"));
    service_put_cstr(a, v, "on", day);
    service_put_cstr(a, v, "region", proof->region);
    put_bounds(call, book, proof, v);
    service_put_cstr(a, v, "verdict", prove_verdict_name(r.verdict, call->is_chinese));
    bool is_as_expected = claim_is_expected(proof, &r);
    service_put_bool(a, v, "as_expected", is_as_expected);
    if (r.way) service_put_cstr(a, v, "way", r.way);
    else service_put_null(a, v, "way");
    const char *said = call->is_chinese || !proof->because_en ? proof->because : proof->because_en;
    const char *because = proof->is_known_refuted && r.verdict == PROVE_REFUTED ? said
                          : call->is_chinese                                    ? r.because_zh
                                                                                : r.because;
    if (because) service_put_cstr(a, v, "because", because);
    else service_put_null(a, v, "because");
    if (r.verdict == PROVE_REFUTED && r.inputs)
        service_put_text(a, v, "test", counter_test(a, book, proof, &r));
    else service_put_null(a, v, "test");
    put_cliffs(a, book, proof, &r, v);
    service_put_bool(a, v, "is_kept", known);
    service_put_count(a, v, "rows_run", (int64_t)r.rows_run);
    service_put_count(a, v, "z3_steps", (int64_t)r.z3_steps);
    counts[r.verdict]++;
    counts[3] += !is_as_expected;
    return ERR_NONE;
}

static err pack_named(service_call *call, const policy_book *book, text name)
{
    size_t count;
    const policy_pack *packs = policy_packs(book, &count);
    if (!name.size_bytes) return ERR_NONE;
    for (size_t i = 0; i < count; i++)
        if (text_equal_cstr(name, packs[i].name)) return ERR_NONE;
    return err_of(&PROVE_NO_PACK, text_cstr(call->request, name));
}

static err policy_prove(service_call *call)
{
    arena *a = call->request;
    const policy_book *book;
    TRY(service_book(call, &book));
    const policy_proof *proofs;
    size_t count;
    text only_pack = service_text_of(call, "pack", TEXT_NONE);
    TRY(pack_named(call, book, only_pack));
    bool is_stranger = call->is_remote && !call->session;
    if (is_stranger && !only_pack.size_bytes) return err_of(&PROVE_WHICH_PACK, NULL);
    TRY(policy_proofs(a, book, only_pack, &proofs, &count));
    service_value *list = service_put_list(a, call->reply, "proofs");
    int64_t counts[4] = { 0 };
    bool has_z3 = !service_is_given(call, "no-z3") && prove_has_z3();
    prove_cache cache = prove_cache_open(a, service_text_of(call, "cache", TEXT_NONE));
    for (size_t i = 0; i < count; i++)
        TRY(prove_one(call, book, &proofs[i], &cache, has_z3, list, counts));
    TRY(prove_cache_write(&cache));
    service_put_count(a, call->reply, "proved", counts[PROVE_PROVED]);
    service_put_count(a, call->reply, "refuted", counts[PROVE_REFUTED]);
    service_put_count(a, call->reply, "not_proved", counts[PROVE_NOT_PROVED]);
    service_put_count(a, call->reply, "unexpected", counts[3]);
    rest_put(call, book, only_pack);
    call->has_failures = counts[3] > 0;
    return ERR_NONE;
}

static void print_cliffs(const service_call *call, const service_value *cliffs, text_builder *out)
{
    size_t shown = 0;
    bool is_all = service_is_given(call, "verbose");
    for (const service_value *c = cliffs->first; c; c = c->next, shown++) {
        if (shown == 5 && !is_all) {
            text_add_format(out,
                            service_say(call, "      … %zu more (--verbose)\n",
                                        "      …… 另 %zu 处（--verbose）\n"),
                            cliffs->child_count - shown);
            return;
        }
        text_add_format(
            out,
            service_say(call, "      at %.*s: %.*s → %.*s\n", "      在 %.*s 处：%.*s → %.*s\n"),
            TEXT_ARG(service_member(c, "at")->word), TEXT_ARG(service_member(c, "before")->word),
            TEXT_ARG(service_member(c, "after")->word));
    }
}

/* What it took; the same on every machine. */
static void print_effort(const service_call *call, const service_value *p, text_builder *out)
{
    if (service_member(p, "is_kept")->is_true) {
        text_add_cstr(out, service_say(call, "      kept from before\n", "      此前已证明\n"));
        return;
    }
    text_add_format(out,
                    service_say(call, "      %lld rows run, %lld steps of Z3\n",
                                "      试算 %lld 行，Z3 %lld 步\n"),
                    (long long)service_member(p, "rows_run")->count,
                    (long long)service_member(p, "z3_steps")->count);
}

static void policy_prove_print(const service_call *call, text_builder *out)
{
    for (const service_value *p = service_member(call->reply, "proofs")->first; p; p = p->next) {
        bool is_ok = service_member(p, "as_expected")->is_true;
        const service_value *because = service_member(p, "because"),
                            *way = service_member(p, "way");
        text_add_format(out, "%s %.*s · %.*s: %.*s", is_ok ? "ok  " : "FAIL",
                        TEXT_ARG(service_member(p, "pack")->word),
                        TEXT_ARG(service_member(p, "name")->word),
                        TEXT_ARG(service_member(p, "verdict")->word));
        if (way->kind == SERVICE_VALUE_TEXT) text_add_format(out, " (%.*s)", TEXT_ARG(way->word));
        if (because->kind == SERVICE_VALUE_TEXT)
            text_add_format(out, service_say(call, " - %.*s", "：%.*s"), TEXT_ARG(because->word));
        text_add_char(out, '\n');
        const service_value *test = service_member(p, "test");
        if (!is_ok && test->kind == SERVICE_VALUE_TEXT)
            text_add_format(out, "%.*s\n", TEXT_ARG(test->word));
        print_cliffs(call, service_member(p, "cliffs"), out);
        if (service_is_given(call, "verbose")) print_effort(call, p, out);
    }
    rest_print(call, service_is_given(call, "verbose"), out);
    text_add_format(out,
                    service_say(call, "%lld proved, %lld refuted, %lld not proved\n",
                                "已证明 %lld，已反驳 %lld，未证明 %lld\n"),
                    (long long)service_member(call->reply, "proved")->count,
                    (long long)service_member(call->reply, "refuted")->count,
                    (long long)service_member(call->reply, "not_proved")->count);
    int64_t unexpected = service_member(call->reply, "unexpected")->count;
    int64_t all = (int64_t)service_member(call->reply, "proofs")->child_count;
    text_add_format(out, "%lld passed, %lld failed\n", (long long)(all - unexpected),
                    (long long)unexpected);
}

static const char *const PROVE_EXAMPLES[] = { "doudi prove",
                                              "doudi prove 企业职工基本养老金 --verbose", NULL };

const service_op POLICY_PROVE_OP = {
    .name = "policy.prove",
    .command = "prove",
    .summary = "Prove the properties that packs promise, or show who breaks them",
    .summary_zh = "证明政策包承诺的性质，或给出反例",
    .kind = SERVICE_READ,
    .reach = SERVICE_FOR_ALL,
    .permission = "policy.read",
    .input = PROVE_INPUT,
    .input_count = ARRAY_COUNT(PROVE_INPUT),
    .output = PROVE_OUTPUT,
    .output_count = ARRAY_COUNT(PROVE_OUTPUT),
    .examples = PROVE_EXAMPLES,
    .run = policy_prove,
    .print = policy_prove_print,
};
