#!/usr/bin/env bats
# What is handed to people as a file: PDF, workbook, table or page, by the ending of its name. The office is the last of tests/data/stores.
load support
load office

setup_file() {
    cd "$BATS_FILE_TMPDIR"
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    export DOUDI_HOME=$tree LC_ALL=C.UTF-8
    tar -xzf "$(ls "$tree"/tests/data/stores/*.tar.gz | tail -n 1)" --strip-components=1
    "$program" verify --county county.db >/dev/null
    # The table of duties of that time knows nothing of exporting: the office takes today's, by three people.
    as rita "user table" "$tree/packs/duties" >/dev/null
    as lea "user approve" 1 >/dev/null
    as audrey "user confirm" 1 >/dev/null
}

# as LOGIN COMMAND ...: with the password the office's folder holds.
as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=pw-$login "$program" $words "$@" --as "$login" --county county.db
}

setup() { enter_office; }
show() { "$program" "$@" --county county.db; }
words() { pdftotext -layout "$1" -; }

@test "a statement is a PDF, a workbook, a table or a page, as its name ends; another ending is refused [E14]" {
    for end in pdf xlsx csv html; do
        show ledger statement 02 --fund 企业养老 --month 2026-11 --lang zh --out "s.$end" >/dev/null
    done
    [ "$(head -c 5 s.pdf)" = "%PDF-" ]
    [ "$(head -c 2 s.xlsx)" = "PK" ]
    [ "$(sed -n 1p s.csv)" = "行次,项目,本月数,本年累计数" ]
    grep -q '^31,社会保险待遇支出,10530.90,10530.90' s.csv
    grep -q '<table' s.html
    run words s.pdf
    [[ $output == *"会社保02表"*"企业职工基本养老保险基金"*"单位：元"*"社会保险待遇支出"*"10530.90"*"10530.90"*"第 1 页，共 1 页"* ]]
    # Right edges stand under each other, whatever the digits before the point.
    [ "$(words s.pdf | grep -E '[0-9]\.[0-9]{2}$' | awk '{ print length($0) - gsub(/[^ -~]/, "") }' | sort -u | wc -l)" -le 9 ]
    # The workbook holds numbers, not texts.
    unzip -p s.xlsx xl/worksheets/sheet1.xml | grep -q '<v>10530.90</v>'
    refused 2 service.unknown_ending "may be .pdf, .xlsx, .csv, .html" "可以是 .pdf, .xlsx, .csv, .html" \
        "$program" ledger statement 02 --fund 企业养老 --county county.db --out s.doc
    refused 2 service.unknown_ending "s.PDF.txt" "结尾" "$program" ledger bulletin --month 2026-11 --county county.db --out s.PDF.txt
    [ ! -e s.doc ]
}

@test "the bulletin for the public as PDF says the same as on the screen [E13]" {
    show ledger bulletin --month 2026-11 --lang zh --out b.pdf >screen
    show ledger bulletin --month 2026-11 --lang zh --out again.pdf >/dev/null
    # The same day, the same bytes; midnight may lie between.
    [ "$(wc -c <b.pdf)" -eq "$(wc -c <again.pdf)" ]
    words b.pdf >printed
    for figure in $(grep -oE '[0-9]+\.[0-9]{2}' screen | sort -u); do grep -qF "$figure" printed; done
    grep -q '可支付月数未列示' printed
    show ledger bulletin --month 2026-11 --lang en --out b.pdf >/dev/null
    words b.pdf | grep -q 'page 1 of 1'
}

@test "the letter of a decision tells why, and is known again by its code [C1]" {
    person=$(sed -n 's/^award.retirement,\([0-9]*\),.*/\1/p' expected/awards.csv)
    show person explain "$person" --lang zh --out letter.pdf >/dev/null
    words letter.pdf >printed
    grep -q '社会保险待遇计算说明' printed
    grep -q '王到龄 .*590121\*\*\*\*\*\*\*\*\*\*' printed
    grep -qE '基础养老金 +2452.30 +2452.30' printed
    grep -q '〔国发〔2005〕38号 第六条' printed
    code=$(tr -d ' \n' <printed | grep -oE 'DD1-[0-9]+-[0-9]+-[0-9a-f]{32}' | head -n 1)
    run show person letter "$code" --lang zh
    [[ $status -eq 0 && $output == *"真实有效: 是"*"王到龄"*"basic "*"2452.30"* ]]
    refused 4 letter.unfit "was altered" "已被改动" "$program" person letter "${code%????????}00000000" --county county.db
    refused 2 letter.bad_code "no code of a letter" "不是文书核验码" "$program" person letter DD1-x --county county.db
}

@test "a list of the office, and the list of a run that is signed, are printed as pages [M4]" {
    as clara "county export" --what persons --out people.pdf --lang zh >/dev/null
    words people.pdf >printed
    grep -q '证件号码' printed
    grep -q '王到龄 .*590121\*\*\*\*\*\*\*\*\*\*' printed
    as clara "county export" --what benefits --out benefits.html --lang zh >/dev/null
    grep -q '<td class="n"><*3279.50' benefits.html
    show payrun lines 1 --out run.pdf --lang zh >/dev/null
    words run.pdf >printed
    for figure in 3279.50 2841.07 4410.33 10530.90; do grep -qF "$figure" printed; done
    digest=$(show payrun lines 1 --out run.csv --json | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p')
    [ ${#digest} -eq 64 ]
    grep -qF "${digest:0:16}" printed
    refused 2 service.unknown_ending ".csv, .xlsx, .pdf, .html" "结尾" "$program" county export --what persons --out people.txt --county county.db
}
