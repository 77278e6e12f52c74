/* service/ - the one table of operations: what Doudi can do, and with what.
 *
 * Each operation is a row: its name, the words a terminal says, what it reads and answers, and a
 * function. The doors (cli, http) know only this header: they turn their words into arguments, call
 * service_run, and show the reply. An operation is added by one file and one line in
 * operations.c.
 *
 * Arguments  texts, checked here against the row's input table, whatever the door.
 * Replies    a tree of values, checked here against the row's output table; amounts are decimal
 *            texts. `print` turns it into lines for a person where the plain layout is not enough.
 * Memory     a service and its packs live in the arena `process`; a call in `request`.
 * Errors     the kinds below and those of the rooms underneath; the text of a kind names the way
 *            out. A reply with `has_failures` is no error: the work was done and found faults.
 * Threads    one service a thread; an operation may use threads of its own.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

extern const err_kind SERVICE_UNKNOWN_ARGUMENT, SERVICE_MISSING_ARGUMENT, SERVICE_BAD_ARGUMENT,
    SERVICE_ARGUMENT_TWICE, SERVICE_UNKNOWN_ENDING;
extern const err_kind SERVICE_NO_PACKS, SERVICE_PACKS_BROKEN, SERVICE_UNKNOWN_NAME;
extern const err_kind SERVICE_BAD_FACT, SERVICE_UNKNOWN_FACT, SERVICE_FACT_TWICE;
extern const err_kind SERVICE_REPLY_UNFIT, SERVICE_NOT_HERE;
extern const err_kind SERVICE_NO_REHEARSAL, SERVICE_REHEARSAL_FILE;
extern const err_kind SERVICE_KEY_REUSED, SERVICE_BAD_KEY;

/* ---- values of a reply --------------------------------------------------------------------- */

typedef enum {
    SERVICE_VALUE_NULL,
    SERVICE_VALUE_BOOL,
    SERVICE_VALUE_COUNT, /* a whole number */
    SERVICE_VALUE_TEXT,  /* also amounts: "1234.50" */
    SERVICE_VALUE_LIST,
    SERVICE_VALUE_OBJECT,
    SERVICE_VALUE_JSON   /* made elsewhere: JSON text, taken as it is */
} service_value_kind;

typedef struct service_value service_value;
struct service_value {
    service_value_kind kind;
    bool is_true;
    const char *code;   /* TEXT of a SERVICE_STATE: the word that is the same in every language */
    int64_t count;      /* COUNT */
    text word;          /* TEXT, JSON */
    const char *name;   /* of a member of an object */
    service_value *first, *last, *next; /* children in order; brothers */
    size_t child_count;
};

service_value *service_object(arena *a);
service_value *service_list(arena *a);
/* These add to an object (by name) or, with name NULL, to a list, and answer what they added. */
service_value *service_put(arena *a, service_value *into, const char *name, service_value *child);
service_value *service_put_text(arena *a, service_value *into, const char *name, text t);
service_value *service_put_cstr(arena *a, service_value *into, const char *name, const char *s);
service_value *service_put_count(arena *a, service_value *into, const char *name, int64_t count);
service_value *service_put_bool(arena *a, service_value *into, const char *name, bool is_true);
service_value *service_put_null(arena *a, service_value *into, const char *name);
service_value *service_put_list(arena *a, service_value *into, const char *name);
service_value *service_put_object(arena *a, service_value *into, const char *name);
service_value *service_put_json(arena *a, service_value *into, const char *name, text json);
/* As JSON, with a line's end behind it. */
text service_value_json(arena *a, const service_value *v, bool is_pretty);
/* NULL when there is none. */
const service_value *service_member(const service_value *object, const char *name);

/* ---- the table ------------------------------------------------------------------------------ */

typedef enum {
    SERVICE_TEXT,
    SERVICE_NAME,     /* of a variable, parameter, input or record */
    SERVICE_DATE,     /* 2025-06-01 */
    SERVICE_REGION,   /* 中国/云南省 */
    SERVICE_FLAG,     /* given or not; in replies: true or false */
    SERVICE_COUNT,    /* a whole number, 0 or more */
    SERVICE_SIZE,     /* bytes: 512M, 2G */
    SERVICE_FILE,     /* a file or folder to read */
    SERVICE_FILE_OUT, /* a file to write */
    SERVICE_FACT,     /* name=value */
    SERVICE_VALUE,    /* of replies: a text or, where there is no value, null */
    SERVICE_STATE,    /* of replies: a word for people, and beside it in JSON NAME_code, which never changes */
    SERVICE_OBJECT,   /* of replies: with `fields` */
    SERVICE_ANY,      /* of replies: a tree of its own shape */
    SERVICE_TYPE_COUNT
} service_type;

