#!/usr/bin/env bats
# doudi roll: a department's roll of a month is taken, refused or mended; no line is lost, and who is late is told by name.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
receive() { run as clara "roll receive" "$@" --lang en; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk hana=head
    as clara "county export" --what persons --out people.csv --reveal >/dev/null
    # Numbers that are nobody's by their check digit are left out: 300 people in October, five others in November.
    as clara "county export" --what employers --out employers.csv >/dev/null
    awk -F, 'NR > 1 && $3 ~ /^[0-9]*[0-9X]$/ && length($3) == 18 { print $2 "," $3 }' people.csv >all.csv
    { echo 姓名,身份证号,类别; sed 's/$/,低保对象/' all.csv; } >try.csv
    as clara "roll receive" civil.hardship try.csv --month 2026-11 --dry-run --rejects bad.csv >/dev/null 2>&1 || true
    grep -vFf <(grep -oE '[0-9]{17}[0-9X]' bad.csv) all.csv | head -400 >good.csv
}

# How many rolls the table has contracts of.
contracts=$(tail -n +2 "$BATS_TEST_DIRNAME/../../packs/ledger/rolls.csv" | cut -d, -f1 | sort -u | wc -l)

setup() {
    enter_office
}

# made FROM UNTIL WORD: a roll of these people.
made() { echo 姓名,身份证号,类别; sed -n "$1,$2s/\$/,$3/p" good.csv; }

@test "[M1] a roll is linked line by line, the same again changes nothing, in another encoding too" {
    made 1 300 低保对象 >roll.csv
    receive civil.hardship roll.csv --month 2026-10 --dry-run
    [[ $status -eq 0 && $output == *"nothing was written"* && $(field linked) = 300 ]]
    run show roll list
    [[ $(field 'never received') = $contracts ]]
    receive civil.hardship roll.csv --month 2026-10
    [[ $status -eq 0 && $(field state) = received && $(field lines) = 300 && $(field linked) = 300 && $(field rejected) = 0 ]]
    iconv -f UTF-8 -t GB18030 roll.csv >roll-gb.csv
    receive civil.hardship roll-gb.csv --month 2026-10
    [[ $status -eq 0 && $(field state) = *"nothing changed"* && $(field receipt) = 1 ]]
    run show roll show 1 --out lines.csv
    [[ $status -eq 0 && $(field linked) = 300 ]]
    [ "$(wc -l <lines.csv)" -eq 301 ]
    # Numbers are seen with stars, and stand nowhere in the store as they are.
    ! grep -qE '[0-9]{17}[0-9X]' lines.csv
    number=$(sed -n '1s/.*,//p' good.csv)
    ! grep -aq "$number" county.db
    run show verify
    [ "$status" -eq 0 ]
}

@test "[M1] one line in a hundred broken: each is rejected, to be reviewed or mended, with its place and why, and the counts add up" {
    made 1 300 低保对象 | awk -F, 'BEGIN { OFS = "," }
        NR == 12 { $2 = substr($2, 1, 10) }
        NR == 22 { $3 = "别的" }
        NR == 32 { $1 = "" }
        NR == 42 { print $1, $2; next }
        NR == 52 { $2 = substr($2, 1, 17) (substr($2, 18) == "0" ? "1" : "0") }
        NR == 62 { $1 = "王五五" }
        NR == 72 { $2 = "" }
        NR == 82 { $2 = "11010519491231002X" }
        NR == 92 { $2 = above }
        NR == 102 { $2 = " " $2 " "; $1 = substr($1, 1, 3) "　" substr($1, 4) }
        { above = $2; print }' >roll.csv
    receive civil.hardship roll.csv --month 2026-11 --rejects back.csv
    [[ $status -eq 0 && $(field state) = received ]]
    [ $(($(field linked) + $(field 'not registered here') + $(field 'to be reviewed') + $(field rejected))) -eq 300 ]
    [[ $(field rejected) = 5 && $(field 'to be reviewed') = 3 && $(field 'not registered here') = 1 && $(field linked) = 291 ]]
    [[ $(field 'put right by the way') = 1 ]]
    for line in 12 22 32 42 52 62 72 92; do grep -q "^$line," back.csv; done
    [ "$(wc -l <back.csv)" -eq 9 ]
    grep -q '^12,rejected,.*18 places' back.csv
    grep -q '^22,rejected,group' back.csv
    grep -q '^42,rejected,.*another number of fields' back.csv
    grep -q '^52,to be reviewed,.*check character' back.csv
    grep -q '^62,to be reviewed,.*another name' back.csv
    grep -q '^92,rejected,stands above' back.csv
    run "$program" roll show 1 --state rejected --county county.db --lang zh
    [[ $output == *退回* && $output == *前面已有* ]]
}

