#include <string.h>

#include "service/draft.h"
#include "service/employer.h"
#include "service/grant.h"
#include "service/person_find.h"
#include "service/operations.h"
#include "service/behalf.h"
#include "service/campaign.h"
#include "service/certify.h"
#include "service/places.h"
#include "service/projects.h"
#include "service/register.h"
#include "service/rolls.h"
#include "service/surveys.h"
#include "service/service.h"

/* One line an operation; its file defines the row. The order is that of `doudi --help`. */
static const service_op *const OPERATIONS[] = {
    &POLICY_CHECK_OP,
    &POLICY_CALC_OP,
    &POLICY_RUN_OP,
    &POLICY_CASES_OP,
    &POLICY_EXPLAIN_OP,
    &POLICY_PROVE_OP,
    &POLICY_DIFF_OP,
    &POLICY_BOOK_OP,
    &POLICY_PACKS_OP,
    &POLICY_SHOW_OP,
    &POLICY_PACK_OP,
    &POLICY_SEARCH_OP,
    &POLICY_TESTS_OP,
    &LINK_PEOPLE_OP,
    &LINK_ASK_OP,
    &LINK_CHANGE_OP,
    &LINK_DRIFT_OP,
    &LINK_MODEL_OP,
    &COUNTY_INIT_OP,
    &COUNTY_NEW_OP,
    &COUNTY_STATUS_OP,
    &COUNTY_HEALTH_OP,
    &COUNTY_IMPORT_OP,
    &COUNTY_EXPORT_OP,
    &SEARCH_ALL_OP,
    &PERSON_FIND_OP,
    &PERSON_SHOW_OP,
    &PERSON_TRY_OP,
    &PERSON_HISTORY_OP,
    &AUDIT_LOOKS_OWN_OP,
    &PERSON_CONTRIBUTIONS_OP,
    &PERSON_PAYMENTS_OP,
    &PERSON_PAID_OP,
    &PERSON_DUPLICATES_OP,
    &PERSON_MERGE_OP,
    &PERSON_SPLIT_OP,
    &PERSON_REVIEW_OP,
    &PERSON_APPROVE_OP,
    &PERSON_REFUSE_OP,
    &PERSON_MERGES_OP,
    &EMPLOYER_SHOW_OP,
    &EMPLOYER_STAFF_OP,
    &EMPLOYER_REPORT_OP,
    &EMPLOYER_REPORTS_OP,
    &EMPLOYER_STATEMENT_OP,
    &EMPLOYER_EXPLAIN_OP,
    &LEDGER_ACCOUNTS_OP,
    &LEDGER_EVENTS_OP,
    &LEDGER_BEGIN_OP,
    &LEDGER_POST_OP,
    &LEDGER_IMPORT_OP,
    &LEDGER_REVERSE_OP,
    &LEDGER_CLOSE_OP,
    &LEDGER_BALANCE_OP,
    &LEDGER_EXPLAIN_OP,
    &LEDGER_VOUCHERS_OP,
    &LEDGER_STATEMENT_OP,
    &LEDGER_BULLETIN_OP,
    &LEDGER_REGISTER_OP,
    &LEDGER_PERSON_OP,
    &LEDGER_INTEREST_OP,
    &LEDGER_RECONCILE_OP,
    &LEDGER_VERIFY_OP,
    &COUNTY_VERIFY_OP,
    &COUNTY_SEAL_OP,
    &COUNTY_BACKUP_OP,
    &COUNTY_RESTORE_OP,
    &AUDIT_ACTS_OP,
    &AUDIT_LOOKS_OP,
    &AUDIT_SAMPLE_OP,
    &DUTY_CHECK_OP,
    &DUTY_REPORT_OP,
    &USER_FOUND_OP,
    &USER_PASSWD_OP,
    &USER_SECOND_OP,
    &USER_SECOND_TAKE_OP,
    &USER_WHOAMI_OP,
    &USER_NEW_OP,
    &USER_GRANT_OP,
    &USER_BIND_OP,
    &USER_RESET_OP,
    &USER_SECOND_RESET_OP,
    &USER_TABLE_OP,
    &USER_APPROVE_OP,
    &USER_CONFIRM_OP, &USER_WITHDRAW_OP,
    &USER_REVOKE_OP,
    &USER_DISABLE_OP,
    &USER_LIST_OP,
    &USER_CHANGES_OP,
    &PLACES_LIST_OP,
    &USER_CHANGE_OP,
    &USER_LOGINS_OP,
    &USER_HAND_OUT_OP,
    &VIEW_KEEP_OP,
    &VIEW_LIST_OP,
    &VIEW_DROP_OP,
    &DRAFT_KEEP_OP,
    &DRAFT_SHOW_OP,
    &DRAFT_LIST_OP,
    &DRAFT_DROP_OP,
    &CASE_TODO_OP,
    &CASE_HAND_IN_OP,
    &CASE_FILES_OP,
    &CASE_FILE_OP,
    &CASE_CHECK_OP,
    &CASE_PROMISES_OP,
    &CASE_RATE_OP,
    &CASE_RATINGS_OP,
    &CASE_COUNTS_OP,
    &CASE_CALENDAR_OP,
    &CASE_TYPES_OP,
    &CASE_FORM_OP,
    &CASE_OPEN_OP,
    &CASE_LIST_OP,
    &CASE_SHOW_OP,
    &CASE_FILL_OP,
    &CASE_PASS_OP,
    &CASE_RETURN_OP,
    &CASE_ASK_OP,
    &CASE_GIVE_OP,
    &CASE_WITHDRAW_OP,
    &CASE_OBJECT_OP,
    &CASE_ANSWER_OP,
    &DECIDE_RUN_OP,
    &ALERTS_FILE_OP,
    &INDICATOR_RUN_OP,
    &INDICATOR_ENTER_OP,
    &INDICATOR_LIST_OP,
    &INDICATOR_RANK_OP,
    &INDICATOR_BULLETIN_OP,
    &INDICATOR_ASSESS_OP,
    &INDICATOR_SHOW_OP,
    &INDICATOR_PEOPLE_OP,
    &OVERVIEW_SHOW_OP,
    &SURVEYS_FORM_OP,
    &SURVEYS_BEGIN_OP,
    &SURVEYS_ASSIGN_OP,
    &SURVEYS_LIST_OP,
    &SURVEYS_PROGRESS_OP,
    &SURVEYS_TAKE_OP,
    &SURVEYS_UPLOAD_OP,
    &SURVEYS_SHOW_OP,
    &SURVEYS_CONFLICTS_OP,
    &SURVEYS_DECIDE_OP,
    &SURVEYS_CONFIRM_OP,
    &SURVEYS_RESULTS_OP,
    &SURVEYS_HAND_IN_OP,
    &SURVEYS_NEWCOMERS_OP,
    &DOCKETS_TYPES_OP,
    &DOCKETS_ENTER_OP,
    &DOCKETS_STRIKE_OP,
    &DOCKETS_LIST_OP,
    &DOCKETS_REPORT_OP,
    &WATCH_RUN_OP,
    &ALERT_LIST_OP,
    &ALERT_SHOW_OP,
    &ALERT_ASSIGN_OP,
    &ALERT_WORK_OP,
    &ALERT_CLOSE_OP,
    &ALERT_REVIEW_OP,
    &ALERT_RELEASE_OP,
    &ALERT_REOPEN_OP,
    &ADOPT_PROPOSE_OP,
    &ADOPT_APPROVE_OP,
    &ADOPT_CONFIRM_OP,
    &ADOPT_STATUS_OP,
    &ADOPT_REFUSE_OP,
    &PAYER_PROPOSE_OP,
    &PAYER_REVIEW_OP,
    &PAYER_CONFIRM_OP,
    &PAYER_LIST_OP,
    &ACCOUNT_ENTER_OP,
    &ACCOUNT_REVIEW_OP,
    &ACCOUNT_CONFIRM_OP,
    &ACCOUNT_REFUSE_OP,
    &ACCOUNT_LIST_OP,
    &ACCOUNT_MISSING_OP,
    &PAYRUN_DRAFT_OP,
    &PAYRUN_REDRAFT_OP,
    &PAYRUN_SUPPLEMENT_OP,
    &PAYRUN_WAITING_OP,
    &PAYRUN_CHECK_OP,
    &PAYRUN_SIGN_SECTION_OP,
    &PAYRUN_SIGN_LEADER_OP,
    &PAYRUN_AUTHORISE_OP,
    &PAYRUN_SEND_OP,
    &PAYRUN_FILE_OP,
    &PAYRUN_LOSE_OP,
    &PAYRUN_BOOK_OP,
    &PAYRUN_RECONCILE_OP,
    &PAYRUN_CLOSE_OP,
    &PAYRUN_WITHDRAW_OP,
    &PAYRUN_LINES_OP,
    &PAYRUN_LIST_OP,
    &PAYRUN_SHOW_OP,
    &CONTRIBUTION_REBASE_OP,
    &CONTRIBUTION_ROSTER_OP,
    &CONTRIBUTION_LIST_OP,
    &ROLLS_RECEIVE_OP,
    &ROLLS_LIST_OP,
    &ROLLS_SHOW_OP,
    &ROLLS_DIFFERENCES_OP,
    &ROLLS_MATCH_OP,
    &ROLLS_DECIDE_OP,
    &ROLLS_CONFIRM_OP,
    &ROLLS_SETTLE_OP,
    &ROLLS_AGREE_OP,
    &ROLLS_ENTER_OP,
    &REGISTER_LIST_OP,
    &REGISTER_ZERO_OP,
    &PROJECTS_LIST_OP,
    &PROJECTS_GATE_OP,
    &BEHALF_MATCH_OP,
    &BEHALF_LIST_OP,
    &CAMPAIGN_NEW_OP,
    &CAMPAIGN_LIST_OP,
    &CAMPAIGN_CONTACT_OP,
    &CAMPAIGN_REPORT_OP,
    &CONTRIBUTION_DEATHS_OP,
    &DUES_SHOW_OP,
    &DUES_EXPLAIN_OP,
    &DUES_LIST_OP,
    &DUES_CASE_OP,
    &DUES_RECONCILE_OP,
    &DUES_LATE_FEES_OP,
    &DUES_RELIEF_OP,
    &DUES_DEFER_OP,
    &DUES_INSTALMENTS_OP,
    &DUES_WRITE_OFF_OP,
    &DUES_ON_BEHALF_OP,
    &DUES_REVIEW_OP,
    &DUES_APPROVE_OP,
    &DUES_REFUSE_OP,
    &DUES_WITHDRAW_OP,
    &DUES_USE_CREDIT_OP,
    &DUES_REFUND_OP,
    &GRANT_KINDS_OP, &GRANT_LIST_OP,
    &GRANT_PROPOSE_OP,
    &GRANT_NOTICE_OP,
    &GRANT_SHOW_OP,
    &BENEFIT_STOP_OP,
    &BENEFIT_RESUME_OP,
    &BENEFIT_REINSTATE_OP,
    &BENEFIT_SETTLE_OP,
    &BENEFIT_SWEEP_OP,
    &BENEFIT_LIST_OP,
    &CERTIFY_IMPORT_OP,
    &CERTIFY_RECORD_OP,
    &CERTIFY_KINDS_OP,
    &CERTIFY_DUE_OP,
    &CERTIFY_RUN_OP,
    &ONEOFF_LIST_OP,
    &ONEOFF_SHOW_OP,
    &ONEOFF_EXPLAIN_OP,
    &ONEOFF_PLAN_OP,
    &ONEOFF_GIVE_UP_OP,
    &ONEOFF_REPAY_OP,
    &ONEOFF_RECEIPTS_OP,
    &ONEOFF_NEVER_CAME_OP,
    &ONEOFF_CONFIRM_OP,
    &ONEOFF_REVIEW_OP,
    &ONEOFF_APPROVE_OP,
    &ONEOFF_WRITE_OFF_OP,
    &MONTH_OPEN_OP,
    &MONTH_STATUS_OP,
    &MONTH_BILL_OP,
    &MONTH_CORRECT_OP,
    &MONTH_RECEIVE_OP,
    &MONTH_DETERMINE_OP,
    &REVISE_ADJUST_OP,
    &REVISE_RECOMPUTE_OP,
    &REVISE_RETRO_OP,
    &REVISE_LIST_OP,
    &REVISE_SHOW_OP,
    &REVISE_EXPLAIN_OP,
    &REVISE_REVIEW_OP,
    &REVISE_APPROVE_OP,
    &REVISE_WITHDRAW_OP,
    &REVISE_REVERSE_OP,
    &AWARD_LIST_OP,
    &AWARD_SHOW_OP,
    &AWARD_REVIEW_OP,
    &AWARD_APPROVE_OP,
    &AWARD_RETURN_OP,
    &AWARD_REFUSE_OP,
    &MONTH_CLOSE_OP,
    &MONTH_EXPLAIN_OP,
    &LETTER_CHECK_OP,
    &ISSUE_NEW_OP,
    &ISSUE_SHOW_OP,
    &ISSUE_LIST_OP,
    &ISSUE_VERIFY_OP,
    &ISSUE_KINDS_OP,
    NULL,
};

