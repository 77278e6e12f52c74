/* tests/support/bankfiles - bank files as facts, a line each, for tests.
 *
 * Memory   in the arena passed first.
 */
#ifndef SUPPORT_BANKFILES_H
#define SUPPORT_BANKFILES_H

#include "bankfile/bankfile.h"

/* The file of tests/golden/bankfile; fails the running test when it is not there. */
text bankfiles_golden(arena *a, const char *name);
/* All occurrences of `from` replaced; both UTF-8, put into GB18030 when the file is. */
text bankfiles_changed(arena *a, text whole, const char *from, const char *to);
/* A source that hands out 7 bytes at a time. */
codec_source bankfiles_drip(arena *a, text whole);

/* What is sent, to hold answers against: that of the golden instruction, lines 1 to 3. */
extern const bankfile_sent BANKFILES_SENT;

/* Reads the file and answers a line a callback, and last "ok", or "code@line:column detail". With
 * `sent` NULL an answer is held against nothing. */
text bankfiles_told(arena *a, bankfile_content content, bankfile_format format, text whole,
                    const bankfile_sent *sent);
/* The same, dripped. */
text bankfiles_dripped(arena *a, bankfile_content content, bankfile_format format, text whole,
                       const bankfile_sent *sent);

#endif
