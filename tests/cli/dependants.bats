#!/usr/bin/env bats
# The pension of those whom one who died of work supported: several people by one death, from award to end.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
flat() { tr -d '\n ' <<<"$output"; }
employee() { grep ',employee_pension,employee,' enrolments.csv | cut -d, -f1 | sed -n "${1}p"; }
t() { [ -f told.csv ] || echo 个人编号,项目,内容 >told.csv; printf '%s,%s,%s\n' "$@" >>told.csv; }
told() { as clara "county import" told.csv --what attributes >/dev/null; rm told.csv; }
determine() { as clara "month determine" --month "$1" --purpose award.injury.dependants --awards awards.csv --undecided undecided.csv --lang en "${@:2}"; }
digest() { "$program" award list --month "$1" --county county.db --json "${@:2}" | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p'; }
approved() {
    as rob "award review" --month "$1" --digest "$(digest "$1")" >/dev/null
    as hana "award approve" --month "$1" --digest "$(digest "$1" --state reviewed)" >/dev/null
}
amounts() { sed 1d awards.csv | cut -d, -f2,4 | sort | tr '\n' ' '; }

# A worker of 8,000 yuan died on 5 November; spouse, two children of 12 and 17, a parent who is left alone.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head pat=parameter-keeper
    as clara "month open" --month 2026-11 >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
    as clara "county export" --what persons --out persons.csv >/dev/null
    dead=$(employee 1) wife=$(employee 2) parent=$(employee 3)
    child=$(grep -E ',2014-' persons.csv | cut -d, -f1 | sed -n 1p) older=$(grep -E ',2008-12-' persons.csv | cut -d, -f1 | sed -n 1p)
    t "$dead" 工亡日 2026-11-05; t "$dead" 死亡日期 2026-11-05; t "$dead" 工伤前月均缴费工资 8000
    for one in "$wife" "$parent" "$child" "$older"; do t "$one" 供养人编号 "$dead"; done
    t "$wife" 与工亡职工关系 配偶; t "$child" 与工亡职工关系 子女; t "$older" 与工亡职工关系 子女
    t "$parent" 与工亡职工关系 父母; t "$parent" 孤寡老人或孤儿 是
    told
    echo "dead=$dead wife=$wife parent=$parent child=$child older=$older" >who
}
setup() { enter_office; . ./who; }

