/* What a name is found by: parts of it, in whichever form its characters were typed, and how they are read. */
#include <stdlib.h>
#include <string.h>

#include "ident/ident_internal.h"

const char IDENT_COMPOUND[] = "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙"
                               "慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋"
                               "夹谷轩辕令狐段干百里呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门"
                               "公祖第五公乘贯丘公皙南荣东里东宫仲长子书子桑即墨达奚褚师吴铭";

/* Second readings, in surnames and elsewhere, and characters of names that GB 2312 does not have. */
static const char ALSO[] =
    "ben犇 bi秘 biao骉 bo柏薄 cang藏 chan单 chang长 chao朝 cheng盛 chong种重翀 da大 dai大 di頔 du都 ge盖 gou句 han阚 hang行 he黑 "
    "huan郇 jie劼 jiao觉 jing璟 jue觉 juan隽 jun珺隽鋆 kan阚 kuai会 kui隗 kun堃 meng濛 miao缪 min旻 mo万 mou缪 mu牟 nai能 "
    "nuo娜 ou区 pei珮 peng芃 piao朴 qi玘琦 qin覃 qiu仇 sha莎厦 shan单 shao召 she折 shen谌莘 sheng晟昇 shuai率 suo莎 tan澹 tian湉 "
    "wei隗 xi茜琋晞 xian洗冼 xiao校 xie解颉 xin莘炘 xuan瑄烜 xun珣 yan龑 yao垚峣 yi祎燚 yu尉彧瑀 yue乐玥 yun员赟鋆 zang藏 zeng曾 "
    "zha查 zhai翟 zhao曌 zhe喆 zhong重 ";

enum { HAN_FIRST = 0x4E00, HAN_COUNT = 0x5200, READINGS_MAX = 4, SYLLABLES_MAX = 640 };
struct ident_names {
    uint16_t simplified[HAN_COUNT];
    uint16_t reading[HAN_COUNT][READINGS_MAX]; /* of `syllable`; 0: no more */
    text syllable[SYLLABLES_MAX];
    size_t syllable_count;
};

static bool is_han(uint32_t rune)
{
    return rune >= HAN_FIRST && rune < HAN_FIRST + HAN_COUNT;
}

static void add_reading(ident_names *n, uint32_t rune, size_t syllable)
{
    uint16_t *of = n->reading[rune - HAN_FIRST];
    for (size_t i = 0; i < READINGS_MAX; i++) {
        if (of[i] && !text_equal(n->syllable[of[i]], n->syllable[syllable])) continue;
        of[i] = (uint16_t)syllable;
        return;
    }
}

static void read_readings(ident_names *n, const char *groups)
{
    text t = text_of(groups);
    size_t letters_at = 0;
    for (size_t at = 0; at < t.size_bytes;) {
        size_t from = at;
        uint32_t rune = text_next_rune(t, &at);
        if (rune == ' ') letters_at = at;
        bool ends = is_han(rune) && letters_at < from && (uint8_t)t.bytes[from - 1] < 0x80;
        if (ends && n->syllable_count + 1 < SYLLABLES_MAX) n->syllable[++n->syllable_count] = text_sub(t, letters_at, from);
        if (is_han(rune)) add_reading(n, rune, n->syllable_count);
    }
}

const ident_names *ident_names_open(arena *a)
{
    ident_names *n = ARENA_NEW(a, ident_names);
    memset(n, 0, sizeof *n);
    text pairs = text_of(IDENT_SIMPLIFIED);
    for (size_t at = 0; at < pairs.size_bytes;) {
        uint32_t from = text_next_rune(pairs, &at), to = text_next_rune(pairs, &at);
        if (is_han(from)) n->simplified[from - HAN_FIRST] = (uint16_t)to;
    }
    read_readings(n, IDENT_READINGS);
    read_readings(n, ALSO);
    return n;
}

/* ---- folding ---- */

/* 0: nothing that tells names apart. */
static uint32_t folded(const ident_names *n, uint32_t rune)
{
    if (rune >= 0xFF01 && rune <= 0xFF5E) rune = rune - 0xFF01 + '!';
    if (is_han(rune)) return n->simplified[rune - HAN_FIRST] ? n->simplified[rune - HAN_FIRST] : rune;
    if (rune >= 'A' && rune <= 'Z') return rune - 'A' + 'a';
    if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= '0' && rune <= '9') ? rune : 0;
    if (rune == 0xFC || rune == 0xDC) return 'u';
    bool is_mark = rune < 0xC0 || (rune >= 0x2000 && rune < 0x2070) || (rune >= 0x3000 && rune < 0x3040) ||
                   rune == 0x30FB || rune >= 0xFFF0;
    return is_mark && rune < 0x10000 ? 0 : rune;
}

text ident_name_fold(arena *a, const ident_names *names, text name)
{
    text_builder out = text_builder_open(a);
    for (size_t at = 0; at < name.size_bytes;) {
        uint32_t rune = folded(names, text_next_rune(name, &at));
        if (rune) text_add_rune(&out, rune);
    }
    return text_built(&out);
}

/* lv and lu, nv and nu: the readings here have no dots, and whoever types may write either. */
static text without_v(arena *a, text t)
{
    char *bytes = arena_alloc(a, t.size_bytes + 1);
    for (size_t i = 0; i < t.size_bytes; i++) {
        if ((uint8_t)t.bytes[i] >= 0x80) return t;
        bytes[i] = t.bytes[i] == 'v' ? 'u' : t.bytes[i];
    }
    bytes[t.size_bytes] = '\0';
    return (text){ bytes, t.size_bytes };
}

text ident_name_query(arena *a, const ident_names *names, text typed)
{
    return without_v(a, ident_name_fold(a, names, typed));
}

