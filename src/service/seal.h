/* service/seal - the heads of all chains, signed by who acts: the one thing about the log that is kept
 * elsewhere, so that a log cut short, a chain put in another's place or an older backup is found.
 *
 * What is signed is a text (the message): office, instant, reason, signer with their key, and each
 * chain's last event with its hash. It stands, with its signature, in an event of the office's chain
 * (seal.made), and in the file that a third party keeps. The file has marks besides: of each chain up
 * to SEAL_MARKS hashes' beginnings, whose digest the message holds; they tell from which event on a
 * chain was written anew.
 *
 * Prefix   seal_
 */
#ifndef SERVICE_SEAL_H
#define SERVICE_SEAL_H

#include "service/county.h"

extern const err_kind SEAL_BAD_FILE, SEAL_BAD_SIGNATURE, SEAL_OTHER_FILE;

enum { SEAL_MARKS = 1000 };
#define SEAL_KIND "seal.made"

typedef struct {
    text message; /* as signed */
    text office, why, login, marks_digest;
    int64_t known_ms, user_id; /* 0: nobody, an office without users */
    crypto_sm2_public key;
    crypto_signature signature;
    eventlog_head heads[EVENTLOG_BUCKETS + 1];
    text marks; /* their lines; of a file only */
} seal;

#define SEAL_HEADS_FIELD                                                                         \
    { .name = "heads", .type = SERVICE_FILE_OUT, .shows = "FILE",                                \
      .summary = "write the signed heads of all chains here, for a third party to keep",         \
      .summary_zh = "将各链头及签名写入此文件，交第三方保存" }

/* Seals the log as it is, inside the caller's transaction, by whoever has logged in. With nothing in
 * the log since the same person's last seal, it is that one. */
MUST_USE err seal_make(county *office, text why, seal **made, bool *is_new);
/* SEAL_OTHER_FILE when another file stands there than this seal's; asked before anything is done, with
 * `made` NULL of the last seal in the log. */
MUST_USE err seal_spare(county *office, const char *path, const seal *made);
/* The first signed seal that was made in [from, until); *sequence is of the office's chain, 0: there is none. */
MUST_USE err seal_first_within(county *office, int64_t from_ms, int64_t until_ms, seal *found, int64_t *sequence);
/* The file of a third party. */
MUST_USE err seal_write(county *office, const seal *made, const char *path);
/* SEAL_BAD_FILE, SEAL_BAD_SIGNATURE. */
MUST_USE err seal_read(service_call *call, const char *path, seal **read);
/* The digest to be read out and written on paper. */
MUST_USE err seal_digest(arena *a, const seal *made, text *hex);

/* ---- seal_text.c ---- */
text seal_print(arena *a, const seal *made, text when);
/* A message, with whatever follows it left in `rest`. SEAL_BAD_FILE names the line. */
MUST_USE err seal_parse(arena *a, text whole, seal *read, text *rest);
/* All of the file: message, signature, marks. */
text seal_whole(arena *a, const seal *made);
/* SEAL_BAD_SIGNATURE; of an unsigned one nothing is asked. */
MUST_USE err seal_check_signature(arena *a, const seal *made);
/* The marks of a chain in `marks` (0: there are none): their beginnings in hex, split by blanks. */
MUST_USE err seal_marks_of(const seal *kept, uint32_t bucket, int64_t *stride, text *marks);
MUST_USE err seal_marks_print(arena *a, eventlog *log, const seal *made, text *marks);

/* ---- seal_compare.c ---- */
/* What does not fit: the chain and event, and a sentence. */
typedef void seal_report(void *context, uint32_t bucket, int64_t sequence, const char *says);
MUST_USE err seal_compare(county *office, const seal *kept, seal_report *report, void *context);
/* All seals in the log against it, their signatures with the keys of their time. */
MUST_USE err seal_check_log(county *office, int64_t *count, seal_report *report, void *context);

#endif