const service_op *const *service_operations(void)
{
    return OPERATIONS;
}

const service_op *service_find(text name)
{
    for (const service_op *const *op = OPERATIONS; *op; op++)
        if (text_equal_cstr(name, (*op)->name) ||
            ((*op)->command && text_equal_cstr(name, (*op)->command)))
            return *op;
    return NULL;
}

const char *service_shows(const service_field *field)
{
    static const char *const SHOWS[SERVICE_TYPE_COUNT] = {
        [SERVICE_TEXT] = "TEXT",     [SERVICE_NAME] = "NAME",         [SERVICE_DATE] = "DATE",
        [SERVICE_REGION] = "REGION", [SERVICE_FLAG] = "",             [SERVICE_COUNT] = "N",
        [SERVICE_SIZE] = "SIZE",     [SERVICE_FILE] = "FILE",         [SERVICE_FILE_OUT] = "FILE",
        [SERVICE_FACT] = "NAME=VALUE", [SERVICE_VALUE] = "VALUE",     [SERVICE_OBJECT] = "OBJECT",
        [SERVICE_ANY] = "ANY",       [SERVICE_STATE] = "STATE",
    };
    return field->shows ? field->shows : SHOWS[field->type];
}

/* ---- did you mean ---- */

enum { NEAREST_RUNES_MAX = 64 };