/* ---- keys ---- */

enum { RUNES_MAX = 48, WAYS_MAX = 6, PERSON_RUNES = 4 };
typedef struct {
    arena *memory;
    const ident_names *names;
    uint32_t runes[RUNES_MAX];
    size_t rune_count;
    text *keys;
    size_t count, capacity;
} naming;

static text joined(arena *a, text x, text y)
{
    char *bytes = arena_alloc(a, x.size_bytes + y.size_bytes + 1);
    if (x.size_bytes) memcpy(bytes, x.bytes, x.size_bytes);
    if (y.size_bytes) memcpy(bytes + x.size_bytes, y.bytes, y.size_bytes);
    bytes[x.size_bytes + y.size_bytes] = '\0';
    return (text){ bytes, x.size_bytes + y.size_bytes };
}

/* From the name's first character on it is told by its first byte: who is called so comes before whose name has it
 * somewhere. */
static void add_key(naming *g, text key, bool is_whole)
{
    if (!key.size_bytes) return;
    key = without_v(g->memory, key);
    if (is_whole) key = joined(g->memory, TEXT(IDENT_NAME_WHOLE), key);
    ARENA_PUSH(g->memory, g->keys, g->count, g->capacity, key);
}

static text letter_of(uint32_t rune)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    const char *at = rune < 0x80 ? strchr(LETTERS, (int)rune) : NULL;
    return at ? (text){ at, 1 } : TEXT_NONE;
}

/* How the character is read, `way` by way; a letter is itself, and a character that nothing is known of is passed over. */
static bool read_as(const naming *g, uint32_t rune, size_t way, text *letters)
{
    if (!is_han(rune)) {
        *letters = letter_of(rune);
        return way == 0;
    }
    uint16_t id = way < READINGS_MAX ? g->names->reading[rune - HAN_FIRST][way] : 0;
    *letters = id ? g->names->syllable[id] : TEXT_NONE;
    return id || way == 0;
}

/* All ways to read the runes of [from, until): whole until `whole`, and by initials from there on. Several readings
 * count until there are enough ways. */
static size_t read_ways(const naming *g, size_t from, size_t whole, size_t until, text ways[WAYS_MAX])
{
    size_t count = 1;
    ways[0] = TEXT("");
    for (size_t i = from; i < until; i++) {
        text longer[WAYS_MAX], letters;
        size_t longer_count = 0;
        for (size_t way = 0; read_as(g, g->runes[i], way, &letters); way++) {
            if (way && longer_count + count > WAYS_MAX) break;
            if (i >= whole && letters.size_bytes) letters.size_bytes = 1;
            for (size_t k = 0; k < count; k++)
                longer[longer_count++] = joined(g->memory, ways[k], letters);
        }
        memcpy(ways, longer, longer_count * sizeof *ways);
        count = longer_count;
    }
    return count;
}

static void add_ways(naming *g, size_t from, size_t whole, size_t letters_min)
{
    text ways[WAYS_MAX];
    size_t count = read_ways(g, from, whole, g->rune_count, ways);
    for (size_t i = 0; i < count; i++)
        if (ways[i].size_bytes >= letters_min) add_key(g, ways[i], from == 0);
}

static size_t surname_runes(const naming *g)
{
    text all = text_of(IDENT_COMPOUND);
    if (g->rune_count < 3) return 1;
    for (size_t at = 0; at < all.size_bytes;) {
        uint32_t first = text_next_rune(all, &at), second = text_next_rune(all, &at);
        if (first == g->runes[0] && second == g->runes[1]) return 2;
    }
    return 1;
}

/* Of letters alone: from the beginning of each word on. */
static void add_words(naming *g, text name)
{
    bool was_letter = false;
    for (size_t at = 0, from = 0; at < name.size_bytes; from = at) {
        uint32_t rune = folded(g->names, text_next_rune(name, &at));
        if (rune && !was_letter) add_key(g, ident_name_fold(g->memory, g->names, text_sub(name, from, name.size_bytes)), !g->count);
        was_letter = rune != 0;
    }
}

static void add_han(naming *g, text whole)
{
    size_t at = 0, n = g->rune_count;
    for (size_t i = 0; i < n; i++) {
        add_key(g, text_sub(whole, at, whole.size_bytes), i == 0);
        text_next_rune(whole, &at);
    }
    size_t surname = surname_runes(g);
    add_ways(g, 0, n, 1);
    add_ways(g, 0, 0, 1);
    if (n > PERSON_RUNES) {
        for (size_t i = 1; i + 1 < n; i++) add_ways(g, i, i, 2);
        return;
    }
    add_ways(g, 0, surname, 1);
    if (n <= surname) return;
    add_ways(g, surname, n, 1);
    add_ways(g, surname, surname, 2);
}

static int compare_keys(const void *a, const void *b)
{
    return text_compare(*(const text *)a, *(const text *)b);
}

size_t ident_name_keys(arena *a, const ident_names *names, text name, text **keys)
{
    naming g = { .memory = a, .names = names };
    bool has_han = false;
    size_t kept = 0;
    text whole = ident_name_fold(a, names, name);
    for (size_t at = 0; at < whole.size_bytes && g.rune_count < RUNES_MAX;) {
        g.runes[g.rune_count] = text_next_rune(whole, &at);
        has_han |= g.runes[g.rune_count++] >= 0x80;
    }
    if (has_han) add_han(&g, whole);
    else add_words(&g, name);
    if (g.count) qsort(g.keys, g.count, sizeof *g.keys, compare_keys);
    for (size_t i = 0; i < g.count; i++)
        if (!i || !text_equal(g.keys[i], g.keys[kept - 1])) g.keys[kept++] = g.keys[i];
    *keys = g.keys;
    return kept;
}