@test "[M1] shifted or exchanged columns, a column twice or missing, another encoding and a month ahead are refused whole" {
    made 1 300 低保对象 | awk -F, 'BEGIN { OFS = "," } NR > 1 { print $2, $1, $3; next } { print }' >swapped.csv
    receive civil.hardship swapped.csv --month 2026-11
    [[ $status -eq 1 && $(field state) = refused* && $(field rejected) = 300 && $output == *"shifted or exchanged"* ]]
    made 1 300 低保对象 | sed '1s/.*/姓名,身份证号,类别,公民身份号码/; 2,$s/$/,1/' >twice.csv
    receive civil.hardship twice.csv --month 2026-11
    [[ $status -eq 2 && $output == *twice* ]]
    made 1 300 低保对象 | cut -d, -f1,3 >missing.csv
    refused 2 rolls.no_column "no column number (it has: 姓名, 类别)" "缺少列 身份证号（现有：姓名、类别）" as clara "roll receive" civil.hardship missing.csv --month 2026-11
    printf '\xa9\x6d\xa6\x57\x2c\xa8\xad\xa5\xf7\xc3\xd2\xb8\xb9\n\xff\xfe\xff,1\n' >big5.csv
    receive civil.hardship big5.csv --month 2026-11
    [ "$status" -eq 2 ]
    echo 姓名,身份证号,类别 >none.csv
    receive civil.hardship none.csv --month 2026-11
    [[ $status -eq 1 && $(field state) = refused* ]]
    made 1 10 低保对象 >ahead.csv
    refused 2 rolls.ahead "2199-01 has not begun" "2199-01 尚未开始" as clara "roll receive" civil.hardship ahead.csv --month 2199-01
    refused 3 rolls.no_roll police.deaths "没有名册 civil.none" as clara "roll receive" civil.none ahead.csv --month 2026-11
    cp -r "$tree/packs" other
    sed -i 's/^police.deaths,死亡注销,Deaths struck off,公安,Public security,person,10,/police.deaths,死亡注销,Deaths struck off,公安,Public security,person,31,/' other/ledger/rolls.csv
    refused 2 rolls.bad_table "cannot be: police.deaths" "规定有误：police.deaths" "$program" roll list --packs other --county county.db
    run as hana "roll receive" civil.hardship ahead.csv --month 2026-11
    [ "$status" -eq 5 ]
    run show roll list
    [[ $(field 'never received') = $contracts ]]
}

@test "[B6] a month's roll is held against the month before: who came, who went, of whom something else is said" {
    made 1 300 低保对象 >october.csv
    { made 6 300 低保对象 | sed '10,19s/低保对象/特困人员/'; sed -n '301,307s/$/,低保对象/p' good.csv; } >november.csv
    as clara "roll receive" civil.hardship october.csv --month 2026-10 >/dev/null
    receive civil.hardship november.csv --month 2026-11
    [[ $status -eq 0 && $(field 'held against') = 2026-10 && $(field added) = 7 && $(field removed) = 5 && $(field changed) = 10 ]]
    run show roll differences 2 --out differences.csv
    [[ $status -eq 0 && $(field added) = 7 && $(field removed) = 5 && $(field changed) = 10 ]]
    [ "$(grep -c '^changed,.*group 低保对象,group 特困人员' differences.csv)" -eq 10 ]
    first=$(sed -n '1s/,.*//p' good.csv)
    grep -q "^removed,.*,$first," differences.csv
}

@test "[M1] who hands in by which day is a contract: departments that are late are told by name" {
    made 1 30 低保对象 >roll.csv
    as clara "roll receive" civil.hardship roll.csv --month 2026-10 >/dev/null
    # Of a month the roll is due on the 10th of it: on the 10th October's is enough, on the 11th it is late.
    run show roll list --on 2026-11-10 --json
    [[ $(tr -d ' \n' <<<"$output") == *'"fresh":1,"late":0,"never":'$((contracts - 1))* ]]
    run show roll list --on 2026-11-11
    [[ $(field late) = 1 && $output == *"Civil affairs"*"Cremations; Minimum living and destitute"* ]]
    run show roll list --roll civil.hardship
    [[ $output == *"roll.civil.hardship.group"* && $output == *"2026-10"* ]]
    refused 3 roll.no_receipt "no receipt 9" "没有编号为 9" "$program" roll show 9 --county county.db
}

@test "[M1] employers are found by their code" {
    code=$(cut -d, -f3 employers.csv | sed -n 2p)
    printf '统一社会信用代码,单位名称,计税人数\n%s,甲,12\n91350100M000100Y43,乙,3\n' "$(tr A-Z a-z <<<"$code")" >tax.csv
    receive tax.payers tax.csv --month 2026-11 --dry-run
    [[ $(field linked) = 1 && $(field 'not registered here') = 1 && $(field lines) = 2 ]]
    sed -i 's/Y43/Y44/' tax.csv
    receive tax.payers tax.csv --month 2026-11 --rejects back.csv
    [[ $status -eq 1 && $(field rejected) = 1 ]]
    grep -q '^3,rejected,code: not a unified social credit code' back.csv
}

@test "[M1 M2] a workbook is received as its CSV is: the same lines, the same digest, columns that are not agreed are passed over" {
    as clara "county export" --what persons --out all.csv --reveal --lang zh >/dev/null
    as clara "county export" --what persons --out all.xlsx --reveal --lang zh >/dev/null
    [ "$(head -c 2 all.xlsx)" = PK ]
    receive police.population all.xlsx --month 2026-11
    [[ $status -eq 0 && $(field lines) = 3000 && $output == *手机号码* ]]
    [ $(($(field linked) + $(field 'not registered here') + $(field 'to be reviewed') + $(field rejected))) -eq 3000 ]
    linked=$(field linked)
    receive police.population all.csv --month 2026-11
    [[ $status -eq 0 && $(field state) = *"nothing changed"* && $(field linked) = "$linked" ]]
    run show roll list --roll police.population
    [[ $output == *all.xlsx* ]]
    # A workbook cut short is refused, and nothing is written.
    head -c 20000 all.xlsx >cut.xlsx
    receive police.population cut.xlsx --month 2026-10
    [ "$status" -eq 2 ]
    run show roll list --roll police.population
    [[ $output != *cut.xlsx* ]]
}
