/* service/service_internal.h - what the operations share; of this folder only. */
#ifndef SERVICE_SERVICE_INTERNAL_H
#define SERVICE_SERVICE_INTERNAL_H

#include <pthread.h>

#include "policy/policy.h"
#include "service/service.h"
#include "trail/trail.h"

/* What was read from some folders of packs, and what was made of it. Nothing of it changes once it is there, so that all
 * threads of a server read it; what is not there yet is made by who asks first, under the lock. */
typedef struct service_set {
    pthread_mutex_t lock; /* may be taken again by who has it */
    size_t holders;       /* under the shelf's lock, where there is a shelf */
    arena *pack;
    text key;             /* the folders */
    uint64_t stamp;       /* of the files when they were read */
    const policy_source *sources;
    size_t source_count;
    bool is_read;
    err source_error, book_error;
    policy_book *book;
    bool has_book; /* was asked for */
    bool has_law, has_files;          /* were asked for */
    err law_error, files_error;
    const struct decide_law *law;     /* the office's tables on this book; see decide.h */
    const struct decide_files *files; /* tables of the same folders, and digests by decide_law_form */
    text file_digests[2];
    bool has_tested; /* was asked for */
    err tested_error;
    const policy_tested *tested; /* which names of the book tests speak of */
} service_set;

/* A store that a server keeps open from call to call, since opening one takes longer than most of what is asked of it:
 * each worker one that it reads, and all together one that they write, which lies on the shelf without its lock. */
typedef struct {
    struct store *db; /* NULL: none is kept */
    arena *memory;
    const char *url;
    uint32_t errands; /* it is opened anew after so many: what it has prepared stays with it */
    bool is_out;      /* a call has it */
} service_kept;

struct service {
    arena *process;
    service_settings settings;
    service_set *set; /* asked for last; NULL: none was */
    service_kept reader;
};

/* ---- shelf.c ---- */

service_set *service_set_open(void);
/* The set of these folders as their files are now: the one on the shelf, or one that takes its place. The caller holds it. */
service_set *service_shelf_take(service_shelf *shelf, text key, uint64_t stamp);
/* NULL is fine; `shelf` NULL: it was the caller's alone. */
void service_set_release(service_shelf *shelf, service_set *set);

/* The writer of all services of the shelf, for one call alone until it is given back; NULL: another call has it. */
service_kept *service_shelf_writer(service_shelf *shelf);
void service_shelf_give_back(service_shelf *shelf, service_kept *writer);
void service_kept_drop(service_kept *kept);
/* Whether this step of a user's second factor is later than all that were taken: each code is good once. */
bool service_shelf_step(service_shelf *shelf, int64_t user_id, uint64_t step);

/* Looks that wait to be written (looks.h): whether more are there than may wait; one more; the oldest, copied (with NULL: only
 * counted), with whom they showed copied to `shown`, of which so many at once, and those of one look more; and so many of them are
 * written now. */
enum { SERVICE_LOOKS_MAX = 200000, SERVICE_SHOWN_MAX = 2000000, SERVICE_SHOWN_AT_ONCE = 5000 };
bool service_shelf_is_full(service_shelf *shelf);
void service_shelf_look(service_shelf *shelf, const trail_look *look);
size_t service_shelf_looks(service_shelf *shelf, trail_look *into, size_t max, int64_t *shown);
void service_shelf_looks_kept(service_shelf *shelf, size_t count);

/* ---- arguments: by name; the operation's table has said the type ---- */
const service_argument *service_argument_of(const service_call *call, const char *name);
bool service_is_given(const service_call *call, const char *name);
/* Whether a list takes one more row: the first `most` for whoever reads it as a whole, every row for whoever asks for its pages. */
bool service_takes_row(const service_call *call, const service_value *list, size_t most);
text service_text_of(const service_call *call, const char *name, text otherwise);
int32_t service_day_of(const service_call *call, const char *name); /* else today */
uint64_t service_size_of(const service_call *call, const char *name, uint64_t otherwise);
/* How many rows --limit lets through; where the door cuts pages of them itself, all it may need unless it is given. */
uint64_t service_limit(const service_call *call, uint64_t otherwise);
/* Whether a list shows a row of this word: the one that the argument asks for; all of them, or with `otherwise` false none, where it asks for none. */
bool service_asks(const service_call *call, const char *name, const char *word, bool otherwise);
void service_note(service_call *call, const char *says, const char *says_zh, text detail);
/* One of two texts, by the caller's language. */
/* The s of more than one, in English: for "%lld row%s". */
static inline const char *service_plural(const service_call *call, int64_t count)
{
    return call->is_chinese || count == 1 ? "" : "s";
}
static inline const char *service_say(const service_call *call, const char *en, const char *zh)
{
    return call->is_chinese ? zh : en;
}

/* Says `en` or `zh` to a person and `code` to a program (SERVICE_STATE). */
service_value *service_put_state(const service_call *call, service_value *into, const char *name, const char *code,
                                 const char *en, const char *zh);

/* ---- who may ---- */

/* Whether whoever calls may do the operation at all; asked by service_run. */
MUST_USE err service_admit(service_call *call);

/* ---- packs ---- */

/* The book of the call: --packs, else DOUDI_PACKS, else ./packs, else the installed ones. With
 * mistakes in it the answer is SERVICE_PACKS_BROKEN, and the book stands in the office. */
MUST_USE err service_book(service_call *call, const policy_book **book);
/* The same with files besides those of the folders. */
MUST_USE err service_book_with(service_call *call, const service_argument *more,
                               const policy_book **book);
/* Reads the packs of the call's folders into the office, and compiles nothing; none is no error here. */
MUST_USE err service_sources(service_call *call);
/* The folders the packs are taken from. */
MUST_USE err service_pack_folders(service_call *call, const text **folders, size_t *count);

/* The field every operation over packs has. */
#define SERVICE_PACKS_FIELD                                                                      \
    { .name = "packs", .type = SERVICE_FILE, .is_list = true, .shows = "DIR",                    \
      .summary = "folder of packs, instead of DOUDI_PACKS, ./packs or the installed ones",       \
      .summary_zh = "政策包所在目录，代替 DOUDI_PACKS、./packs 或随程序安装的政策包" }
#define SERVICE_ON_FIELD                                                                         \
    { .name = "on", .type = SERVICE_DATE, .shows = "DATE",                                       \
      .summary = "the date whose law holds (default: today)",                                    \
      .summary_zh = "按哪一天的政策计算（默认今天）" }
#define SERVICE_REGION_FIELD                                                                     \
    { .name = "region", .type = SERVICE_REGION, .shows = "REGION",                               \
      .summary = "where the benefit is decided, as 中国/云南省 or its last name (default: 中国)", \
      .summary_zh = "待遇核定地，如 中国/云南省，或只写最后一级（默认 中国）" }

#endif
