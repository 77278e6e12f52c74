/* One cell of a roll: read as its column wants it, put right where that is beyond doubt. */
#include <string.h>

#include "calendar/calendar.h"
#include "codec/codec.h"
#include "service/ledger.h"
#include "service/rolls.h"

static const struct {
    const char *code, *en, *zh;
} WHYS[] = {
    { "row", "another number of fields than the first row names, or a value a spreadsheet lost", "字段数与列名不符，或电子表格丢失了数值" },
    { "empty", "empty, and may not be", "必填项为空" },
    { "number", "not a citizen number: it has 18 places, or the old 15", "不是公民身份号码（18 位或旧 15 位）" },
    { "code", "not a unified social credit code", "不是统一社会信用代码" },
    { "name", "not a name: it has digits in it", "不是姓名：含有数字" },
    { "sex", "not a sex", "不是性别" },
    { "date", "not a day", "不是日期" },
    { "month", "not a month", "不是月份" },
    { "count", "not a whole number", "不是整数" },
    { "choice", "none of the words that can stand there", "不是可填的词" },
    { "ahead", "a day after the month the roll is of", "日期晚于名册所属月" },
    { "repeated", "stands above already", "前面已有同一人（单位）的行" },
    { "no_number", "no number; to be matched by name, birth day and place", "没有号码，须按姓名、出生日期、住址核对" },
    { "wrong_number", "the number cannot be right: its check character or its birthday does not fit", "号码有误：校验位或出生日期不对" },
    { "name_differs", "the number is registered under another name", "该号码登记的是另一个姓名" },
    { "birth_differs", "birth day or sex are not those of the number", "出生日期或性别与号码不符" },
    { "several", "several people are registered by this number", "该号码登记在几个人名下" },
    { "as_before", "decided so the month before", "沿用上月核定" },
    { "mended", "put right", "已更正" },
};

/* "date 死亡日期|day", "mended": a code, and which column, in both languages. */
text rolls_why_text(arena *a, const service_call *call, text why)
{
    size_t space = text_find(why, TEXT(" ")), bar = text_find(why, TEXT("|"));
    text code = space == SIZE_MAX ? why : text_sub(why, 0, space), which = TEXT("");
    if (space != SIZE_MAX && bar != SIZE_MAX)
        which = call->is_chinese ? text_sub(why, space + 1, bar) : text_sub(why, bar + 1, why.size_bytes);
    for (size_t i = 0; i < ARRAY_COUNT(WHYS); i++) {
        if (!text_equal_cstr(code, WHYS[i].code)) continue;
        const char *says = service_say(call, WHYS[i].en, WHYS[i].zh);
        if (!which.size_bytes) return text_of(says);
        return text_format(a, service_say(call, "%.*s: %s", "%.*s：%s"), TEXT_ARG(which), says);
    }
    return text_copy(a, why);
}

bool rolls_is_nobody(const roll_line *line)
{
    return line->state == ROLL_ABSENT && line->why.size_bytes && !text_equal_cstr(line->why, "mended");
}

/* Full width made narrow; blanks as they are. */
static text narrow(arena *a, text said)
{
    text_builder out = text_builder_open(a);
    for (size_t at = 0; at < said.size_bytes;) {
        uint32_t rune = text_next_rune(said, &at);
        if (rune >= 0xff01 && rune <= 0xff5e) rune -= 0xfee0;
        if (rune == 0x3000 || rune == 0xa0) rune = ' ';
        if (rune != 0xfeff && rune != 0x200b) text_add_rune(&out, rune);
    }
    return text_built(&out);
}

static text without(arena *a, text said, const char *dropped)
{
    text_builder out = text_builder_open(a);
    for (size_t i = 0; i < said.size_bytes; i++)
        if (!strchr(dropped, said.bytes[i]) || !said.bytes[i]) text_add_char(&out, said.bytes[i]);
    return text_built(&out);
}

static void read_number(arena *a, text said, rolls_cell *cell)
{
    ident_citizen citizen;
    char whole[IDENT_CODE_BYTES];
    enum { OLD_PLACES = 15, NO_CHECK_PLACES = 17 };
    if (said.size_bytes == OLD_PLACES && !ident_upgrade_citizen(said, whole).kind) said = text_copy(a, text_of(whole));
    err e = ident_check_citizen(said, &citizen);
    cell->says = citizen.id[0] ? text_copy(a, text_of(citizen.id)) : said;
    cell->birth_day = citizen.birth_day;
    cell->is_male = citizen.is_male;
    bool is_cut = said.size_bytes == NO_CHECK_PLACES && ident_citizen_check(said); /* the matching puts a lost check character back */
    if (!is_cut && (e.kind == &IDENT_WRONG_LENGTH || e.kind == &IDENT_BAD_CHARACTER)) cell->fault = "number";
    else cell->is_doubtful = e.kind != NULL;
}

static void read_code(arena *a, text said, rolls_cell *cell)
{
    ident_uscc uscc;
    if (ident_check_uscc(said, &uscc).kind) cell->fault = "code";
    cell->says = uscc.code[0] ? text_copy(a, text_of(uscc.code)) : said;
}

