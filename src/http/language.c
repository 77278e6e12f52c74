/* http/language.c - in which language an asker reads. A browser names several, each with what it is worth to them (RFC 9110, 12.5.4): the door has
 * Chinese and English, and the one that is worth more is spoken; of two that are worth the same the one that is named first. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/http.h"

/* Is the language of a range: `zh`, `zh-Hans-CN` and `ZH` are Chinese, and so is `zh_CN` as machines write it; `zhx` is not. */
static bool is_of(const char *range, size_t size_bytes, const char *language)
{
    size_t n = strlen(language);
    return size_bytes >= n && strncasecmp(range, language, n) == 0 && (size_bytes == n || range[n] == '-' || range[n] == '_');
}

/* In thousandths, which is all that may be written (`q=0.875`); what is no number is worth nothing. */
static int worth(const char *after, const char *end)
{
    const char *q = after;
    while (q < end && strchr("; \t", *q)) q++;
    if (q == end) return 1000;
    if (end - q < 3 || strncasecmp(q, "q=", 2) != 0) return 0;
    q += 2;
    if (*q != '0' && *q != '1') return 0;
    int sum = (*q++ - '0') * 1000;
    if (q < end && *q == '.') q++;
    for (int unit = 100; unit && q < end && *q >= '0' && *q <= '9'; unit /= 10) sum += (*q++ - '0') * unit;
    return sum > 1000 ? 1000 : sum;
}

bool http_reads_chinese(const char *ranges)
{
    int chinese = 0, english = 0;
    while (*ranges) {
        ranges += strspn(ranges, ", \t");
        const char *end = ranges + strcspn(ranges, ",");
        size_t size_bytes = strcspn(ranges, ",; \t");
        int is = worth(ranges + size_bytes, end);
        if (is_of(ranges, size_bytes, "zh")) {
            if (is > chinese && is > english) chinese = is;
        } else if (is_of(ranges, size_bytes, "en") && is > english && is > chinese) {
            english = is;
        }
        ranges = end;
    }
    return chinese > english;
}
