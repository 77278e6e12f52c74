# noise.awk -v seed=N [-v level=PERCENT] people.csv ROLL.plain - the same lines as departments write them: names in other forms, written alike
# or cut, numbers with a wrong digit, two digits exchanged, fifteen digits, none; days in other forms. Between them honest
# others: a namesake born on the same day, a brother or sister of one birth, somebody of the same name without a number.
# Bytes alone: a character of a name has three. The tables are this file's own, not the program's.
BEGIN {
    FS = OFS = ","; srand(seed)
    if (level == "") level = 100
    pairs("张張 刘劉 陈陳 杨楊 赵趙 黄黃 吴吳 孙孫 马馬 罗羅 郑鄭 谢謝 韩韓 冯馮 邓鄧 萧蕭 苏蘇 卢盧 蒋蔣 贾賈 叶葉 钟鐘 谭譚 陆陸 伟偉 华華 军軍 丽麗 兰蘭 红紅 凤鳳 龙龍 国國 强強 爱愛 云雲 东東 荣榮 宝寶 义義 飞飛 贵貴 庆慶 维維 艳艷 杰傑", traditional)
    pairs("丽莉 芳方 伟玮 军君 敏民 静婧 杰洁 明名 华花 健建 红虹 英瑛 平萍 云芸 娟绢 志治 文纹 林琳 玉育 秀绣 涛滔 超操 刚钢 勇永 梅玫 燕艳 鹏朋 辉晖 波坡 宁柠 雪血 桂贵 兰蓝 凤风 春椿 海诲 山衫 新欣 成诚 俊骏 浩皓 宇雨 轩宣 涵函 子梓 梦孟 诗施 怡宜 佳家 欣新 雅亚 美镁 珍诊 霞暇", alike)
    split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ")
}
function pairs(list, into,   all, n, i) { n = split(list, all, " "); for (i = 1; i <= n; i++) into[substr(all[i], 1, 3)] = substr(all[i], 4, 3) }
function often(per_mille) { return rand() * 1000 < per_mille * level / 100 }
function whole(number,   sum, i) { sum = 0; for (i = 1; i <= 17; i++) sum += weight[i] * substr(number, i, 1); return substr(number, 1, 17) substr("10X98765432", sum % 11 + 1, 1) }
function other_digit(number, at) { return substr(number, 1, at - 1) ((substr(number, at, 1) + 1 + int(rand() * 9)) % 10) substr(number, at + 1) }
function exchanged(number,   at) {
    for (at = 7 + int(rand() * 10); at > 1 && substr(number, at, 1) == substr(number, at + 1, 1); at--) ;
    return substr(number, 1, at - 1) substr(number, at + 1, 1) substr(number, at, 1) substr(number, at + 2)
}
# Each character, or from the second on, by a table; as it was where none of them is in it.
function by_table(name, table, from,   i, c, out) {
    out = substr(name, 1, from - 1)
    for (i = from; i <= length(name); i += 3) { c = substr(name, i, 3); out = out (c in table ? table[c] : c) }
    return out
}
# A sound number of somebody else of this birthday and sex, who is nobody of the office.
function neighbour(number,   order) {
    do { order = (substr(number, 15, 3) + 500 + 2 * int(rand() * 50)) % 1000; order = whole(substr(number, 1, 14) sprintf("%03d", order)) } while (order in known)
    known[order]
    return order
}
function written(day,   d) { split(day, d, "-"); return rand() < 0.5 ? d[1] "年" (d[2] + 0) "月" (d[3] + 0) "日" : d[1] "/" (d[2] + 0) "/" (d[3] + 0) }
FILENAME == ARGV[1] { known[$3]; villages[++village_count] = $10; next }
{
    name = $1; number = $2; plain_number = $2
    sub(/,$/, "")
    rest = substr($0, length($1) + length($2) + 2)
    if (often(20)) name = by_table(name, traditional, 1)
    if (often(15)) name = by_table(name, alike, 4)
    if (often(3) && length(name) > 6) name = substr(name, 1, length(name) - 3)
    if (often(15)) name = substr(name, 1, 3) (rand() < 0.5 ? " " : "　") substr(name, 4)
    if (often(6)) number = ""
    else if (often(15)) number = other_digit(number, 1 + int(rand() * 17))
    else if (often(8)) number = exchanged(number)
    else if (substr(number, 7, 2) == 19 && often(10)) number = substr(number, 1, 6) substr(number, 9, 9)
    else if (often(5)) number = substr(number, 1, 17)
    else if (often(10)) number = "'" number
    if (match(rest, /[0-9]+-[0-9]+-[0-9]+/) && often(50)) rest = substr(rest, 1, RSTART - 1) written(substr(rest, RSTART, RLENGTH)) substr(rest, RSTART + RLENGTH)
    # Who moved is at another place by the roll.
    if (match(rest, /,590121[0-9]+/) && often(50)) rest = substr(rest, 1, RSTART - 1) "," villages[1 + int(rand() * village_count)] substr(rest, RSTART + RLENGTH)
    print name, number rest
    # Others, who are nobody of the office: a namesake of one birthday, a brother or sister of one birth, a namesake without a number.
    if (often(6)) print $1, neighbour(plain_number) rest
    if (often(4) && length($1) > 6) print substr($1, 1, 6) "霖", neighbour(plain_number) rest
    if (often(2) && ARGV[2] !~ /population/) print $1, "" rest
}
