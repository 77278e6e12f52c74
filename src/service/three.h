/* service/three - what three people sign, one after the other: each signs the text, their duty and the
 * signature before theirs. Who may sign which duty is room duty's.
 *
 * Prefix   three_
 */
#ifndef SERVICE_THREE_H
#define SERVICE_THREE_H

#include "service/county.h"

enum { THREE_MARKS = 3 };

typedef struct {
    text duty, key, signature; /* hex */
    int64_t user_id, known_ms;
} three_mark;
typedef struct {
    three_mark marks[THREE_MARKS];
    size_t count;
} three;

/* As a member `marks` of the object being written, and from it. */
void three_print(codec_json_writer *w, const three *signed_by);
void three_parse(const codec_json *json, three *signed_by);

/* Whether the actor may take `duty` after those who signed: they log in. */
MUST_USE err three_may(county *office, const three *signed_by, const char *duty);
/* Signs `said` as the actor. */
MUST_USE err three_sign(county *office, text said, three *signed_by, const char *duty);
/* Whether all three are there, by three people, of these duties in order, each by a key that was theirs. */
MUST_USE err three_fit(county *office, text said, const three *signed_by, const char *const duties[THREE_MARKS], bool *fits);
/* Whether the step was this user's. */
bool three_is_by(const three *signed_by, size_t step, int64_t user_id);

#endif
