/* service/campaign - campaigns of the coverage drive (九个一批): whom of the register each is after, contacts, what came of them.
 *
 * Channels, ways of contact, outcomes and the days of attribution stand in packs/ledger/campaigns.csv. What was said is kept
 * as rows of standing books of its own (room docket), with who said it and when: CAMPAIGN_BOOK, _TARGETS, _CONTACTS.
 *
 * Enrolled    by the registry alone: the first day of an enrolment in a line the campaign is for, on its first day or later,
 *             that continues no other. An employer is won when no alert of the register is open about it any more.
 * Attributed  to the campaign of the last contact, of all campaigns, at which somebody was met on that day or before it, and
 *             no more than the days of attribution before.
 * Prefix      campaign_
 */
#ifndef SERVICE_CAMPAIGN_H
#define SERVICE_CAMPAIGN_H

#include "docket/docket.h"
#include "service/county.h"

extern const err_kind CAMPAIGN_BAD_TABLE, CAMPAIGN_NO_WORD, CAMPAIGN_UNKNOWN, CAMPAIGN_OTHER, CAMPAIGN_NO_OWNER, CAMPAIGN_NO_TARGET,
    CAMPAIGN_BAD_DAY;
extern const service_op CAMPAIGN_NEW_OP, CAMPAIGN_LIST_OP, CAMPAIGN_CONTACT_OP, CAMPAIGN_REPORT_OP;

/* ---- words of the table ---- */

typedef enum { CAMPAIGN_CHANNEL, CAMPAIGN_HOW, CAMPAIGN_OUTCOME, CAMPAIGN_SCHEME, CAMPAIGN_SETTING, CAMPAIGN_WAY_COUNT } campaign_way;
typedef enum { CAMPAIGN_TRIED, CAMPAIGN_MET, CAMPAIGN_AGREED, CAMPAIGN_ENDED, CAMPAIGN_MEANING_COUNT } campaign_meaning;
typedef struct {
    campaign_way way;
    text name, zh, en, law;
    campaign_meaning meaning; /* of an outcome */
} campaign_word;
typedef struct {
    campaign_word *words;
    size_t count;
    int64_t days; /* of attribution */
} campaign_table;
MUST_USE err campaign_table_read(county *office, campaign_table *table);
/* By name or title; CAMPAIGN_NO_WORD tells which there are. */
MUST_USE err campaign_word_of(const service_call *call, const campaign_table *table, campaign_way way, text said, const campaign_word **word);
/* What an outcome means; of one that the table has no more, that nobody was met. */
campaign_meaning campaign_meaning_of(const campaign_table *table, text outcome);
/* The title of a word that was taken once; of one that the table has no more, the word. */
text campaign_word_shown(const service_call *call, const campaign_table *table, campaign_way way, text name);

/* ---- what was said ---- */

#define CAMPAIGN_BOOK TEXT("campaign")
#define CAMPAIGN_TARGETS TEXT("campaign.target")
#define CAMPAIGN_CONTACTS TEXT("campaign.contact")

typedef struct {
    int64_t id;
    text name, channel, schemes, group, owner; /* schemes split by '|'; group empty: all */
    int64_t town;                              /* 0: all */
    int32_t from_day, due_day;
} campaign;
typedef struct {
    int64_t id, campaign_id, kind, subject_id, region;
    text owner, groups;
} campaign_target;
typedef struct {
    int64_t id, campaign_id, kind, subject_id;
    int32_t day, due_day; /* due: of the next step; 0: none */
    text how, outcome, next, note;
} campaign_contact;
typedef struct {
    campaign *campaigns;
    campaign_target *targets;   /* by kind and subject */
    campaign_contact *contacts; /* by kind, subject, day, id */
    size_t campaign_count, target_count, contact_count;
} campaign_said;
MUST_USE err campaign_said_read(county *office, campaign_said *said);
/* By its name; CAMPAIGN_UNKNOWN. */
MUST_USE err campaign_find(county *office, const campaign_said *said, text name, const campaign **found);
MUST_USE err campaign_say(county *office, const campaign *one, docket_said *said);
MUST_USE err campaign_target_say(county *office, const campaign_target *target, docket_said *said);
MUST_USE err campaign_contact_say(county *office, const campaign_contact *contact, docket_said *said);

/* ---- how it stands ---- */

typedef enum { CAMPAIGN_NEW, CAMPAIGN_WAS_TRIED, CAMPAIGN_CONTACTED, CAMPAIGN_HAS_AGREED, CAMPAIGN_HAS_ENDED, CAMPAIGN_LEFT, CAMPAIGN_ENROLLED,
               CAMPAIGN_STATE_COUNT } campaign_state;
typedef struct {
    const campaign *of;
    const campaign_target *target;
    const campaign_contact *last; /* of this campaign; NULL: none */
    int64_t contacts;
    campaign_state state;
    bool was_met, has_agreed, is_attributed, is_overdue;
    int32_t enrolled_day, due_day;
} campaign_standing;
/* All targets of all campaigns on a day, in the order of `targets`. */
MUST_USE err campaign_stand(county *office, const campaign_table *table, const campaign_said *said, int32_t on, campaign_standing **standings);

/* The first day from `from` to `on` of an enrolment of the person in one of these lines that continues no other; 0: none. */
MUST_USE err campaign_enrolled(county *office, registry *people, text schemes, int64_t person_id, int32_t from, int32_t on, int32_t *day);
/* The last contact of any campaign at which the person was met on that day or before, within the days of attribution; NULL: none. */
const campaign_contact *campaign_won_by(const campaign_table *table, const campaign_said *said, int64_t person_id, int32_t enrolled_day);

#endif
