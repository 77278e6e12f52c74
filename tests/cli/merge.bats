#!/usr/bin/env bats
# doudi person merge, split: two records of one person made one by three people, and made two again.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
id_of() { "$program" person show "$1" --county county.db --json 2>/dev/null | sed -n 's/^ *"id": \([0-9]*\),.*/\1/p' | head -n 1; }
balance() { show ledger person "$1" --fund employee_pension | sed -n 's/^balance: //p'; }
merge() { as clara "person merge $1 $2" "${@:3}" >/dev/null && as rob "person review $2" >/dev/null && as lea "person approve $2" --lang en; }
split() { as clara "person split $1" >/dev/null && as rob "person review $1" >/dev/null && as lea "person approve $1" >/dev/null; }
# bars GIVEN: the codes of what stands against giving the record up.
bars() { show person merge "${2:-$kept}" "$1" --dry-run --json | sed -n 's/^ *"code": "\(person[^"]*\)",*/\1/p' | sort -u | paste -sd' '; }
rows() { local what=$1; shift; printf '%s\n' "$@" >rows.csv; as clara "county import" rows.csv --what "$what" >/dev/null; }
employer=91590121671712535W

# Six people by hand: 王小明 twice, with years of work that overlap; two on the employer's bill, one of them paid; two flexible workers.
setup_file() {
    OFFICE_MONTH=2026-12 make_office rita=rights-manager lea=leader audrey=auditor pat=parameter-keeper clara=clerk rob=reviewer amy=accountant carl=cashier kate=account-keeper
    rows persons 姓名,证件号码,性别,出生日期,手机号码 王小明,110105199003070033,男,1990-03-07,13900001234 王晓明,110105199003080039,男,1990-03-08, \
        李工,110105199003070113,男,1990-03-07, 周灵,110105199101010018,男,1991-01-01, 王小明,110105196001010017,男,1960-01-01,
    rows enrolments 证件号码,险种,参保身份,单位,申报工资,起始日,截止日 \
        110105199003070033,employee_pension,employee,$employer,4500,2020-01-01,2024-01-01 \
        110105199003080039,employee_pension,employee,,5000,2023-01-01,2025-01-01 \
        110105199003080039,employee_medical,employee,$employer,5000,2023-01-01,2025-01-01 \
        110105199003070113,employee_pension,employee,$employer,5000,2026-12-01, \
        110105199101010018,employee_pension,flexible,,5000,2026-12-01,
    rows attributes 证件号码,项目,内容 110105199101010018,flexible.ratio,100% 110105199101010018,flexible.frequency,按月
    rows spells 证件号码,险种,缴费类别,单位,缴费基数,起始月,截止月 110105199003070033,employee_pension,paid,$employer,4500,2020-01,2024-01 \
        110105199003080039,employee_pension,paid,,5000,2023-01,2025-01
    as clara "month open" --month 2026-12 >/dev/null
    as clara "month bill" --month 2026-12 >/dev/null
}

setup() {
    enter_office
    kept=$(id_of 110105199003070033) given=$(id_of 110105199003080039)
    worker=$(id_of 110105199003070113) flexible=$(id_of 110105199101010018)
}

@test "two records side by side: what comes along, and what both speak of is chosen, never taken silently [A10]" {
    run show person merge "$kept" "$given" --dry-run
    [ "$status" -eq 1 ]
    [[ $output == *"1 "*name*王小明*王晓明*"to be chosen"* ]]
    [[ $output == *"3 "*birthday*1990-03-07*1990-03-08*"to be chosen"* ]]
    [[ $output == *telephone*"stays"* && $output == *sex*"the same in both"* ]]
    [[ $output == *"4 "*"4500.00 [2020-01-01, 2024-01-01)"*"5000.00 [2023-01-01, 2025-01-01)"*"both may stand"* ]]
    [[ $output == *"medical"*"comes along"* ]]
    refused 2 person.merge_undecided "1, 2, 3, 4, 5" "第 1, 2, 3, 4, 5 项" as clara "person merge $kept $given"
    refused 2 person.merge_undecided "3, 5" "第 3, 5 项" as clara "person merge $kept $given" --keep 1,2 --take 4
    refused 2 person.merge_bad_label "7=keep" "7=keep" as clara "person merge $kept $given" --keep 1,7
    refused 2 person.merge_bad_label "--take 1" "--take 1" as clara "person merge $kept $given" --keep 1 --take 1
    refused 2 person.merge_bad_label "1=both" "1=both" as clara "person merge $kept $given" --both 1
    refused 4 person.merge_against_number "born on 1990-03-07, not 1990-03-08" "出生日期应为 1990-03-07" as clara "person merge $kept $given" --keep 1,2,4,5 --take 3
    refused 2 person.merge_same "$kept" "$kept" as clara "person merge $kept 110105199003070033"
    run show person merges
    [[ $output == *none* ]]
}

