/* service/operations.h - the rows that operations.c lists, each from the file of its name.
 *
 * Prefix   policy_
 */
#ifndef SERVICE_OPERATIONS_H
#define SERVICE_OPERATIONS_H

#include "service/service.h"

extern const service_op POLICY_CHECK_OP; /* policy_check.c */
extern const service_op POLICY_CALC_OP;
extern const service_op POLICY_RUN_OP;
extern const service_op POLICY_CASES_OP;
extern const service_op POLICY_EXPLAIN_OP;
extern const service_op POLICY_PROVE_OP;
extern const service_op POLICY_DIFF_OP;
extern const service_op POLICY_BOOK_OP;
extern const service_op POLICY_PACKS_OP;
extern const service_op POLICY_SHOW_OP;
extern const service_op POLICY_PACK_OP;
extern const service_op POLICY_SEARCH_OP;
extern const service_op POLICY_TESTS_OP;
extern const service_op LINK_PEOPLE_OP, LINK_ASK_OP, LINK_CHANGE_OP, LINK_DRIFT_OP, LINK_MODEL_OP;
extern const service_op COUNTY_INIT_OP;
extern const service_op COUNTY_NEW_OP;
extern const service_op COUNTY_STATUS_OP;
extern const service_op COUNTY_IMPORT_OP;
extern const service_op COUNTY_EXPORT_OP;
extern const service_op PERSON_FIND_OP;
extern const service_op PERSON_SHOW_OP, PERSON_TRY_OP; /* person.c, person_try.c */
extern const service_op PERSON_DUPLICATES_OP;
extern const service_op PERSON_MERGE_OP;
extern const service_op PERSON_SPLIT_OP;
extern const service_op PERSON_REVIEW_OP;
extern const service_op PERSON_APPROVE_OP;
extern const service_op PERSON_REFUSE_OP;
extern const service_op PERSON_MERGES_OP;
extern const service_op PERSON_HISTORY_OP;
extern const service_op PERSON_CONTRIBUTIONS_OP;
extern const service_op PERSON_PAYMENTS_OP;
extern const service_op PERSON_PAID_OP;
extern const service_op EMPLOYER_SHOW_OP;
extern const service_op EMPLOYER_STATEMENT_OP;
extern const service_op EMPLOYER_EXPLAIN_OP;
extern const service_op AUDIT_SAMPLE_OP; /* audit_sample.c */
extern const service_op LEDGER_ACCOUNTS_OP;
extern const service_op LEDGER_EVENTS_OP;
extern const service_op LEDGER_BEGIN_OP;
extern const service_op LEDGER_POST_OP;
extern const service_op LEDGER_IMPORT_OP;
extern const service_op LEDGER_REVERSE_OP;
extern const service_op LEDGER_CLOSE_OP;
extern const service_op LEDGER_BALANCE_OP;
extern const service_op LEDGER_EXPLAIN_OP;
extern const service_op LEDGER_VOUCHERS_OP;
extern const service_op LEDGER_STATEMENT_OP;
extern const service_op LEDGER_BULLETIN_OP;
extern const service_op LEDGER_REGISTER_OP;
extern const service_op LEDGER_PERSON_OP;
extern const service_op LEDGER_INTEREST_OP;
extern const service_op LEDGER_RECONCILE_OP;
extern const service_op LEDGER_VERIFY_OP;
extern const service_op COUNTY_HEALTH_OP; /* county_health.c */
extern const service_op COUNTY_BACKUP_OP; /* county_backup.c */
extern const service_op COUNTY_RESTORE_OP;
extern const service_op COUNTY_VERIFY_OP; /* county_verify.c */
extern const service_op COUNTY_SEAL_OP;   /* county_seal.c */
extern const service_op DECIDE_RUN_OP;
extern const service_op ALERTS_FILE_OP;
extern const service_op INDICATOR_RUN_OP; /* indicator_run.c */
extern const service_op INDICATOR_ENTER_OP;
extern const service_op INDICATOR_LIST_OP; /* indicator_list.c */
extern const service_op INDICATOR_RANK_OP;
extern const service_op INDICATOR_BULLETIN_OP; /* indicator_bulletin.c */
extern const service_op INDICATOR_ASSESS_OP; /* indicator_assess.c */
extern const service_op OVERVIEW_SHOW_OP; /* overview.c */
extern const service_op INDICATOR_SHOW_OP; /* indicator_show.c */
extern const service_op INDICATOR_PEOPLE_OP;
extern const service_op DOCKETS_TYPES_OP; /* dockets_enter.c */
extern const service_op DOCKETS_ENTER_OP;
extern const service_op DOCKETS_STRIKE_OP;
extern const service_op DOCKETS_LIST_OP; /* dockets_report.c */
extern const service_op DOCKETS_REPORT_OP;
extern const service_op WATCH_RUN_OP;
extern const service_op ALERT_LIST_OP; /* alert_list.c */
extern const service_op ALERT_SHOW_OP; /* alert_show.c */
extern const service_op ALERT_ASSIGN_OP; /* alert_step.c */
extern const service_op ALERT_WORK_OP;
extern const service_op ALERT_CLOSE_OP;
extern const service_op ALERT_REVIEW_OP;
extern const service_op ALERT_RELEASE_OP;
extern const service_op ALERT_REOPEN_OP;

