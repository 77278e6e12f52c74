#include <string.h>

#include "ledger/ledger_internal.h"

void ledger_blame(ledger_verdict *verdict, const char *record, const char *says, const char *says_zh)
{
    if (verdict->bad_record) return;
    verdict->bad_record = record;
    verdict->says = says;
    verdict->says_zh = says_zh;
}

static const char *voucher_name(arena *a, ledger_voucher_id id)
{
    return text_format(a, "voucher %d/%.*s/%d", id.fund, TEXT_ARG(ledger_month_text(a, id.month)),
                       id.number).bytes;
}

/* ---- vouchers against their events ---- */

static bool is_same_voucher(const ledger_voucher *kept, const ledger_voucher *said)
{
    return kept->day == said->day && strcmp(kept->kind, said->kind) == 0 &&
           text_equal(kept->reference, said->reference) && text_equal(kept->key, said->key) &&
           kept->known_ms == said->known_ms && kept->actor_id == said->actor_id &&
           kept->reverses.month == said->reverses.month &&
           kept->reverses.number == said->reverses.number &&
           ledger_same_lines(kept->lines, kept->line_count, said->lines, said->line_count);
}

/* A voucher leads back to its event. */
static err is_of_event(ledger *books, ledger_voucher_id id, int64_t sequence, bool *is_its)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(books->db, "SELECT sequence FROM ledger_voucher WHERE fund = ?1 AND month = ?2 AND number = ?3", &q));
    store_bind_int(q, 1, id.fund);
    store_bind_int(q, 2, id.month);
    store_bind_int(q, 3, id.number);
    TRY(store_step(q, &has_row));
    *is_its = has_row && store_int(q, 0) == sequence;
    if (has_row) store_reset(q);
    return ERR_NONE;
}

static err check_event(arena *a, ledger *books, const eventlog_entry *entry, arena *answer,
                       ledger_verdict *verdict)
{
    ledger_fact fact;
    const ledger_voucher *kept;
    TRY(ledger_fact_read(a, entry, &fact));
    ledger_voucher_id id = fact.voucher.id;
    verdict->voucher_count++;
    verdict->line_count += (int64_t)fact.voucher.line_count;
    err e = ledger_voucher_read(a, books, id, &kept);
    if (e.kind == &LEDGER_NO_VOUCHER)
        ledger_blame(verdict, voucher_name(answer, id), "its event is there, the voucher is not",
                     "有事件而无凭证");
    else if (e.kind)
        return e;
    else {
        bool is_its;
        TRY(is_of_event(books, id, entry->sequence, &is_its));
        if (!is_its || !is_same_voucher(kept, &fact.voucher))
            ledger_blame(verdict, voucher_name(answer, id), "is not what its event says",
                         "与其事件不一致");
    }
    return ERR_NONE;
}

static err check_events(arena *a, ledger *books, ledger_verdict *verdict)
{
    eventlog_cursor *cursor;
    TRY(eventlog_read(a, books->log, EVENTLOG_OFFICE, 1, &cursor));
    arena *scratch = arena_open();
    err e = ERR_NONE;
    while (!e.kind && !verdict->bad_record) {
        const eventlog_entry *entry;
        e = eventlog_next(cursor, &entry);
        if (e.kind || !entry) break;
        arena_reset(scratch);
        if (ledger_is_voucher_event(entry->event.kind)) e = check_event(scratch, books, entry, a, verdict);
    }
    eventlog_cursor_close(cursor);
    if (e.detail) e.detail = text_cstr(a, text_of(e.detail));
    arena_close(scratch);
    return e;
}

/* ---- one record that a query finds ---- */

typedef struct {
    const char *sql;    /* answers fund, month, number or account of the first bad record */
    const char *record; /* how to call it */
    const char *says, *says_zh;
} check_row;

static const check_row CHECKS[] = {
    { "SELECT fund, month, number FROM ledger_line GROUP BY fund, month, number "
      "HAVING SUM(CASE WHEN side = 0 THEN amount_fen ELSE -amount_fen END) <> 0 "
      "ORDER BY fund, month, number LIMIT 1",
      "voucher", "debits are not equal to credits", "借贷不平" },
    { "SELECT l.fund, l.month, l.number FROM ledger_line l LEFT JOIN ledger_voucher v "
      "ON v.fund = l.fund AND v.month = l.month AND v.number = l.number "
      "WHERE v.fund IS NULL ORDER BY l.fund, l.month, l.number LIMIT 1",
      "voucher", "lines are there, the voucher is not", "有分录而无凭证" },
    { "SELECT fund, month, MAX(number) FROM ledger_voucher GROUP BY fund, month "
      "HAVING MAX(number) <> COUNT(*) OR MIN(number) <> 1 ORDER BY fund, month LIMIT 1",
      "voucher", "numbers of the month have a gap", "本月凭证号不连续" },
    { "SELECT r.fund, r.month, r.number FROM ledger_voucher r LEFT JOIN ledger_voucher v "
      "ON v.fund = r.fund AND v.month = r.reverses_month AND v.number = r.reverses_number "
      "WHERE r.reverses_number IS NOT NULL AND v.fund IS NULL ORDER BY r.fund, r.month, r.number LIMIT 1",
      "voucher", "takes back a voucher that is not there", "冲销了不存在的凭证" },
    { "SELECT v.fund, v.month, v.number FROM ledger_voucher v LEFT JOIN ledger_month m "
      "ON m.fund = v.fund AND m.month = v.month WHERE m.fund IS NULL "
      "ORDER BY v.fund, v.month, v.number LIMIT 1",
      "voucher", "its month is not there", "所属月份不存在" },
    { "SELECT m.fund, m.month, 0 FROM ledger_month m WHERE m.is_closed <> (CASE WHEN EXISTS ("
      "SELECT 1 FROM ledger_voucher v WHERE v.fund = m.fund AND v.month = m.month "
      "AND v.kind IN ('ledger.closed', 'ledger.begun')) THEN 1 ELSE 0 END) "
      "ORDER BY m.fund, m.month LIMIT 1",
      "month", "closed or open against its vouchers", "结账状态与凭证不符" },
    { "SELECT c.fund, c.month, 0 FROM ledger_month c WHERE c.is_closed = 1 AND NOT EXISTS ("
      "SELECT 1 FROM ledger_month p WHERE p.fund = c.fund AND p.month = c.month - 1 AND p.is_closed = 1) "
      "AND EXISTS (SELECT 1 FROM ledger_month p WHERE p.fund = c.fund AND p.month < c.month) "
      "ORDER BY c.fund, c.month LIMIT 1",
      "month", "is closed while the one before it is not", "已结账而前一个月未结" },
};