typedef struct service_field service_field;
struct service_field {
    const char *name;
    service_type type;
    const char *summary, *summary_zh;
    const char *shows;          /* what stands for the value in help: "PEOPLE.csv"; NULL: by type */
    const char *const *choices; /* the only words allowed, ended by NULL; or NULL */
    const char *const *endings; /* of a file: the only ones its name may have, ended by NULL; or NULL */
    const service_field *fields; /* of the object, or of each object of the list */
    size_t field_count;
    bool is_required;
    bool is_list;
    bool is_positional;         /* on a terminal: stands without --name */
    bool is_optional;           /* of replies: may be absent */
};

typedef enum { SERVICE_READ, SERVICE_WRITE } service_kind; /* a READ is a GET */

/* Who reaches the operation over a door that people come to from elsewhere. */
typedef enum {
    SERVICE_LOGGED_IN,  /* users whose duties permit it */
    SERVICE_FOR_ALL,    /* anybody: calculators, or what asks for a password itself */
    SERVICE_AT_MACHINE  /* nobody: making an office, restoring one */
} service_reach;

/* Whether an official who is confined to a township may do it, and how it is seen that it is about that township: scope.h. */
typedef enum {
    SERVICE_SCOPE_NONE,      /* nobody says: refused to whoever is confined */
    SERVICE_SCOPE_FREE,      /* about the user alone: no record is read or changed */
    SERVICE_SCOPE_LIST,      /* it asks scope_holds of each row, and shows, counts and changes those alone */
    SERVICE_SCOPE_ID,        /* scope_of, or own_person and own_employer, name whom it is about by id */
    SERVICE_SCOPE_HOUSEHOLD, /* the same, and it may come to be about their household */
    SERVICE_SCOPE_CASE,      /* argument `case` */
    SERVICE_SCOPE_FILE,      /* argument `file`: of the case it was handed in with */
    SERVICE_SCOPE_ALERT      /* argument `alert` */
} service_scope;

typedef struct service_call service_call;
typedef struct {
    const char *name;       /* policy.check: doudi policy check | GET /v1/policy/check */
    const char *command;    /* a shorter word for a terminal: "check", or NULL */
    const char *summary, *summary_zh;
    const char *law;        /* or NULL */
    service_kind kind;
    service_reach reach;
    const char *permission; /* roles map to permissions as data; "user.self": any user */
    /* The argument that says whose record, for an insured person or an employer who may see their own alone: own.h. */
    const char *own_person, *own_employer;
    bool own_case; /* the argument of SERVICE_SCOPE_CASE or _FILE says it: a case about the own record, or one they asked for as its agent */
    service_scope scope;
    const char *scope_of; /* of SERVICE_SCOPE_ID, _HOUSEHOLD; NULL: the arguments of the own record */
    bool is_supervision; /* it tells of doubts and inspections: that it was read is for auditors, not for whom it is about */
    const service_field *input;
    size_t input_count;
    const service_field *output;
    size_t output_count;
    const char *const *examples; /* lines for a shell, ended by NULL */
    err (*run)(service_call *call);
    /* Lines for a person, from call->reply and call->answer; NULL: the door's plain layout. */
    void (*print)(const service_call *call, text_builder *out);
} service_op;

/* All operations, ended by NULL. */
const service_op *const *service_operations(void);
/* By name or by command; NULL when there is none. */
const service_op *service_find(text name);
/* "PEOPLE.csv", "DATE" ...: what stands for the field's value in help. */
const char *service_shows(const service_field *field);

/* ---- calling ------------------------------------------------------------------------------- */

/* Packs that the services of one process share: read and compiled once, and anew when a file of them has changed. */
typedef struct service_shelf service_shelf;
service_shelf *service_shelf_open(arena *process);
/* After all services that have it. */
void service_shelf_close(service_shelf *shelf);

typedef struct {
    const char *packs;      /* where packs are when a call does not say: folders split by ':' */
    const char *home;       /* where the program is installed: home/packs; or NULL */
    const char *county;     /* the office's store when a call does not say; or NULL */
    const char *key_file;   /* of its master key; NULL: beside the store */
    const char *bank_url;   /* where a bank deals by HTTP; or NULL */
    const char *public_url; /* where the public reaches the office's pages: https://...; or NULL */
    int32_t today_day;      /* days since 1900-01-01 */
    uint32_t thread_count;  /* of the machine */
    service_shelf *shelf;   /* NULL: the service reads packs once, for itself */
    /* Told now and then how far a long operation is; may be NULL. */
    void (*progress)(void *context, uint64_t done, uint64_t all);
    void *progress_context;
    /* Asks the person for a secret, which no argument may hold; with `is_new` one being chosen, typed
     * twice at a terminal. NULL: there is nobody to ask. */
    err (*ask_secret)(void *context, arena *a, const char *prompt, bool is_new, text *secret);
    void *secret_context;
} service_settings;