@test "three people make two records one; who asks for the one given up is told; what was known before shows two; a split restores [A10] [F10]" {
    show person show "$kept" >kept.was
    show person show "$given" >given.was
    run as clara "person merge $kept $given" --keep 1,4 --take 2,3 --both 5 --why 一人两号 --lang en
    [[ $status -eq 0 && $output == *"waits, for record.review"* ]]
    run as clara "person merge $kept $given" --keep 1,4 --take 2,3 --both 5 --why 一人两号 --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    # Nobody signs twice, and not in another order.
    refused 5 duty.not_held "record.review" "record.review" as clara "person review $given"
    refused 4 person.merge_none_waits "$given" "$given" as lea "person approve $given"
    as rob "person review $given" >/dev/null
    run as lea todo --lang en
    [[ $output == *"merges and splits of records to approve"* ]]
    run as lea "person approve $given" --lang en
    [[ $status -eq 0 && $output == *"state: done"* ]]
    run as lea "person approve $given" --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    run as clara "person merge $kept $given" --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    for who in "$given" 110105199003080039 王晓明; do
        run show person show "$who" --on 2023-06-01
        [[ $output == *"record $given was merged into $kept"* && $output == *"$kept, on 2023-06-01"* ]]
    done
    # By hand: 48 months of the one; 24 of the other besides, each with its own employer.
    [[ $output == *"1990-03-08"*"48 months; base 4500.00"* && $output == *"24 months; base 5000.00  [2023-01, 2025-01)"* ]]
    [[ $output == *"declared 4500.00"* && $output == *"medical"* && $output == *"record $given was merged into this one"* ]]
    for who in 王晓明 110105199003080039 "$given"; do
        run show person find "$who"
        [[ $output == "$kept  王小明"*"(record $given was merged into it)"* ]]
    done
    # The list of before would make the two one by overwriting: its row is refused, and says why.
    printf '姓名,证件号码\n王晓明,110105199003080039\n' >old.csv
    run as clara "county import" old.csv --what persons --lang en
    [[ $status -eq 1 && $output == *import.renames*王小明* ]]
    # What a department tells by the old number is told of the person.
    rows attributes 证件号码,项目,内容 110105199003080039,person.category,男职工
    run show person show "$kept"
    [[ $output == *"male employee"* ]]
    # The pension of the one until 2024, as chosen, then what is beside it of the other.
    run show person show "$kept" --on 2024-06-01
    [[ $output == *"declared 5000.00  [2024-01-01, 2025-01-01)"* ]]
    run show person history "$given"
    [[ $output == *"id $kept"*"registry.merged"*"merged into it: id $given"*"registry.merged_into"*"merged into $kept"* ]]
    show verify
    refused 4 person.merge_merged "$given" "$given" as clara "person merge $worker $given"
    refused 4 person.merge_merged "$given" "$given" as clara "person merge $given $worker"
    refused 4 person.merge_none_waits "$worker" "$worker" as rob "person review $worker"
    refused 4 registry.not_merged "" "" as clara "person split $worker"
    split "$given"
    diff <(show person show "$kept" | grep -v "male employee") kept.was
    diff <(show person show "$given") given.was
    show verify
    run show person merges --state all
    [[ $output == *"split  $kept"*done* ]]
    # A merge that no three people signed is found.
    merge "$kept" "$given" --keep 1,2,3,4,5 >/dev/null
    show verify
}

