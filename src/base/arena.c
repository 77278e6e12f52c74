#include "base/arena.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { FIRST_BLOCK_BYTES = 16 * 1024, BLOCK_BYTES_MAX = 1024 * 1024, BLOCK_ALIGN = 64, LARGE_BYTES = 4 << 20 };

typedef struct block {
    struct block *next;
    size_t size_bytes; /* of data */
    size_t used_bytes;
    unsigned char *data; /* aligned to BLOCK_ALIGN */
    bool is_fresh;       /* all zero behind used_bytes, as it came */
    bool is_large;
} block;

struct arena {
    block *head;
    size_t used_bytes;
    size_t limit_bytes; /* 0: none */
    size_t next_block_bytes;
};

static void *must(void *memory, size_t size_bytes)
{
    if (!memory) {
        fprintf(stderr, "doudi: out of memory (asked for %zu bytes)\n", size_bytes);
        abort();
    }
    return memory;
}

/* A large block is the machine's own pages, zero when they are first met: what is never used costs nothing. Where the
 * machine has large pages to give, what is read here and there is found in less time. */
static void *large_open(size_t size_bytes)
{
    void *memory = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(memory, size_bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

/* NULL: so much at once the machine does not give. */
static block *block_open(size_t size_bytes)
{
    size_t whole = sizeof(block) + size_bytes + BLOCK_ALIGN;
    bool is_large = size_bytes >= LARGE_BYTES;
    block *b = is_large ? large_open(whole) : must(malloc(whole), whole);
    if (!b) return NULL;
    uintptr_t start = (uintptr_t)(b + 1);
    b->data = (unsigned char *)((start + BLOCK_ALIGN - 1) & ~(uintptr_t)(BLOCK_ALIGN - 1));
    b->size_bytes = size_bytes;
    b->used_bytes = 0;
    b->next = NULL;
    b->is_fresh = is_large;
    b->is_large = is_large;
    return b;
}

static void block_close(block *b)
{
    if (b->is_large) munmap(b, sizeof(block) + b->size_bytes + BLOCK_ALIGN);
    else free(b);
}

arena *arena_open(void)
{
    arena *a = must(calloc(1, sizeof *a), sizeof *a);
    a->next_block_bytes = FIRST_BLOCK_BYTES;
    return a;
}

void arena_close(arena *a)
{
    if (!a) return;
    for (block *b = a->head; b;) {
        block *next = b->next;
        block_close(b);
        b = next;
    }
    free(a);
}

void arena_reset(arena *a)
{
    if (a->head) {
        for (block *b = a->head->next; b;) {
            block *next = b->next;
            block_close(b);
            b = next;
        }
        a->head->next = NULL;
        a->head->used_bytes = 0;
        a->head->is_fresh = false;
    }
    a->used_bytes = 0;
}

void arena_limit(arena *a, size_t size_bytes_max)
{
    a->limit_bytes = size_bytes_max;
}

size_t arena_used_bytes(const arena *a)
{
    return a->used_bytes;
}

void arena_meet(void *from, size_t size_bytes)
{
#ifdef MADV_POPULATE_WRITE
    enum { PAGE_BYTES = 4096 };
    uintptr_t start = (uintptr_t)from & ~(uintptr_t)(PAGE_BYTES - 1);
    (void)madvise((void *)start, (uintptr_t)from + size_bytes - start, MADV_POPULATE_WRITE);
#else
    (void)from;
    (void)size_bytes;
#endif
}

/* As it lies there; *is_zero: all of it is. */
static void *take(arena *a, size_t size_bytes, bool *is_zero)
{
    if (size_bytes > SIZE_MAX / 4) return NULL;
    if (a->limit_bytes && size_bytes > a->limit_bytes - a->used_bytes) return NULL;
    size_t align = size_bytes >= BLOCK_ALIGN ? BLOCK_ALIGN : 16;
    size_t from = a->head ? (a->head->used_bytes + align - 1) & ~(align - 1) : 0;
    if (!a->head || from > a->head->size_bytes || size_bytes > a->head->size_bytes - from) {
        size_t wanted = size_bytes > a->next_block_bytes ? size_bytes : a->next_block_bytes;
        if (a->next_block_bytes < BLOCK_BYTES_MAX) a->next_block_bytes *= 2;
        block *b = block_open(wanted);
        if (!b) return NULL;
        b->next = a->head;
        a->head = b;
        from = 0;
    }
    void *memory = a->head->data + from;
    a->head->used_bytes = from + size_bytes;
    a->used_bytes += size_bytes;
    *is_zero = a->head->is_fresh;
    return memory;
}

void *arena_try_alloc(arena *a, size_t size_bytes)
{
    bool is_zero;
    void *memory = take(a, size_bytes, &is_zero);
    if (memory && !is_zero) memset(memory, 0, size_bytes);
    return memory;
}

void *arena_alloc(arena *a, size_t size_bytes)
{
    return must(arena_try_alloc(a, size_bytes), size_bytes);
}

char *arena_copy(arena *a, const void *bytes, size_t size_bytes)
{
    bool is_zero;
    char *copy = must(take(a, size_bytes + 1, &is_zero), size_bytes + 1);
    if (size_bytes) memcpy(copy, bytes, size_bytes);
    copy[size_bytes] = '\0';
    return copy;
}

void *arena_grow(arena *a, const void *items, size_t *capacity, size_t item_bytes)
{
    size_t grown = *capacity ? *capacity * 2 : 8;
    void *memory = arena_alloc(a, grown * item_bytes);
    if (*capacity) memcpy(memory, items, *capacity * item_bytes);
    *capacity = grown;
    return memory;
}
