/* The room's error kinds, and the source over memory. */
#include "codec/codec.h"

#include <string.h>

#define KIND(name, code, english, chinese) \
    const err_kind name = { "codec." code, ERR_BAD_INPUT, english, chinese }

KIND(CODEC_NOT_UTF8, "not_utf8", "These bytes are not UTF-8: {}.", "这里的字节不是 UTF-8: {}。");
KIND(CODEC_NOT_GB18030, "not_gb18030", "These bytes are neither UTF-8 nor GB18030: {}.",
     "这里的字节既不是 UTF-8 也不是 GB18030: {}。");
KIND(CODEC_NOT_IN_GB18030, "not_in_gb18030", "This cannot be written in GB18030: {}.",
     "这些内容无法写成 GB18030: {}。");
KIND(CODEC_ENCODING_UNKNOWN, "encoding_unknown",
     "Text in this encoding cannot be read or written here; use UTF-8 or GB18030.",
     "不能读写这种编码的文本，请用 UTF-8 或 GB18030。");
KIND(CODEC_HAS_NUL, "has_nul", "The text holds a NUL byte; is it a text file at all?",
     "文本中有空字节 (NUL)，这可能不是文本文件。");
KIND(CODEC_CSV_STRAY_QUOTE, "csv_stray_quote",
     "A quotation mark stands inside a field that does not begin with one: {}.",
     "字段不以引号开头，中间却有引号: {}。");
KIND(CODEC_CSV_AFTER_QUOTE, "csv_after_quote",
     "Behind a closing quotation mark only a separator or the line's end may stand: {}.",
     "右引号后面只能是分隔符或行尾: {}。");
KIND(CODEC_CSV_OPEN_QUOTE, "csv_open_quote", "This quotation mark is never closed.",
     "这个引号一直没有闭合。");
KIND(CODEC_CSV_BARE_CR, "csv_bare_cr",
     "A carriage return stands alone; lines end with LF or CRLF.",
     "有单独的回车符，行尾应为 LF 或 CRLF。");
KIND(CODEC_CSV_ROW_TOO_LONG, "csv_row_too_long",
     "The row is longer than {} bytes; is a quotation mark missing?",
     "这一行超过 {} 字节，是否缺了引号？");
KIND(CODEC_CSV_TOO_MANY_FIELDS, "csv_too_many_fields", "The row has more than {} fields.",
     "这一行超过 {} 个字段。");
KIND(CODEC_JSON_SYNTAX, "json_syntax", "This is not JSON: {}.", "这里不合 JSON 语法: {}。");
KIND(CODEC_JSON_END, "json_end", "The JSON text ends before it is complete.",
     "JSON 文本没有写完就结束了。");
KIND(CODEC_JSON_BAD_NUMBER, "json_bad_number", "This is not a number in JSON: {}.",
     "这不是 JSON 的数字写法: {}。");
KIND(CODEC_JSON_BAD_STRING, "json_bad_string",
     "The string holds a control character, an unknown escape or half a surrogate pair: {}.",
     "字符串中有控制字符、无法识别的转义或半个代理对: {}。");
KIND(CODEC_JSON_DUPLICATE_KEY, "json_duplicate_key", "The object has the key {} twice.",
     "同一个对象里出现了两次键 {}。");
KIND(CODEC_JSON_TOO_DEEP, "json_too_deep", "The JSON text is nested more than {} levels deep.",
     "JSON 嵌套超过 {} 层。");
KIND(CODEC_XML_SYNTAX, "xml_syntax", "This is not well-formed XML: {}.", "这里不合 XML 语法: {}。");
KIND(CODEC_XML_END, "xml_end", "The XML text ends before it is complete; it may be cut short.",
     "XML 文本没有写完就结束了，文件可能不完整。");
KIND(CODEC_XML_DTD, "xml_dtd",
     "The XML text brings a document type (DOCTYPE) with it, which is refused; leave it out.",
     "XML 文本带有文档类型声明 (DOCTYPE)，不予接受，请去掉。");
KIND(CODEC_XML_ENCODING, "xml_encoding", "XML must be in UTF-8, not in {}.",
     "XML 应为 UTF-8 编码，而不是 {}。");
KIND(CODEC_XML_TOO_DEEP, "xml_too_deep", "The XML text is nested more than {} levels deep.",
     "XML 嵌套超过 {} 层。");
KIND(CODEC_XML_TOO_LARGE, "xml_too_large", "Something in the XML text is too large: {}.",
     "XML 文本中有内容过大: {}。");
KIND(CODEC_XLSX_NOT_WORKBOOK, "xlsx_not_workbook",
     "This is not an Excel workbook (.xlsx): {}. Save it as .xlsx or CSV.",
     "这不是 Excel 工作簿 (.xlsx): {}。请另存为 .xlsx 或 CSV。");
KIND(CODEC_XLSX_OLD, "xlsx_old",
     "This is an old Excel file (.xls) or one with a password; save it as .xlsx without one.",
     "这是旧版 Excel 文件 (.xls) 或加了密码的文件，请另存为不带密码的 .xlsx。");
KIND(CODEC_XLSX_DAMAGED, "xlsx_damaged", "The workbook is damaged: {}. Save it again.",
     "工作簿已损坏: {}。请重新保存。");
KIND(CODEC_XLSX_NO_SHEET, "xlsx_no_sheet", "The workbook has no such sheet: '{}'.",
     "工作簿中没有这张工作表: '{}'。");
KIND(CODEC_XLSX_TOO_LARGE, "xlsx_too_large",
     "The workbook is too large: {}. Split it, or use CSV.",
     "工作簿太大: {}。请拆分，或改用 CSV。");
KIND(CODEC_XLSX_BAD_CELL, "xlsx_bad_cell", "This cell or row of the workbook cannot be read: {}.",
     "无法读取工作簿的单元格或行: {}。");
KIND(CODEC_XLSX_MERGED, "xlsx_merged",
     "The cells {} are merged, and only the first of them holds what is written; unmerge them and fill in each.",
     "单元格 {} 是合并的，只有第一格有内容；请取消合并，逐格填写。");
KIND(CODEC_XLSX_UNCOMPUTED, "xlsx_uncomputed",
     "The cell {} holds a formula whose result is not in the file; open it in a spreadsheet, let it compute, and save it.",
     "单元格 {} 是公式，文件中没有计算结果；请用电子表格打开，重新计算后保存。");
KIND(CODEC_JSON_TOO_LARGE, "json_too_large", "The JSON text is too large: {}.",
     "JSON 文本太大: {}。");

typedef struct {
    text left;
} text_cursor;

static err read_text(void *context, char *into, size_t size_max, size_t *size_bytes)
{
    text_cursor *c = context;
    size_t size = c->left.size_bytes < size_max ? c->left.size_bytes : size_max;
    if (size > 0) memcpy(into, c->left.bytes, size);
    c->left = text_sub(c->left, size, c->left.size_bytes);
    *size_bytes = size;
    return ERR_NONE;
}

codec_source codec_text_source(arena *a, text t)
{
    text_cursor *c = ARENA_NEW(a, text_cursor);
    c->left = t;
    return (codec_source){ .read = read_text, .context = c };
}