static size_t runes_of(text t, uint32_t *runes)
{
    size_t count = 0;
    for (size_t at = 0; at < t.size_bytes && count < NEAREST_RUNES_MAX;) {
        uint32_t r = text_next_rune(t, &at);
        runes[count++] = r >= 'A' && r <= 'Z' ? r + 32 : r;
    }
    return count;
}

/* How many letters must be changed, added, left out, or exchanged with their neighbour. */
static size_t word_distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[3][NEAREST_RUNES_MAX + 1];
    for (size_t j = 0; j <= b_count; j++) row[0][j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        size_t *now = row[i % 3], *before = row[(i + 2) % 3], *older = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            size_t least = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < least) least = before[j] + 1;
            if (now[j - 1] + 1 < least) least = now[j - 1] + 1;
            bool is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swapped && older[j - 2] + 1 < least) least = older[j - 2] + 1;
            now[j] = least;
        }
    }
    return row[a_count % 3][b_count];
}

const char *service_nearest(arena *scratch, text word, const char *const *words, size_t count)
{
    (void)scratch;
    uint32_t said[NEAREST_RUNES_MAX], known[NEAREST_RUNES_MAX];
    size_t said_count = runes_of(word, said);
    const char *best = NULL;
    size_t best_distance = said_count / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        if (!words[i]) continue;
        size_t known_count = runes_of(text_of(words[i]), known);
        size_t distance = word_distance(said, said_count, known, known_count);
        bool is_other = distance >= known_count; /* nothing in common */
        if (distance <= best_distance && !is_other && (!best || distance < best_distance)) {
            best = words[i];
            best_distance = distance;
        }
    }
    return best;
}