static err run_check(arena *a, ledger *books, const check_row *check, ledger_verdict *verdict)
{
    store_query *q;
    bool has_row;
    TRY(store_prepare(books->db, check->sql, &q));
    TRY(store_step(q, &has_row));
    if (!has_row) return ERR_NONE;
    text month = ledger_month_text(a, (int32_t)store_int(q, 1));
    text record = text_format(a, "%s %lld/%.*s", check->record, (long long)store_int(q, 0), TEXT_ARG(month));
    if (store_int(q, 2)) record = text_format(a, "%.*s/%lld", TEXT_ARG(record), (long long)store_int(q, 2));
    store_reset(q);
    ledger_blame(verdict, record.bytes, check->says, check->says_zh);
    return ERR_NONE;
}

/* ---- balances from lines ---- */

#define SUM_OF(condition) "CAST(SUM(CASE WHEN " condition " THEN l.amount_fen ELSE 0 END) AS BIGINT)"
#define IS_CARRIED "v.kind IN ('ledger.closed', 'ledger.begun')"

static void blame_balance(arena *a, ledger_verdict *verdict, int64_t fund, int64_t account, int64_t month)
{
    ledger_blame(verdict, text_format(a, "balance %lld/%lld/%.*s", (long long)fund, (long long)account,
                                      TEXT_ARG(ledger_month_text(a, (int32_t)month))).bytes,
                 "is not the sum of its lines", "不等于分录之和");
}

static bool comes_before(const store_query *a, const store_query *b)
{
    for (int i = 0; i < 3; i++)
        if (store_int(a, i) != store_int(b, i)) return store_int(a, i) < store_int(b, i);
    return false;
}

static err check_balances(arena *a, ledger *books, ledger_verdict *verdict)
{
    store_query *lines, *kept;
    bool has_lines, has_kept;
    TRY(store_prepare(books->db,
                      "SELECT l.fund, l.account, l.month, "
                      SUM_OF("l.side = 0 AND NOT " IS_CARRIED) ", " SUM_OF("l.side = 1 AND NOT " IS_CARRIED)
                      ", CAST(SUM(CASE WHEN NOT " IS_CARRIED " THEN 0 WHEN l.side = 0 THEN l.amount_fen "
                      "ELSE -l.amount_fen END) AS BIGINT) "
                      "FROM ledger_line l JOIN ledger_voucher v "
                      "ON v.fund = l.fund AND v.month = l.month AND v.number = l.number "
                      "GROUP BY l.fund, l.account, l.month ORDER BY l.fund, l.account, l.month", &lines));
    TRY(store_prepare(books->db,
                      "SELECT fund, account, month, debit_fen, credit_fen, carried_fen FROM ledger_balance "
                      "ORDER BY fund, account, month", &kept));
    for (;;) {
        TRY(store_step(lines, &has_lines));
        TRY(store_step(kept, &has_kept));
        if (!has_lines && !has_kept) return ERR_NONE;
        verdict->balance_count += has_kept;
        bool is_same = has_lines && has_kept;
        for (int i = 0; i < 6 && is_same; i++) is_same = store_int(lines, i) == store_int(kept, i);
        if (is_same) continue;
        const store_query *bad = !has_kept || (has_lines && comes_before(lines, kept)) ? lines : kept;
        blame_balance(a, verdict, store_int(bad, 0), store_int(bad, 1), store_int(bad, 2));
        if (has_lines) store_reset(lines);
        if (has_kept) store_reset(kept);
        return ERR_NONE;
    }
}

static err check_count(arena *a, ledger *books, ledger_verdict *verdict)
{
    int64_t kept;
    (void)a;
    TRY(store_scalar(books->db, "SELECT COUNT(*) FROM ledger_voucher", &kept));
    if (kept != verdict->voucher_count)
        ledger_blame(verdict, "ledger_voucher", "holds vouchers that are in no event", "有凭证不见于任何事件");
    return ERR_NONE;
}

err ledger_verify(arena *a, ledger *books, ledger_verdict *verdict)
{
    *verdict = (ledger_verdict){ 0 };
    for (size_t i = 0; i < ARRAY_COUNT(CHECKS) && !verdict->bad_record; i++)
        TRY(run_check(a, books, &CHECKS[i], verdict));
    if (!verdict->bad_record) TRY(check_events(a, books, verdict));
    if (!verdict->bad_record) TRY(check_count(a, books, verdict));
    if (!verdict->bad_record) TRY(check_balances(a, books, verdict));
    if (!verdict->bad_record) TRY(ledger_verify_register(a, books, verdict));
    return ERR_NONE;
}
