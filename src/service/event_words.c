#include "service/event_words.h"

#include <string.h>

typedef struct {
    const char *code, *en, *zh;
} said;

static const said EVENTS[] = {
    { "access.revealed", "whole number looked at", "查看完整号码" },
    { "alert.held", "payment held", "暂停支付" },
    { "alert.moved", "alert worked on or closed", "处置预警" },
    { "alert.seen", "alert raised or seen again", "产生预警" },
    { "archive.handed_in", "paper taken in", "收到材料" },
    { "archive.issued", "paper issued", "出具文书" },
    { "cases.moved", "step of a case", "办件流转" },
    { "cases.opened", "case opened", "受理办件" },
    { "charter.law_kept", "law kept that was decided by", "留存所依政策" },
    { "charter.said", "setting of the office", "机构设置" },
    { "collection.adjusted", "bill adjusted", "调整应缴" },
    { "collection.agreed", "instalments agreed", "约定分期补缴" },
    { "collection.case_entered", "arrears case entered", "登记欠费处理" },
    { "collection.case_moved", "step of an arrears case", "欠费处理流转" },
    { "collection.charged", "late fee charged", "加收滞纳金" },
    { "collection.credited", "receipt credited to bills", "到账记入账单" },
    { "collection.deferred", "payment deferred", "缓缴" },
    { "collection.dues", "what payers owe, computed", "计算单位应缴" },
    { "collection.issued", "bills issued", "出具账单" },
    { "collection.received", "receipt taken in", "收到缴费" },
    { "collection.received_batch", "receipts taken in", "批量收到缴费" },
    { "collection.refunded", "refunded", "退费" },
    { "collection.rows", "lines of bills", "账单明细" },
    { "collection.told", "contributions told to accounts", "缴费记入个人" },
    { "county.codes_begun", "codes on events begun", "启用事件校验码" },
    { "decision.approved", "benefit approved", "批准待遇" },
    { "decision.made", "decision kept with what it was made from", "留存核定结果" },
    { "decision.proposed", "benefit proposed", "提出待遇核定" },
    { "decision.returned", "benefit sent back", "退回待遇核定" },
    { "decision.reviewed", "benefit reviewed", "复核待遇" },
    { "docket.said", "row of a standing book entered", "台账登记" },
    { "docket.struck", "row of a standing book struck", "台账划去" },
    { "gauge.measured", "indicators computed", "计算指标" },
    { "gauge.said", "figure of others entered", "登记外部数据" },
    { "ledger.begun", "books begun", "建账" },
    { "ledger.closed", "month closed", "结账" },
    { "ledger.credited", "individual accounts credited", "记入个人账户" },
    { "ledger.posted", "voucher posted", "记账" },
    { "ledger.reversed", "voucher reversed", "冲销凭证" },
    { "oneoff.answered", "notice of recovery answered", "当事人答复追回" },
    { "oneoff.begun", "recovery begun", "开始追回" },
    { "oneoff.change_proposed", "change of a recovery proposed", "提出变更追回" },
    { "oneoff.closed", "recovery closed", "结束追回" },
    { "oneoff.closing_proposed", "close of a recovery proposed", "提出结束追回" },
    { "oneoff.moved", "step of a one-off payment", "一次性支付流转" },
    { "oneoff.planned", "repayment planned", "约定还款" },
    { "oneoff.proposed", "one-off payment or recovery proposed", "提出一次性支付或追回" },
    { "oneoff.reopened", "recovery opened again", "重新追回" },
    { "oneoff.repaid", "repaid", "还款" },
    { "oneoff.taken", "taken into a payment run", "列入支付批次" },
    { "oneoff.undoing_proposed", "proposed: a repayment never came", "提出还款未到账" },
    { "oneoff.undone", "repayment never came: the debt stands again", "还款未到账，欠款恢复" },
    { "payment.account_entered", "change of a paying account entered", "登记收款账户变更" },
    { "payment.account_moved", "step of a change of a paying account", "收款账户变更流转" },
    { "payment.answered", "bank's answer read", "读取银行回盘" },
    { "payment.drafted", "payment run drafted", "编制支付批次" },
    { "payment.left", "left out of a payment run", "未列入支付批次" },
    { "payment.moved", "step of a payment run", "支付批次流转" },
    { "payment.outcomes", "lines paid or returned", "支付或退回明细" },
    { "payment.rows", "lines of a payment run", "支付批次明细" },
    { "registry.account_said", "account entered", "登记账户" },
    { "registry.attribute_said", "attribute entered", "登记属性" },
    { "registry.benefit_granted", "benefit granted", "登记待遇" },
    { "registry.benefit_resumed", "benefit resumed", "恢复待遇" },
    { "registry.benefit_revised", "benefit revised", "修改待遇记录" },
    { "registry.benefit_stopped", "benefit stopped", "终止待遇" },
    { "registry.benefit_suspended", "benefit suspended", "暂停待遇" },
    { "registry.case_recorded", "fact recorded by a case", "办件登记" },
    { "registry.employer_new", "employer entered", "新增单位" },
    { "registry.enrolled", "enrolled", "参保登记" },
    { "registry.forgotten", "person forgotten", "删除个人信息" },
    { "registry.household_new", "household entered", "新增家庭" },
    { "registry.household_surveyed", "household surveyed", "登记入户家庭" },
    { "registry.id_given", "number of a record given out", "分配编号" },
    { "registry.imported", "records imported", "导入记录" },
    { "registry.loaded", "records loaded", "装入记录" },
    { "registry.merged", "two records made one", "合并记录" },
    { "registry.merged_into", "made one with another record", "并入另一记录" },
    { "registry.person_corrected", "person corrected", "更正个人信息" },
    { "registry.person_new", "person entered", "新增人员" },
    { "registry.person_surveyed", "person surveyed", "登记入户人员" },
    { "registry.rebased", "contribution bases set", "调整缴费基数" },
    { "registry.review_opened", "record to be reviewed", "列入待核" },
    { "registry.review_settled", "review settled", "待核办结" },
    { "registry.roster", "employer's report taken in", "办理单位增减" },
    { "registry.spell_said", "months entered", "登记缴费年限" },
    { "registry.spells_extended", "paid months added", "延续缴费年限" },
    { "registry.split", "records made two again", "拆分记录" },
    { "registry.split_from", "parted from another record", "从另一记录拆出" },
    { "registry.stopped", "enrolment ended", "停保" },
    { "registry.word_added", "word added", "新增用语" },
    { "revision.drafted", "change of many drafted", "编制批量调整" },
    { "revision.moved", "step of a change of many", "批量调整流转" },
    { "revision.rows", "rows of a change of many", "批量调整明细" },
    { "revision.set_aside", "row of a change of many set aside", "批量调整剔除" },
    { "roll.proposed", "match of a roll proposed", "提出名册比对" },
    { "roll.received", "roll received", "接收名册" },
    { "roll.settled", "match of a roll settled", "名册比对办结" },
    { "seal.made", "log sealed", "封存日志" },
    { "staff.change_ended", "change of rights taken back or refused", "权限变更撤回或退回" },
    { "staff.change_signed", "change of rights signed", "权限变更签署" },
    { "staff.disabled", "user disabled", "停用用户" },
    { "staff.factor_offered", "second factor offered", "发放第二重验证" },
    { "staff.factor_taken", "second factor taken", "启用第二重验证" },
    { "staff.founded", "first users founded", "建立首批用户" },
    { "staff.handed_out", "logins handed out", "发放登录名" },
    { "staff.key_made", "signing key made", "生成签名密钥" },
    { "staff.revoked", "role revoked", "收回岗位" },
    { "survey.assigned", "surveyed place given to somebody", "分派调查" },
    { "survey.begun", "household survey begun", "开始入户调查" },
    { "survey.confirmed", "choice for the registry confirmed", "确认调查结果" },
    { "survey.merged", "what was said at the door taken in", "汇入入户填报" },
    { "survey.proposed", "choice for the registry proposed", "提出采用调查结果" },
    { "survey.refused", "choice for the registry refused", "不采用调查结果" },
};