@test "[I8] each dependant draws a share, all of them no more than the wage; one who comes of age ends, and the others rise" {
    run determine 2026-11
    # 40 + 40 + 30 + 30 per cent of 8,000, taken off to 8,000 in proportion: 8,000 / 140 × 40 and × 30, fen cut off.
    [[ $status -eq 0 && $output == *"award.injury.dependants"*" 4 "*"7999.98"* ]]
    [ "$(amounts)" = "$(printf '%s\n' "$wife,2285.71" "$parent,2285.71" "$child,1714.28" "$older,1714.28" | sort | tr '\n' ' ')" ]
    run show person explain "$older" --decision "$(grep ",$older," awards.csv | cut -d, -f3)"
    [[ $output == *"工伤保险条例 第三十九条"*"140%"*"8,000.00"* ]]
    run determine 2026-11
    [[ $output == *" 0 "*"0.00"* ]]
    approved 2026-11
    run show person show "$older" --on 2026-12-05
    [[ $output == *"1714.28"*"[2026-12, )"* ]]
    # Who waits for an account is told before any run: the child of 12, with those of the household who have one.
    run show account missing --out missing.csv
    [[ $status -eq 0 && $output == *"--holder"* ]]
    grep -E "^$child,[^,]*,2014-[0-9-]+,pension of a dependant,2026-12,.+,1714.28$" missing.csv || { cat missing.csv; false; }
    ! grep -qE "^($wife|$parent|$older)," missing.csv
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    run as clara "payrun draft" --kind injury --month 2026-12 --lang en
    # A child of 12 has no account yet: the other three come to 6,285.70.
    [[ $status -eq 0 && $output == *"total, yuan: 6285.70"*"left out: no bank account: 1"* ]]
    # The elder child is 18 in December: paid for it, and no more from January on. 110 per cent are left.
    run determine 2026-12
    [[ $status -eq 0 && $output == *"changed"* ]]
    [ "$(amounts)" = "$(printf '%s\n' "$wife,2909.09" "$parent,2909.09" "$child,2181.81" | sort | tr '\n' ' ')" ]
    run show person show "$older" --on 2027-01-05
    [[ $output == *"stopped"*"[2027-01, )"* ]]
    approved 2026-12
    # The spouse marries again, which ends it here: 70 per cent are left, of which nothing is taken off any more.
    t "$wife" 已再婚 是; told
    as clara "month bill" --month 2026-12 >/dev/null
    as clara "month open" --month 2027-01 >/dev/null
    determine 2027-01 >/dev/null
    [ "$(amounts)" = "$(printf '%s\n' "$parent,3200.00" "$child,2400.00" | sort | tr '\n' ' ')" ]
    run show person show "$wife" --on 2027-02-05
    [[ $output == *"stopped"*"[2027-02, )"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[I8] raised by the region, certified like a pension; where the place has not said until what age, it is not decided" {
    asked() { show certify due --month 2026-12 | sed -n 's/^to be certified: //p'; }
    before=$(asked)
    determine 2026-11 >/dev/null
    approved 2026-11
    [ "$(asked)" -eq $((before + 4)) ]
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    cp -r "$tree/packs" packs
    awk '/^set 供养子女截止年龄/ { print "set 抚恤金调整额\n  law 示例省调整通知（虚构）\n  since 2026-12-01 = 60元/月\n" } { print }' packs/demo/sample-province-welfare.md >p && mv p packs/demo/sample-province-welfare.md
    adopt packs
    determine 2026-12 --packs packs >/dev/null
    grep -q ",$child," awards.csv
    # 110 per cent of December and 60 yuan each; the elder child is of age.
    [ "$(amounts)" = "$(printf '%s\n' "$wife,2969.09" "$parent,2969.09" "$child,2241.81" | sort | tr '\n' ' ')" ]
    # It holds since December, which was paid by the standard of before: 60 yuan are owed to each, from December on.
    [ "$(sed 1d awards.csv | cut -d, -f5,6,7 | sort -u)" = 2027-01,2026-12,changes ]
    as rob "award review" --month 2026-12 --digest "$(digest 2026-12)" >/dev/null
    run as hana "award approve" --month 2026-12 --digest "$(digest 2026-12 --state reviewed)" --json
    [[ $(jq -c '[.owed_people, .owed]' <<<"$output") == '[3,"180.00"]' ]]
    run show oneoff show "$(show oneoff list --json | jq '.batches[0].batch')"
    [[ $status -eq 0 && $(grep -c 'arrears to pay .* 2026-12 *2026-12 *60.00 .*approved *law' <<<"$output") -eq 3 ]]
    # By the same law nothing is owed twice.
    determine 2026-12 --packs packs >/dev/null
    [ "$(amounts)" = "" ]
    rm -rf packs
    enter_office
    cp -r "$tree/packs" packs
    sed -i '/^set 供养子女截止年龄/,/= 18$/d' packs/demo/sample-province-welfare.md
    adopt packs
    run determine 2026-11 --packs packs
    [[ $status -eq 0 && $output == *" 0 "*"0.00"* ]]
    grep -q "$child.*供养子女截止年龄" undecided.csv
}

@test "[I8] a change that is approved a month late is owed for the month that was paid by the old amount" {
    determine 2026-11 >/dev/null
    approved 2026-11
    for month in "2026-11 2026-12" "2026-12 2027-01"; do
        as clara "month bill" --month "${month% *}" >/dev/null
        as clara "month open" --month "${month#* }" >/dev/null
        [ "$month" = "2026-12 2027-01" ] || determine 2026-12 >/dev/null
    done
    # The elder child came of age in December; the others rise from January on, which was paid by the shares of before.
    [ "$(sed 1d awards.csv | cut -d, -f5,6,7 | sort -u)" = 2027-01,2027-01,changes ]
    as rob "award review" --month 2026-12 --digest "$(digest 2026-12)" >/dev/null
    run as hana "award approve" --month 2026-12 --digest "$(digest 2026-12 --state reviewed)" --json
    # 2,909.09 - 2,285.71 twice, 2,181.81 - 1,714.28.
    [ "$(jq -c '[.owed_people, .owed]' <<<"$output")" = '[3,"1714.29"]' ]
    run show oneoff show "$(show oneoff list --json | jq '.batches[0].batch')"
    [ "$(grep -c 'arrears to pay .* 2027-01 *2027-01 .*approved *' <<<"$output")" -eq 3 ]
    run show person show "$parent" --on 2027-02-05
    [[ $output == *"2909.09"*"[2027-02, )"* ]]
}
