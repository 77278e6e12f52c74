/* Numbers that are one word: of citizens, and of telephones. */
#include "ident/ident.h"
#include "linkage/linkage_dict.h"
#include "linkage/linkage_reading.h"

enum { CITIZEN_BYTES = 18, CHECK_AT = 57 };

/* Eight digits, the first below: two and two of them are put together, then four and four. */
static uint64_t number_of_eight(uint64_t word)
{
    word = (word & UINT64_C(0x0F0F0F0F0F0F0F0F)) * 2561 >> 8;
    word = (word & UINT64_C(0x00FF00FF00FF00FF)) * 6553601 >> 16;
    return (word & UINT64_C(0x0000FFFF0000FFFF)) * UINT64_C(42949672960001) >> 32;
}

static void put_eight(uint32_t number, char *out)
{
    uint64_t all = number / 10000 | (uint64_t)(number % 10000) << 32, tens;
    tens = (all * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    all = tens | (all - 100 * tens) << 16;
    tens = (all * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    all = tens | (all - 10 * tens) << 8 | UINT64_C(0x3030303030303030);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    all = __builtin_bswap64(all);
#endif
    memcpy(out, &all, 8);
}

/* The first below. */
static uint64_t eight_bytes(const char *c)
{
    uint64_t word;
    memcpy(&word, c, 8);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The sum of eight digits, the first below, each times a weight: of every other one in sixteen bits, the weights from the last on. */
static uint32_t weighed(uint64_t word, const uint64_t weights[2])
{
    const uint64_t EVERY_OTHER = UINT64_C(0x000F000F000F000F);
    return (uint32_t)((word & EVERY_OTHER) * weights[0] >> 48) + (uint32_t)((word >> 8 & EVERY_OTHER) * weights[1] >> 48);
}

static uint64_t pack_citizen(text t)
{
    /* 7 9 10 5 8 4 2 1, 6 3 7 9 10 5 8 4, and 2 of the last */
    static const uint64_t FIRST[2] = { UINT64_C(0x0007000A00080002), UINT64_C(0x0009000500040001) },
                          SECOND[2] = { UINT64_C(0x00060007000A0008), UINT64_C(0x0003000900050004) };
    const char *c = t.bytes;
    if (t.size_bytes != CITIZEN_BYTES) return LINKAGE_ODD;
    uint64_t one = eight_bytes(c), two = eight_bytes(c + 8);
    uint32_t last = (uint32_t)(c[16] - '0'), check = (uint32_t)(c[17] - '0');
    if (!linkage_is_digits(one) || !linkage_is_digits(two) || last > 9 || (check > 9 && c[17] != 'X')) return LINKAGE_ODD;
    if (c[17] == 'X') check = 10;
    uint32_t sum = weighed(one, FIRST) + weighed(two, SECOND) + 2 * last;
    uint64_t number = number_of_eight(one) * 1000000000 + number_of_eight(two) * 10 + last;
    uint32_t birth = linkage_birth_of(number), year = birth / 10000, month = birth / 100 % 100, day = birth % 100;
    uint64_t packed = number | (uint64_t)check << CHECK_AT | (last % 2 ? LINKAGE_MALE : 0);
    if (check != (12 - sum % 11) % 11) return packed;
    bool is_day = year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 28; /* that every month has */
    ident_citizen citizen;
    return is_day || !ident_check_citizen(t, &citizen).kind ? packed | LINKAGE_VALID : packed;
}

/* Eight digits, the first below, as four bits each, the first above. */
static uint64_t four_bits_of_eight(uint64_t word)
{
    word = __builtin_bswap64(word & UINT64_C(0x0F0F0F0F0F0F0F0F));
    word = (word | word >> 4) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word | word >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    return (word | word >> 16) & 0xFFFFFFFF;
}

static uint64_t pack_phone(text t)
{
    uint64_t digits = 0, word = t.size_bytes >= 8 ? eight_bytes(t.bytes) : 0;
    if (!t.size_bytes || t.size_bytes > 15) return LINKAGE_ODD;
    size_t from = t.size_bytes >= 8 && linkage_is_digits(word) ? 8 : 0;
    if (from) digits = four_bits_of_eight(word) << 32;
    for (size_t i = from; i < t.size_bytes; i++) {
        if (t.bytes[i] < '0' || t.bytes[i] > '9') return LINKAGE_ODD;
        digits |= (uint64_t)(t.bytes[i] - '0') << (60 - 4 * i);
    }
    return digits | t.size_bytes;
}

/* As nearly all are: what folding leaves as it stands. */
uint64_t linkage_pack_plain(linkage_kind kind, text t)
{
    enum { MOBILE_BYTES = 11 };
    if (kind == LINKAGE_CITIZEN) return pack_citizen(t);
    if (t.size_bytes != MOBILE_BYTES) return LINKAGE_ODD;
    uint64_t phone = pack_phone(t), digits = phone & ~UINT64_C(0xFFFFF);
    bool is_one_digit = digits == (digits >> 60) * UINT64_C(0x1111111111100000); /* filled in where there was none */
    return is_one_digit ? LINKAGE_ODD : phone;
}

uint64_t linkage_pack(linkage_kind kind, text t)
{
    if (kind == LINKAGE_PHONE) return pack_phone(t);
    if (kind == LINKAGE_CITIZEN) return pack_citizen(t);
    uint64_t n = 0;
    for (size_t i = 0; i < t.size_bytes && i < 8; i++) n = n * 10 + (uint64_t)(t.bytes[i] - '0');
    return kind == LINKAGE_DATE && t.size_bytes == 8 ? linkage_date_pack((uint32_t)n) : 0;
}

text linkage_unpack(linkage_kind kind, uint64_t number, char out[LINKAGE_NUMBER_BYTES])
{
    if (kind == LINKAGE_CITIZEN) {
        uint64_t digits = number & ((UINT64_C(1) << CHECK_AT) - 1);
        put_eight((uint32_t)(digits / 1000000000), out);
        put_eight((uint32_t)(digits % 1000000000 / 10), out + 8);
        out[16] = (char)('0' + digits % 10);
        out[17] = "0123456789X"[number >> CHECK_AT & 15];
        return (text){ out, CITIZEN_BYTES };
    }
    size_t size = number & 15;
    for (size_t i = 0; i < size; i++) out[i] = (char)('0' + (number >> (60 - 4 * i) & 15));
    return (text){ out, size };
}
