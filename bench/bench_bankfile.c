/* bench_bankfile - bank files in thousand lines a second, streamed: an instruction written, an answer
 * read and held against what was sent. The reference of reading is the
 * same file, made the same way, only cut into rows or events by codec. --long takes 10,000,000 lines. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bankfile/bankfile.h"
#include "os/os.h"
#include "support/figures.h"

static int64_t lines = 1000000;

static int64_t fen_of(int64_t line)
{
    return 100000 + line * 7919 % 500000;
}

static size_t account_of(int64_t line, char *out)
{
    memcpy(out, "621700", 6);
    for (int i = 18; i >= 6; i--, line /= 10) out[i] = (char)('0' + line % 10);
    return 19;
}

static int64_t total_fen(void)
{
    int64_t fen = 0;
    for (int64_t i = 1; i <= lines; i++) fen += fen_of(i);
    return fen;
}

/* ---- writing ---- */

static size_t thrown_bytes;

static err throw_away(void *context, text piece)
{
    (void)context;
    thrown_bytes += piece.size_bytes;
    return ERR_NONE;
}

static double write_instruction(bankfile_format format)
{
    arena *a = arena_open();
    double begin = figure_seconds();
    bankfile_instruction head = { .batch_number = TEXT("ZG-202603-01"),
                                  .payer_account = TEXT("4100123456789"),
                                  .payer_name = TEXT("某县社会保险基金支出户"),
                                  .day = 46085,
                                  .line_count = lines,
                                  .total_fen = total_fen() };
    bankfile_writer *w;
    err e = bankfile_instruction_open(a, format, (codec_sink){ throw_away, NULL }, &head, &w);
    for (int64_t i = 1; !e.kind && i <= lines; i++) {
        char account[24];
        bankfile_line line = { .line = i,
                               .name = TEXT("欧阳小明"),
                               .account = { account, account_of(i, account) },
                               .amount_fen = fen_of(i),
                               .purpose = TEXT("基本养老金") };
        e = bankfile_instruction_add(w, &line);
    }
    if (!e.kind) e = bankfile_instruction_close(w);
    assert(!e.kind);
    arena_close(a);
    return (double)lines / 1e3 / (figure_seconds() - begin);
}

/* ---- an answer, made while it is read ---- */

typedef struct {
    arena *memory;
    text_builder chunk;
    size_t at;
    int64_t next;
    bankfile_format format;
} maker;

static bool is_paid(int64_t line)
{
    return line % 200 != 0;
}

static void add_literal(text_builder *b, const char *bytes)
{
    size_t size = strlen(bytes);
    memcpy(codec_reserve(b, size), bytes, size);
    b->size_bytes += size;
}

static void add_number(text_builder *b, int64_t scaled, int decimals)
{
    b->size_bytes += codec_print_scaled(scaled, decimals, codec_reserve(b, CODEC_SCALED_BYTES));
}

static void add_account(text_builder *b, int64_t line)
{
    b->size_bytes += account_of(line, codec_reserve(b, 24));
}

static void sums(int64_t *paid, int64_t *paid_fen)
{
    *paid = *paid_fen = 0;
    for (int64_t i = 1; i <= lines; i++)
        if (is_paid(i)) ++*paid, *paid_fen += fen_of(i);
}

/* In GB18030: 回盘 … 结果; 明细 … 成功 or 失败. */
static void make_csv(maker *m, int64_t line)
{
    text_builder *b = &m->chunk;
    if (line == 0) {
        int64_t paid, paid_fen;
        sums(&paid, &paid_fen);
        text_add_format(b, "\xBB\xD8\xC5\xCC,HP1,ZG-202603-01,4100123456789,20260306,"
                           "\xBD\xE1\xB9\xFB,%lld,%lld.%02d,%lld,%lld.%02d,\n",
                        (long long)lines, (long long)total_fen() / 100, (int)(total_fen() % 100),
                        (long long)paid, (long long)paid_fen / 100, (int)(paid_fen % 100));
        return;
    }
    add_literal(b, "\xC3\xF7\xCF\xB8,");
    add_number(b, line, 0);
    add_literal(b, ",");
    add_account(b, line);
    add_literal(b, ",");
    add_number(b, fen_of(line), 2);
    add_literal(b, is_paid(line) ? ",\xB3\xC9\xB9\xA6,\n" : ",\xCA\xA7\xB0\xDC,02\n");
}

static void make_iso_head(text_builder *b)
{
    int64_t paid, paid_fen, rejected_fen;
    sums(&paid, &paid_fen);
    rejected_fen = total_fen() - paid_fen;
    text_add_format(
        b,
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>"
        "<GrpHdr><MsgId>HP1</MsgId><CreDtTm>2026-03-06T08:30:00</CreDtTm><InitgPty><Id><OrgId><Othr>"
        "<Id>4100123456789</Id></Othr></OrgId></Id></InitgPty></GrpHdr><OrgnlGrpInfAndSts>"
        "<OrgnlMsgId>ZG-202603-01</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        "<OrgnlNbOfTxs>%lld</OrgnlNbOfTxs><OrgnlCtrlSum>%lld.%02d</OrgnlCtrlSum><GrpSts>PART</GrpSts>"
        "<NbOfTxsPerSts><DtldNbOfTxs>%lld</DtldNbOfTxs><DtldSts>ACSC</DtldSts><DtldCtrlSum>%lld.%02d"
        "</DtldCtrlSum></NbOfTxsPerSts><NbOfTxsPerSts><DtldNbOfTxs>%lld</DtldNbOfTxs><DtldSts>RJCT"
        "</DtldSts><DtldCtrlSum>%lld.%02d</DtldCtrlSum></NbOfTxsPerSts></OrgnlGrpInfAndSts>"
        "<OrgnlPmtInfAndSts>\n",
        (long long)lines, (long long)total_fen() / 100, (int)(total_fen() % 100), (long long)paid,
        (long long)paid_fen / 100, (int)(paid_fen % 100), (long long)(lines - paid),
        (long long)rejected_fen / 100, (int)(rejected_fen % 100));
}