static void read_name(text said, rolls_cell *cell)
{
    for (size_t i = 0; i < said.size_bytes; i++)
        if (said.bytes[i] >= '0' && said.bytes[i] <= '9') cell->fault = "name";
}

static void read_sex(text said, rolls_cell *cell)
{
    static const char *const MALE[] = { "男", "男性", "male", "M", "1" }, *const FEMALE[] = { "女", "女性", "female", "F", "2" };
    cell->fault = "sex";
    for (size_t i = 0; i < ARRAY_COUNT(MALE); i++) {
        bool is_male = text_equal_cstr(said, MALE[i]);
        if (!is_male && !text_equal_cstr(said, FEMALE[i])) continue;
        cell->says = is_male ? TEXT("男") : TEXT("女");
        cell->fault = NULL;
    }
}

/* 甲|乙, or 甲=1|乙=2: the word itself, or the first that has the same number. */
static bool next_choice(text *rest, text *word, text *number)
{
    if (!rest->size_bytes) return false;
    size_t bar = text_find(*rest, TEXT("|"));
    text one = bar == SIZE_MAX ? *rest : text_sub(*rest, 0, bar);
    *rest = bar == SIZE_MAX ? TEXT_NONE : text_sub(*rest, bar + 1, rest->size_bytes);
    size_t sign = text_find(one, TEXT("="));
    *word = sign == SIZE_MAX ? one : text_sub(one, 0, sign);
    *number = sign == SIZE_MAX ? TEXT_NONE : text_sub(one, sign + 1, one.size_bytes);
    return true;
}

static void read_choice(const rolls_column *field, text said, rolls_cell *cell)
{
    text rest = field->choices, word, number, meant = TEXT_NONE;
    bool is_found = false;
    while (!is_found && next_choice(&rest, &word, &number)) {
        is_found = text_equal(said, word);
        meant = number;
        if (is_found) cell->says = word;
    }
    if (!is_found) cell->fault = "choice";
    rest = field->choices;
    while (is_found && meant.size_bytes && next_choice(&rest, &word, &number))
        if (text_equal(number, meant)) {
            cell->says = word;
            return;
        }
}

void rolls_cell_read(arena *a, const rolls_column *field, text said, rolls_cell *cell)
{
    int32_t when;
    int64_t number;
    text plain = text_trim(narrow(a, said));
    bool is_number = field->type == ROLLS_CITIZEN_NUMBER || field->type == ROLLS_USCC;
    if (plain.size_bytes && plain.bytes[0] == '\'') plain = text_sub(plain, 1, plain.size_bytes);
    if (is_number) plain = without(a, plain, " -'");
    if (field->type == ROLLS_NAME) plain = without(a, plain, " ");
    *cell = (rolls_cell){ .says = plain };
    if (!plain.size_bytes) {
        if (field->is_needed) cell->fault = "empty";
        return;
    }
    switch (field->type) {
    case ROLLS_CITIZEN_NUMBER: read_number(a, plain, cell); break;
    case ROLLS_USCC: read_code(a, plain, cell); break;
    case ROLLS_NAME: read_name(plain, cell); break;
    case ROLLS_SEX: read_sex(plain, cell); break;
    case ROLLS_DATE:
    case ROLLS_TERM:
        if (calendar_parse_day(plain, &when).kind) cell->fault = "date";
        else cell->says = service_day_text(a, when);
        break;
    case ROLLS_MONTH:
        if (calendar_parse_month(plain, &when).kind) cell->fault = "month";
        else cell->says = service_month_text(a, when);
        break;
    case ROLLS_COUNT:
        if (!codec_parse_scaled(plain, 0, &number) || number < 0) cell->fault = "count";
        break;
    case ROLLS_CHOICE: read_choice(field, plain, cell); break;
    case ROLLS_TEXT:
    case ROLLS_TYPE_COUNT: break;
    }
    cell->is_mended = !cell->fault && !text_equal(cell->says, text_trim(said));
}

static bool choice_value(const rolls_column *field, text says, int64_t *value)
{
    text rest = field->choices, word, number;
    for (int64_t place = 1; next_choice(&rest, &word, &number); place++) {
        if (!text_equal(word, says)) continue;
        *value = place;
        return !number.size_bytes || codec_parse_scaled(number, 0, value);
    }
    return false;
}

bool rolls_cell_value(const rolls_column *field, text says, int64_t *value)
{
    int32_t when;
    if (!says.size_bytes) return false;
    switch (field->type) {
    case ROLLS_DATE:
    case ROLLS_TERM:
        if (calendar_parse_day(says, &when).kind) return false;
        *value = when;
        return true;
    case ROLLS_MONTH:
        if (calendar_parse_month(says, &when).kind) return false;
        *value = when;
        return true;
    case ROLLS_COUNT: return codec_parse_scaled(says, 0, value);
    case ROLLS_CHOICE: return choice_value(field, says, value);
    default: return false;
    }
}