extern const service_op ADOPT_PROPOSE_OP; /* adopt_steps.c */
extern const service_op ADOPT_APPROVE_OP;
extern const service_op ADOPT_CONFIRM_OP;
extern const service_op ADOPT_STATUS_OP;
extern const service_op ADOPT_REFUSE_OP; /* adopt_refuse.c */
extern const service_op PAYER_PROPOSE_OP; /* payer_steps.c */
extern const service_op PAYER_REVIEW_OP;
extern const service_op PAYER_CONFIRM_OP;
extern const service_op PAYER_LIST_OP;

extern const service_op AUDIT_ACTS_OP;  /* audit.c */
extern const service_op AUDIT_LOOKS_OP, AUDIT_LOOKS_OWN_OP; /* audit_looks.c */
extern const service_op DUTY_REPORT_OP; /* duty_report.c */
extern const service_op DUTY_CHECK_OP; /* duty.c */
extern const service_op USER_NEW_OP;   /* user.c */
extern const service_op USER_GRANT_OP;
extern const service_op USER_BIND_OP;
extern const service_op USER_LOGINS_OP, USER_CHANGE_OP, USER_HAND_OUT_OP;
extern const service_op USER_RESET_OP, USER_SECOND_RESET_OP;
extern const service_op USER_TABLE_OP;
extern const service_op USER_APPROVE_OP;
extern const service_op USER_CONFIRM_OP, USER_WITHDRAW_OP;
extern const service_op USER_REVOKE_OP;
extern const service_op USER_DISABLE_OP;
extern const service_op USER_LIST_OP;
extern const service_op USER_CHANGES_OP;
extern const service_op USER_SECOND_OP, USER_SECOND_TAKE_OP; /* user_second.c */
extern const service_op USER_PASSWD_OP;
extern const service_op USER_WHOAMI_OP; /* user_whoami.c */
extern const service_op VIEW_KEEP_OP; /* view.c */
extern const service_op VIEW_DROP_OP;
extern const service_op VIEW_LIST_OP;
extern const service_op USER_FOUND_OP;
extern const service_op ACCOUNT_ENTER_OP;
extern const service_op ACCOUNT_REVIEW_OP;
extern const service_op ACCOUNT_CONFIRM_OP;
extern const service_op ACCOUNT_REFUSE_OP;
extern const service_op ACCOUNT_LIST_OP;
extern const service_op ACCOUNT_MISSING_OP;
extern const service_op PAYRUN_DRAFT_OP;
extern const service_op PAYRUN_SUPPLEMENT_OP;
extern const service_op PAYRUN_REDRAFT_OP;
extern const service_op PAYRUN_WAITING_OP;
extern const service_op PAYRUN_CHECK_OP;
extern const service_op PAYRUN_SIGN_SECTION_OP;
extern const service_op PAYRUN_SIGN_LEADER_OP;
extern const service_op PAYRUN_AUTHORISE_OP;
extern const service_op PAYRUN_SEND_OP;
extern const service_op PAYRUN_FILE_OP;
extern const service_op PAYRUN_LOSE_OP;
extern const service_op PAYRUN_BOOK_OP;
extern const service_op PAYRUN_RECONCILE_OP;
extern const service_op PAYRUN_CLOSE_OP;
extern const service_op PAYRUN_WITHDRAW_OP;
extern const service_op PAYRUN_LINES_OP;
extern const service_op PAYRUN_LIST_OP;
extern const service_op PAYRUN_SHOW_OP;
extern const service_op CONTRIBUTION_REBASE_OP; /* contribution.c */
extern const service_op CONTRIBUTION_ROSTER_OP;
extern const service_op CONTRIBUTION_LIST_OP;
extern const service_op CONTRIBUTION_DEATHS_OP;
extern const service_op DUES_SHOW_OP; /* dues_*.c */
extern const service_op DUES_EXPLAIN_OP;
extern const service_op DUES_LIST_OP;
extern const service_op DUES_CASE_OP;
extern const service_op DUES_LATE_FEES_OP;
extern const service_op DUES_RECONCILE_OP;
extern const service_op DUES_RELIEF_OP;
extern const service_op DUES_DEFER_OP;
extern const service_op DUES_INSTALMENTS_OP;
extern const service_op DUES_WRITE_OFF_OP;
extern const service_op DUES_ON_BEHALF_OP;
extern const service_op DUES_REVIEW_OP;
extern const service_op DUES_APPROVE_OP;
extern const service_op DUES_REFUSE_OP;
extern const service_op DUES_WITHDRAW_OP;
extern const service_op DUES_USE_CREDIT_OP;
extern const service_op DUES_REFUND_OP;
extern const service_op BENEFIT_STOP_OP; /* benefit_stop.c */
extern const service_op BENEFIT_RESUME_OP;
extern const service_op BENEFIT_REINSTATE_OP;
extern const service_op BENEFIT_SETTLE_OP;
extern const service_op BENEFIT_SWEEP_OP; /* benefit_sweep.c */
extern const service_op BENEFIT_LIST_OP;
extern const service_op CERTIFY_IMPORT_OP; /* certify_import.c, certify.c */
extern const service_op CERTIFY_RECORD_OP;
extern const service_op CERTIFY_DUE_OP;
extern const service_op CERTIFY_RUN_OP;
extern const service_op ONEOFF_LIST_OP; /* oneoff.c, oneoff_steps.c */
extern const service_op ONEOFF_SHOW_OP;
extern const service_op ONEOFF_EXPLAIN_OP;
extern const service_op ONEOFF_PLAN_OP; /* oneoff_hand.c */
extern const service_op ONEOFF_GIVE_UP_OP;
extern const service_op ONEOFF_REPAY_OP;
extern const service_op ONEOFF_RECEIPTS_OP; /* oneoff_receipts.c */
extern const service_op ONEOFF_NEVER_CAME_OP; /* oneoff_undo.c */
extern const service_op ONEOFF_CONFIRM_OP;
extern const service_op ONEOFF_REVIEW_OP;
extern const service_op ONEOFF_APPROVE_OP;
extern const service_op ONEOFF_WRITE_OFF_OP;
extern const service_op MONTH_OPEN_OP;
extern const service_op MONTH_STATUS_OP;
extern const service_op MONTH_BILL_OP;
extern const service_op MONTH_CORRECT_OP; /* month_correct.c */
extern const service_op MONTH_RECEIVE_OP;
extern const service_op MONTH_DETERMINE_OP;
extern const service_op REVISE_ADJUST_OP;
extern const service_op REVISE_RECOMPUTE_OP;
extern const service_op REVISE_RETRO_OP;
extern const service_op REVISE_LIST_OP;
extern const service_op REVISE_SHOW_OP;
extern const service_op REVISE_EXPLAIN_OP;
extern const service_op REVISE_REVIEW_OP;
extern const service_op REVISE_APPROVE_OP;
extern const service_op REVISE_WITHDRAW_OP;
extern const service_op REVISE_REVERSE_OP;
extern const service_op AWARD_LIST_OP;
extern const service_op AWARD_SHOW_OP;
extern const service_op AWARD_REVIEW_OP;
extern const service_op AWARD_APPROVE_OP;
extern const service_op AWARD_RETURN_OP;
extern const service_op AWARD_REFUSE_OP;
extern const service_op MONTH_CLOSE_OP;
extern const service_op MONTH_EXPLAIN_OP;
extern const service_op CASE_OPEN_OP; /* case_open.c, case_step.c, case_list.c, case_show.c, case_types.c */
extern const service_op CASE_FORM_OP;
extern const service_op CASE_FILL_OP;
extern const service_op CASE_PASS_OP;
extern const service_op CASE_RETURN_OP;
extern const service_op CASE_ASK_OP;
extern const service_op CASE_GIVE_OP;
extern const service_op CASE_WITHDRAW_OP;
extern const service_op CASE_OBJECT_OP;
extern const service_op CASE_ANSWER_OP;
extern const service_op CASE_LIST_OP;
extern const service_op CASE_SHOW_OP;
extern const service_op CASE_TYPES_OP;
extern const service_op CASE_TODO_OP;
extern const service_op CASE_HAND_IN_OP; /* case_file.c */
extern const service_op CASE_FILES_OP;
extern const service_op CASE_FILE_OP;
extern const service_op CASE_CHECK_OP; /* case_promise.c */
extern const service_op CASE_PROMISES_OP;
extern const service_op CASE_RATE_OP; /* case_rate.c */
extern const service_op CASE_RATINGS_OP;
extern const service_op CASE_CALENDAR_OP; /* case_calendar.c */
extern const service_op CASE_COUNTS_OP; /* case_counts.c */
extern const service_op LETTER_CHECK_OP; /* letter.c */
extern const service_op ISSUE_NEW_OP; /* issue.c, issue_verify.c */
extern const service_op ISSUE_SHOW_OP;
extern const service_op ISSUE_LIST_OP;
extern const service_op ISSUE_VERIFY_OP;
extern const service_op ISSUE_KINDS_OP;

#endif