typedef struct service service;
service *service_open(arena *process, const service_settings *settings);
void service_close(service *office);
/* Before a server begins: a store that an older program made is brought up to this one's schema, which no reader does. `a` keeps
 * what an error says. Without a store there is nothing to do. */
MUST_USE err service_renew(arena *a, const service_settings *settings, bool *is_renewed);
/* When a server has closed its last: the store's log is taken into its file, so that the file alone is the store again. */
void service_settle(const service_settings *settings);
/* After an answer was given: what the store was left to do, where nobody waits for it. */
void service_tidy(service *office);
/* Of a server: reads of what concerns people, gathered since the last time, are written to the store. Called where nobody else writes. */
bool service_has_looks(service *office);
void service_keep_looks(service *office);
/* For one that outlives a day. */
void service_set_today(service *office, int32_t today_day);

/* A user who has shown their password once. Whoever comes back shows the secret; without it the
 * ticket opens nothing, so a door keeps the one and hands out the other. */
#define SERVICE_SECRET_BYTES 32
#define SERVICE_TICKET_BYTES 160
typedef struct {
    uint8_t bytes[SERVICE_SECRET_BYTES];
} service_secret;
typedef struct {
    int64_t user_id;
    uint8_t ticket[SERVICE_TICKET_BYTES];
    service_secret secret;
} service_session;
/* Of a user who shows their password; it is the one thing `ask` is asked for. */
MUST_USE err service_log_in(service *office, arena *request, text login,
                            err (*ask)(void *context, arena *a, const char *prompt, bool is_new,
                                       text *secret),
                            void *context, service_session *session);
/* Whether the error says that whoever calls is not known, or no longer: log in again. */
bool service_wants_login(err e);

typedef struct {
    const text *values;
    size_t count, capacity;
} service_argument;

/* A step that is done once under its key, whoever asks again: its answer is kept in the store with what it did, for a day. */
typedef struct {
    text key, asked;  /* asked: all that the operation is told, as bytes; a digest of it is kept */
    text (*print)(void *context, service_call *call); /* the answer as it will be given again */
    void *context;
    text answer;      /* that, once it is kept */
    bool is_again;    /* `answer` was kept before, and nothing was done now */
} service_once;

struct service_call {
    service *office;
    const service_op *op;
    arena *request;
    service_argument *arguments; /* one a field of op->input */
    bool is_chinese;             /* the language of the person who asks */
    /* the answer */
    service_value *reply;
    void *answer;                /* of the operation's own, for its print */
    bool has_failures;
    bool is_output_taken;        /* the operation itself wrote to the standard output */
    service_value *notes;        /* a list of texts: what the person should know besides */
    bool is_rehearsal;           /* nothing that it writes is kept: service_rehearse */
    bool is_paged;               /* a page of a list was asked for, or its rows found or sorted: a list then has all its rows */
    int64_t page_rows;           /* of a list that says how many are found: those up to the end of the page are enough; 0: all */
    bool is_remote;              /* over a door that people come to from elsewhere: `reach` holds */
    const service_session *session; /* of whoever calls; NULL: nobody has logged in */
    service_once *once;          /* or NULL; of a step of a session, which is no rehearsal */
    err (*ask_secret)(void *context, arena *a, const char *prompt, bool is_new, text *secret);
    void *secret_context;        /* instead of those of the settings, where given */
    struct county *county;       /* the office the operation opened, closed by service_run; or NULL */
    bool has_packs;              /* has asked for packs: it goes by the same to its end, whatever becomes of the files */
};

service_call *service_call_open(service *office, arena *request, const service_op *op,
                                bool is_chinese);
MUST_USE err service_give(service_call *call, text name, text value);
/* Before it is run: the operation will be done to its end and answered, and nothing of it kept. Refused where there is
 * nothing to take back, or what is done is not in the store alone. */
MUST_USE err service_rehearse(service_call *call);
MUST_USE err service_run(service_call *call);

/* The word among `count` that `word` most likely stands for, or NULL when none is near. */
const char *service_nearest(arena *scratch, text word, const char *const *words, size_t count);

#endif