@test "as the office knew it before the merge there are two; the history of either shows both [D3] [A10]" {
    sleep 1.1
    before=$(TZ=Asia/Shanghai date +%Y-%m-%dT%H:%M:%S)
    sleep 1.1
    merge "$kept" "$given" --keep 1,2,3,4,5 >/dev/null
    run show person show "$given" --known "$before"
    [[ $status -eq 0 && $output == *"$given, on "*"王晓明"*"24 months"* && $output != *"merged into"* ]]
    run show person show "$kept" --known "$before"
    [[ $output != *"merged into"* ]]
    [ "$(show person history "$given" 2>/dev/null)" = "$(show person history "$kept" 2>/dev/null)" ]
}

@test "what stands in an individual account goes over by memorandum, the control total stays, and bills follow the person [B4]" {
    total() { show ledger register --fund employee_pension | sed -n 's/^control total: //p'; }
    as carl "month receive" --month 2026-12 --simulate 0 >/dev/null
    # 5,000.00 × 8 %: the own share of November.
    [ "$(balance "$worker")" = 400.00 ]
    had=$(total)
    run merge "$kept" "$worker" --keep 1,2
    [[ $status -eq 0 && $output == *"Employee pension fund"*"0.00"*"400.00"*"400.00"* ]]
    [[ $(balance "$kept") = 400.00 && $(balance "$worker") = 0.00 && $(total) = "$had" ]]
    run show ledger person "$worker" --fund employee_pension
    [[ $output == *"account stands with record $kept"*"Moved between records of one person"* ]]
    # The bill of the month has the person under the number given up: nothing is owed twice, nothing taken off.
    run as clara "month correct" --month 2026-12 --of 2026-12 --dry-run --lang en
    [[ $status -eq 0 && $output == *"everything is as it was billed"* ]]
    run show person contributions "$worker"
    [[ $output == *"$kept 王小明"*"own share in all, yuan: 400.00"* ]]
    show verify
    # Split, everything is where it was; split again, nothing changes; again one, and the month taken off again, the account no longer holds what came.
    split "$worker"
    [[ $(balance "$kept") = 0.00 && $(balance "$worker") = 400.00 && $(total) = "$had" ]]
    run as clara "person split $worker" --lang en
    [[ $status -eq 0 && $output == *"nothing changed"* ]]
    merge "$kept" "$worker" --keep 1,2 >/dev/null
    rows enrolments 个人编号,险种,参保身份,单位,申报工资,起始日,截止日 "$kept,employee_pension,ended,$employer,,2026-12-01,"
    as clara "month correct" --month 2026-12 --of 2026-12 >/dev/null
    [ "$(balance "$kept")" = 0.00 ]
    refused 4 person.merge_spent "holds less" "少于合并时并入的金额" as clara "person split $worker"
    show verify
}

@test "two who give up each other: the second is refused, whoever was first; a chain is undone from its end [A10]" {
    as clara "person merge $kept $given" --keep 1,2,3,4,5 >/dev/null
    as clara "person merge $given $kept" --keep 1,2,3,4,5 >/dev/null
    as rob "person review $kept" >/dev/null
    as rob "person review $given" >/dev/null
    as lea "person approve $given" >/dev/null
    refused 4 person.merge_merged "$given" "$given" as lea "person approve $kept"
    as rob "person refuse $kept" >/dev/null
    third=$(id_of 110105196001010017)
    merge "$third" "$kept" --keep 1,2 >/dev/null
    run show person show "$given"
    [[ $output == *"record $given was merged into $third"*"$third, on"* ]]
    refused 4 registry.merged "" "" as clara "person split $given"
    split "$kept"
    split "$given"
    show verify
}

