/* service/second_internal - what the login and the two operations of a second factor share. */
#ifndef SERVICE_SECOND_INTERNAL_H
#define SERVICE_SECOND_INTERNAL_H

#include "service/second.h"

/* To which user the sealed secret belongs. */
text second_about(arena *a, int64_t user_id);
MUST_USE err second_sealer(county *office, crypto_sealer **sealer);
/* SECOND_WRONG unless `said` is a code of about now of the sealed secret. */
MUST_USE err second_check(county *office, int64_t user_id, text sealed, text said);
/* The same of one that is not in force yet: codes of the old one, taken a moment before, are no codes of it. */
MUST_USE err second_check_offered(county *office, int64_t user_id, text sealed, text said);

#endif