/* By how their names begin: what begins longer stands before what begins shorter. */
static const said SETTINGS[] = {
    { "audit.sample.", "employers drawn for audit", "稽核抽样" },
    { "bank.payer", "account that pays", "付款账户" },
    { "grant.law.", "law of a grant's batch", "待遇补助批次所依政策" },
    { "grant.notice.", "public notice of a grant's batch", "待遇补助批次公示" },
    { "interest.posted.", "interest posted", "已结息年度" },
    { "key.field", "key of personal data", "个人信息密钥" },
    { "key.search", "key of search", "检索密钥" },
    { "key.", "key", "密钥" },
    { "law.adopted.", "law that was adopted", "已采用的政策" },
    { "law.proposed", "law that is proposed", "待采用的政策" },
    { "law.refused", "law that was refused", "退回的政策" },
    { "law.", "law", "政策" },
    { "month.law.", "law of a month's bills", "当月账单所依政策" },
    { "month.open", "open month", "当前月份" },
    { "month.", "month", "月份" },
    { "office.founded", "founded on", "建立日期" },
    { "office.month", "first month", "起始月份" },
    { "office.name", "name", "机构名称" },
    { "office.practice", "a practice office", "练习机构" },
    { "office.region_code", "digits of the region", "区划代码" },
    { "office.region", "region", "行政区划" },
    { "office.sample", "sample it was filled from", "示例数据来源" },
    { "office.state", "state", "状态" },
    { "person.merge.", "two records to be made one", "合并记录申请" },
    { "place.", "name of a place", "地名" },
};

const char *event_said(const service_call *call, const char *kind)
{
    size_t low = 0, high = ARRAY_COUNT(EVENTS); /* by code */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(EVENTS[middle].code, kind);
        if (!order) return service_say(call, EVENTS[middle].en, EVENTS[middle].zh);
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return kind;
}

text event_setting_said(const service_call *call, text name)
{
    for (size_t i = 0; i < ARRAY_COUNT(SETTINGS); i++)
        if (text_begins(name, text_of(SETTINGS[i].code))) return text_of(service_say(call, SETTINGS[i].en, SETTINGS[i].zh));
    return name;
}
