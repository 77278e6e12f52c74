/* bankfile/iso - records of ISO 20022 messages: a table of leaves each, found by their paths.
 *
 * A record is an element; its cells are leaves below it, each named by the path of elements from
 * it, and go to one member of the struct that the record fills. A path comes at most once. What no
 * cell names is passed over, as is all that is in another namespace. Elements that come again and
 * again are children: records of their own.
 *
 * Prefix   iso_
 */
#ifndef BANKFILE_ISO_H
#define BANKFILE_ISO_H

#include "bankfile/bankfile_internal.h"

#define ISO_SPACE "urn:iso:std:iso:20022:tech:xsd:"
#define ISO_PAIN_001 "pain.001.001.09"
#define ISO_PAIN_002 "pain.002.001.10"
#define ISO_CAMT_053 "camt.053.001.08"

typedef enum {
    ISO_BATCH,      /* text: a batch number */
    ISO_ACCOUNT,    /* text */
    ISO_NAME,       /* text */
    ISO_CODE,       /* text: codes of theirs, held against a list later */
    ISO_COUNT,      /* int64_t >= 0 */
    ISO_FEN,        /* int64_t >= 0, of an element with Ccy="CNY" or without */
    ISO_DAY,        /* int32_t, of a date or of a date with a time */
    ISO_CHOICE,     /* int: the index in `words` */
    ISO_REASON,     /* bankfile_reason */
    ISO_REFERENCE   /* iso_reference: an EndToEndId */
} iso_type;

/* "ZG-202603-01-7": line 7 of batch ZG-202603-01; else none, with line 0 and no batch number. */
typedef struct {
    text batch_number;
    int64_t line;
} iso_reference;

typedef struct {
    const char *path;
    iso_type type;
    bool is_required;
    size_t offset;
    const char *const *words; /* of ISO_CHOICE, ends with NULL */
} iso_cell;

enum { ISO_CELLS_MAX = 24 };
typedef struct {
    const iso_cell *cells;
    size_t cell_count;
    const char *const *children; /* paths; ends with NULL; may be NULL */
} iso_record;

typedef struct {
    arena *memory;
    const char *file;
    codec_xml_reader *xml;
    codec_xml_event event; /* the last one */
    text space;            /* of the message */
    text_builder path;     /* of open elements, from the document: "CstmrPmtStsRpt/GrpHdr/" */
    bool has_currency, is_yuan; /* of the element last opened */
    const char *currency;
    char words[16 * 1024];  /* texts of the record last entered */
    size_t words_size;
} iso_file;

/* A record being read. */
typedef struct {
    const iso_record *record;
    void *into;
    size_t path_size;
    uint32_t seen;  /* a bit a cell */
    bool keeps;     /* texts are for the file's lifetime, not until the next record */
    bool is_sealed; /* no cell may come any more: the head has been used */
    source_pos at;
    source_pos cell_at[ISO_CELLS_MAX];
} iso_frame;

/* Opens the document and its message; `name` as "pain.002.001.10". Close it whatever happens. */
MUST_USE err iso_open(iso_file *f, bankfile_input in, const char *name, const char *message);
void iso_close(iso_file *f);
/* At an element just opened: begins its record. */
void iso_enter(iso_file *f, iso_frame *frame, const iso_record *record, void *into);
#define ISO_END (-1)
/* Reads on; answers the index of a child that opens (enter it, and step it to its end), or ISO_END
 * when the record's element closes. */
MUST_USE err iso_step(iso_file *f, iso_frame *frame, int *child);
/* A record without children, whole. */
MUST_USE err iso_read(iso_file *f, iso_frame *frame, const iso_record *record, void *into);
/* All required cells are there. */
MUST_USE err iso_require(iso_file *f, const iso_frame *frame);
/* Behind the message nothing may follow. */
MUST_USE err iso_end(iso_file *f);
/* Gives an error the place of a cell, or of the record when the cell is not there. */
err iso_blame(const iso_frame *frame, err e, size_t cell);
err iso_blame_end(const iso_file *f, err e);

#endif
