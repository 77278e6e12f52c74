/* The office's tables and the records of decisions, whatever they say: a table has mistakes with
 * places in it, or its purposes can be asked; a record is refused, or answers each key with a value
 * or a reason, the same each time. */
#include <assert.h>
#include <string.h>

#include "service/decide.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static const char PACK[] =
    "---\npack: 险\nen: P\nregion: 中国\n---\n\n```rule\nentity 人 \"person\"\n"
    "enum 类 \"kind\" = 甲 \"a\", 乙 \"b\"\ninput 额 : money from 0 to 1000 of 人 \"amount\"\n"
    "input 别 : 类 of 人 \"kind of\"\nrecord 行 of 人 \"rows\"\n  数 : count from 0 to 9 \"n\"\n"
    "var 付 : money of 人 \"pay\"\n  law 法\n  = if 别 is 甲 then 额 else 0元\n"
    "var 共 : count of 人 \"all\"\n  law 法\n  = sum(数 over 行)\n```\n";
static const char FACTS[] = "fact,type,zh,en\namount,fen,额,amount\nkind,word,别,kind\nrows.n,count,数,n\n";

static err law_with(arena *a, text table, const decide_law **law)
{
    text whole = text_format(a, "doudi law 1\n%zu adapters/office-facts.csv\n%s\n%zu adapters/office-x.csv\n%.*s\n"
                                "%zu p.md\n%s\n",
                             strlen(FACTS), FACTS, table.size_bytes, TEXT_ARG(table), strlen(PACK), PACK);
    return decide_law_of(a, whole, law);
}

static void table_is_judged(arena *a, text table)
{
    const decide_law *law;
    const policy_mistake *mistakes;
    size_t count, purpose_count;
    if (law_with(a, table, &law).kind) return;
    if (decide_check(a, law, &mistakes, &count).kind) return;
    for (size_t i = 0; i < count; i++) assert(mistakes[i].at.line > 0 && mistakes[i].says);
    const char *const *purposes = decide_purposes(law, &purpose_count);
    for (size_t i = 0; i < purpose_count && i < 8; i++) {
        const decide_plan *plan;
        decide_request asked = { text_of(purposes[i]), 45807, TEXT("中国") };
        if (decide_plan_open(a, law, &asked, &plan).kind) continue;
        (void)decide_open(a, plan);
    }
}

static void record_is_told(arena *a, text record)
{
    const decide_law *law;
    decide_replay one, two;
    assert(!law_with(a, TEXT("purpose,way,key,target,unit,fund,payer,purse,item\n"), &law).kind);
    if (decide_record_replay(a, law, record, true, &one).kind) return;
    assert(!decide_record_replay(a, law, record, true, &two).kind);
    for (size_t i = 0; i < one.answer_count; i++) {
        assert(text_equal(one.values[i], two.values[i]));
        assert((one.reasons[i].size_bytes > 0) || one.values[i].bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
    if (!size_bytes) return 0;
    arena *a = arena_open();
    text rest = { (const char *)bytes + 1, size_bytes - 1 };
    if (bytes[0] & 1) record_is_told(a, rest);
    else table_is_judged(a, rest);
    arena_close(a);
    return 0;
}