@test "a year's interest comes out as if all had always stood in one account [B4]" {
    interest() { as amy "ledger interest" --year 2026 --fund employee_pension --dry-run --list "$1" >/dev/null; }
    earned() { awk -F, -v who="$2" '$2 == who { print $5 }' "$1"; }
    as carl "month receive" --month 2026-12 --simulate 0 >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
    read -r one other < <(grep -E ',employee_pension,employee,' enrolments.csv | cut -d, -f1 | sed -n '3p;40p' | paste -sd' ')
    interest two.csv
    labels=$(show person merge "$one" "$other" --dry-run --json | sed -n 's/^ *"choice": "\([0-9][0-9]*\)",*/\1/p' | sort -nu | paste -sd,)
    merge "$one" "$other" --keep "$labels" >/dev/null
    interest one.csv
    [ -z "$(earned one.csv "$other")" ]
    # Each is rounded to the fen, so one fen may differ.
    awk "BEGIN { d = $(earned one.csv "$one") - $(earned two.csv "$one") - $(earned two.csv "$other"); exit !(d < 0.011 && d > -0.011) }"
    split "$other"
    interest again.csv
    diff two.csv again.csv
}

@test "each thing that would be lost or paid twice bars the way, with what to do [A10]" {
    [[ $(bars "$worker") == *person.merge_unpaid* ]]
    [[ $(bars "$flexible") == *person.merge_owes* ]]
    refused 4 person.merge_owes "owes 1" "尚欠 1" as clara "person merge $given $flexible" --keep 1,2,3
    as carl "month receive" --month 2026-12 --simulate 0 >/dev/null
    [ -z "$(bars "$worker" | sed 's/person.merge_undecided//')" ]
    printf '缴费人,金额,日期,凭证号\n110105199101010018,100.00,2026-12-20,R-9\n' >receipts.csv
    as carl "month receive" --month 2026-12 --file receipts.csv >/dev/null
    refused 4 person.merge_credit "100.00 yuan stand to the credit" "留存 100.00 元" as clara "person merge $given $flexible" --keep 1,2,3
    as clara "dues refund" 110105199101010018 >/dev/null
    [[ $(bars "$flexible") == *person.merge_oneoff* ]]
    # A dependant of the record, a case, an account that waits.
    rows attributes 个人编号,项目,内容 "$worker,供养人编号,$given"
    [[ $(bars "$given") == *person.merge_dependant* ]]
    as clara "case open 职工参保登记 $given" >/dev/null
    as kate "account enter $given" --number 6217000000000000123 >/dev/null
    [[ $(bars "$given") == *person.merge_account*person.merge_case* ]]
    # Two pensioners: neither is given up while they draw; one of them is in a run on its way.
    as clara "county export" --what benefits --out benefits.csv >/dev/null
    read -r one other < <(grep ',employee_pension,' benefits.csv | cut -d, -f1 | sed -n '2p;9p' | paste -sd' ')
    [[ $(bars "$other" "$one") == *person.merge_both_draw* ]]
    [[ $(bars "$other") == *person.merge_draws* ]]
    as clara "payrun draft" --month 2026-12 --kind pension --payer 6200001 >/dev/null
    [[ $(bars "$other") == *person.merge_draws*person.merge_run* ]]
    as clara "month determine" --month 2026-12 >/dev/null
    [[ $(bars "$(show award list --month 2026-12 --json | sed -n 's/^ *"person": \([0-9]*\),/\1/p' | head -n 1)") == *person.merge_award* ]]
    # Tables of before the kinds of posting.
    cp -r "$tree/packs" old
    sed -i '/^1[23],/d' old/ledger/register.csv
    show person merge "$kept" "$worker" --dry-run --packs old --json | grep -q person.merge_no_kind
}

@test "what changed since it was entered is looked at again; what is sent back is not done; duplicates are listed with reasons [A10]" {
    run show person duplicates --json
    [[ $output == *'"same"'* || $output == *"name, birthday and sex"* ]]
    as clara "person merge $kept $given" --keep 1,2,3,4,5 >/dev/null
    rows attributes 个人编号,项目,内容 "$given,person.category,男职工"
    refused 4 person.merge_changed "$given" "$given" as rob "person review $given"
    as clara "person merge $kept $given" --keep 1,2,3,4,5 >/dev/null
    run as rob "person refuse $given" --why 并非一人 --lang en
    [[ $status -eq 0 && $output == *"state: refused"* ]]
    refused 4 person.merge_none_waits "$given" "$given" as lea "person approve $given"
    run show person merges --state refused
    [[ $output == *"$given"*"并非一人"* ]]
    run show person show "$given"
    [[ $output != *"merged into"* ]]
}