static void make_iso(maker *m, int64_t line)
{
    text_builder *b = &m->chunk;
    if (line == 0) {
        make_iso_head(b);
        return;
    }
    add_literal(b, "<TxInfAndSts><OrgnlEndToEndId>ZG-202603-01-");
    add_number(b, line, 0);
    add_literal(b, is_paid(line) ? "</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
                                 : "</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn>"
                                   "<Cd>AC04</Cd></Rsn></StsRsnInf>");
    add_literal(b, "<OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">");
    add_number(b, fen_of(line), 2);
    add_literal(b, "</InstdAmt></Amt><CdtrAcct><Id><Othr><Id>");
    add_account(b, line);
    add_literal(b, "</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>\n");
    if (line == lines) add_literal(b, "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>");
}

static err read_made(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    maker *m = context;
    if (m->at == m->chunk.size_bytes) {
        m->at = m->chunk.size_bytes = 0;
        while (m->next <= lines && m->chunk.size_bytes < 60000) {
            if (m->format == BANKFILE_CSV) make_csv(m, m->next++);
            else make_iso(m, m->next++);
        }
    }
    size_t left = m->chunk.size_bytes - m->at;
    *size_bytes = left < size_max ? left : size_max;
    if (*size_bytes > 0) memcpy(into, m->chunk.bytes + m->at, *size_bytes);
    m->at += *size_bytes;
    return ERR_NONE;
}

static codec_source made(arena *a, bankfile_format format)
{
    maker *m = ARENA_NEW(a, maker);
    *m = (maker){ .memory = a, .chunk = text_builder_open(a), .format = format };
    return (codec_source){ read_made, m };
}

/* ---- reading ---- */

static int64_t amount_of(void *context, int64_t line, text *account)
{
    char *written = context;
    *account = (text){ written, account_of(line, written) };
    return fen_of(line);
}

static err take_head(void *context, const bankfile_answer *head, bankfile_sent *sent)
{
    (void)head;
    *sent = (bankfile_sent){ .batch_number = TEXT("ZG-202603-01"),
                             .payer_account = TEXT("4100123456789"),
                             .line_count = lines,
                             .total_fen = total_fen(),
                             .amount_of = amount_of,
                             .context = context };
    return ERR_NONE;
}

static double read_answer(bankfile_format format)
{
    arena *a = arena_open();
    char account[24];
    double begin = figure_seconds();
    err e = bankfile_answer_read(a, format, made(a, format), NULL,
                                 (bankfile_answer_sink){ take_head, NULL, account });
    double spent = figure_seconds() - begin;
    assert(!e.kind);
    arena_close(a);
    return (double)lines / 1e3 / spent;
}

static double cut_csv(void)
{
    arena *a = arena_open();
    double begin = figure_seconds();
    codec_utf8_reader *utf8 = codec_utf8_open(a, made(a, BANKFILE_CSV));
    codec_csv_reader *csv = codec_csv_open(a, codec_utf8_source(utf8), (codec_csv_options){ 0 });
    codec_csv_row row;
    bool has_row = true;
    err e;
    while (!(e = codec_csv_next(csv, &row, &has_row)).kind && has_row) continue;
    assert(!e.kind);
    codec_utf8_close(utf8);
    arena_close(a);
    return (double)lines / 1e3 / (figure_seconds() - begin);
}

static double cut_xml(void)
{
    arena *a = arena_open();
    double begin = figure_seconds();
    codec_xml_reader *xml = codec_xml_open(a, made(a, BANKFILE_ISO20022), (codec_xml_options){ 0 });
    codec_xml_event event;
    err e;
    while (!(e = codec_xml_next(xml, &event)).kind && event.type != CODEC_XML_DONE) continue;
    assert(!e.kind);
    codec_xml_close(xml);
    arena_close(a);
    return (double)lines / 1e3 / (figure_seconds() - begin);
}

/* Best of three, unless the run is long. */
static double best(double (*run)(bankfile_format), bankfile_format format)
{
    double most = 0;
    for (int i = 0; i < (lines > 1000000 ? 1 : 3); i++) {
        double got = run(format);
        if (got > most) most = got;
    }
    return most;
}

int main(int argument_count, char **arguments)
{
    if (argument_count > 1 && strcmp(arguments[1], "--long") == 0) lines = 10000000;
    const double goal = 400;
    figure_print((figure){ "instruction written, CSV in GB18030", "k lines/s",
                           best(write_instruction, BANKFILE_CSV), 0, goal, 0 });
    figure_print((figure){ "instruction written, pain.001", "k lines/s",
                           best(write_instruction, BANKFILE_ISO20022), 0, goal, 0 });
    figure_print((figure){ "answer read and checked, CSV in GB18030", "k lines/s",
                           best(read_answer, BANKFILE_CSV), cut_csv(), goal, 0 });
    figure_print((figure){ "answer read and checked, pain.002", "k lines/s",
                           best(read_answer, BANKFILE_ISO20022), cut_xml(), goal, 0 });
    figure_print((figure){ "peak memory", "MB", (double)os_peak_memory_bytes() / 1e6, 0, 0, 0 });
    return 0;
}
