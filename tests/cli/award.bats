#!/usr/bin/env bats
# doudi award: what is determined is proposed by one person, reviewed by a second, approved by a third.
load support
load office

as() {
    local login=$1 words=$2
    shift 2
    # shellcheck disable=SC2086
    DOUDI_PASSWORD_FILE=$(own "$login") "$program" $words --as "$login" --county county.db "$@"
}
show() { "$program" "$@" --county county.db --lang en; }
flat() { tr -d '\n ' <<<"$output"; }
# digest [OPTIONS]: of what waits.
digest() { "$program" award list --month 2026-11 --county county.db --json "$@" | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p'; }
pick() { grep "^$1," awards.csv | head -n 1; }

# inherit: what the predecessor paid for nobody knows what.
inherit() {
    "$program" county export --what enrolments --out enrolments.csv --county county.db >/dev/null
    { echo person,benefit,state,amount,region,from,until; echo "$(employee 10),disability_allowance,paying,200.00,590121,2025-03,"; } >paid.csv
    "$program" county import paid.csv --what benefits --county county.db >/dev/null
}

# A month in which departments told of deaths, births, injuries ...; all is determined.
setup_file() {
    export OFFICE_BEFORE=inherit
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head pat=parameter-keeper
    as clara "month open" --month 2026-11 >/dev/null
    as clara "county export" --what enrolments --out enrolments.csv >/dev/null
    as clara "county export" --what benefits --out benefits.csv >/dev/null
}
setup() { enter_office; }

# tell PERSON ITEM VALUE: a row of what departments tell.
tell() { [ -f told.csv ] || echo 个人编号,项目,内容 >told.csv; printf '%s,%s,%s\n' "$@" >>told.csv; }
told() { as clara "county import" told.csv --what attributes >/dev/null; rm told.csv; }
determine() { as clara "month determine" --month 2026-11 --awards awards.csv --undecided undecided.csv "$@"; }
# of PURPOSE: how many were proposed, and what they come to.
proposed() { sed -n "s/.*\"purpose\":\"$1\",\"title\":\"[^\"]*\",\"awarded\":\([0-9]*\),\"amount\":\"\([0-9.]*\)\".*/\1 \2/p" <<<"$(flat | sed 's/},{/\n/g')"; }
employee() { grep -E ",(企业职工基本养老保险|employee_pension),(职工|employee)," enrolments.csv | cut -d, -f1 | sed -n "${1:-1}p"; }

@test "[I3] [I8] [I11] each kind of benefit is determined to the fen by the packs" {
    a=$(employee 3) b=$(employee 4) c=$(employee 5) d=$(employee 6) e=$(employee 7)
    tell "$a" 伤残鉴定日 2026-11-10; tell "$a" 工伤伤残等级 4; tell "$a" 工伤前月均缴费工资 8000
    tell "$b" 分娩日 2026-11-03; tell "$b" 婴儿数 2; tell "$b" 难产 否; tell "$b" 单位上年月平均工资 6000
    tell "$c" 工亡日 2026-11-05
    tell "$d" 失业登记日 2026-11-02; tell "$d" 失业保险缴费月数 70; tell "$d" 非本人意愿中断就业 是; tell "$d" 已登记求职 是; tell "$d" 仍未就业 是
    tell "$e" 工伤伤残等级 6; tell "$e" 工伤前月均缴费工资 8000; tell "$e" 伤残鉴定日 2026-11-12
    told
    run determine --json
    [ "$status" -eq 0 ]
    # Grade 4: 21 months of 8,000; grade 6: 16 months. 75 % of 8,000 a month from the fund, grade 6 from the employer.
    [ "$(proposed award.injury.lump)" = "2 296000.00" ]
    [ "$(proposed award.injury)" = "1 6000.00" ]
    # 98 days and 15 for the second baby: 6,000 / 30 * 113.
    [ "$(proposed award.maternity)" = "1 22600.00" ]
    # Six months of 7,500, and 20 times 56,502.
    [ "$(proposed award.injury.death)" = "1 1175040.00" ]
    # 85 % of the minimum wage of 1,980, to the yuan.
    grep -q "^award.unemployment,$d,[0-9]*,1683.00,2026-12,2026-11,begins," awards.csv
    # One who was graded is asked by no other lines; nobody else is a lane of them.
    [ "$(grep -c '^award.injury' awards.csv)" -eq 4 ]
    # Each is explained from what was kept.
    while IFS=, read -r purpose person decision amount _; do
        run show person explain "$person" --decision "$decision"
        [[ $status -eq 0 && $output == *"purpose: $purpose"* && $output == *"$amount"* ]]
    done < <(grep -E '^award\.(injury|injury.lump|maternity|unemployment|elder_allowance|minimum_living|disability),' awards.csv | sort -t, -u -k1,1)
}

@test "[C8] a death of the month is paid for once, and the dead draw no more" {
    person=$(grep -E ",(企业职工基本养老金|employee_pension)," benefits.csv | cut -d, -f1 | sed -n 2p)
    tell "$person" 死亡日期 2026-11-09
    told
    determine >/dev/null
    IFS=, read -r _ who decision amount _ < <(pick award.survivor)
    [ "$who" = "$person" ]
    run show person show "$person" --on 2026-12-05
    [[ $output == *"stopped"*"[2026-12, )"* ]]
    [ "$(grep -c '^award.survivor' awards.csv)" -eq 1 ]
    # Two months, and by years paid and drawn at least nine, of one yearly figure: a whole number of months of it.
    run show person explain "$person" --decision "$decision"
    [[ $output == *"funeral "* && $output == *"lump_sum "* && $output == *"社会保险法 第十七条"* ]]
    run determine --json
    [ "$(proposed award.survivor)" = "0 0.00" ]
}

@test "[F5] three people: whoever did one step cannot do another, and what was not approved is not paid" {
    determine >/dev/null
    IFS=, read -r _ person decision amount _ < <(pick award.retirement)
    run show award list --month 2026-11
    [[ $output == *"waits for review"*"among the largest"*"digest of what is listed: "* ]]
    name=$(show person show "$person" --json | sed -n 's/.*"says": "\([^;]*\);.*/\1/p' | head -n 1)
    [[ -n $name && $(show award list --month 2026-11 --all | grep "^$person ") == *"$name"* ]] # by name, not by number alone
    d=$(digest)
    run as clara "award review" --month 2026-11 --digest "$d"
    [[ $status -eq 5 && $output == *"award.review"* ]]
    refused 4 award.changed_since "list them again" "重新列出" as rob "award review" --month 2026-11 --digest "${d/[0-9a-f]/x}"
    # Nothing is in payment before the third.
    run show person show "$person" --on 2026-12-05
    [[ $output != *"$amount"* ]]
    run as rob "award review" --month 2026-11 --digest "$d" --lang en
    [[ $status -eq 0 && $output == *"now: waits for approval"* ]]
    run as rob "award review" --month 2026-11 --digest "$d" --lang en
    [[ $status -eq 0 && $output == *"nothing waits for this step"* ]]
    run as rob "award approve" --month 2026-11 --digest "$d"
    [ "$status" -eq 5 ]
    run as hana "award approve" --month 2026-11 --digest "$d" --lang en
    [[ $status -eq 0 && $output == *"now: approved"* ]]
    run show award show "$person"
    [[ $output == *"clara"*"rob"*"hana"* ]]
    # Retired: in payment from the next month, no bill any more, and all of it is in the log.
    run show person show "$person" --on 2026-12-05
    [[ $output == *"$amount"*"[2026-12, )"* && $output == *"retired"*"[2026-12-01, )"* ]]
    run show verify
    [[ $status -eq 0 && $output == *"awards whose signatures were checked: "[1-9]* ]]
    run determine --json
    [ "$(proposed award.retirement)" = "0 0.00" ]
}

@test "[F5] one given back is not paid, says why, and is determined again; the rest goes on" {
    determine >/dev/null
    IFS=, read -r _ person decision amount _ < <(pick award.resident)
    d=$(digest)
    refused 3 decision.no_award "no award 7" "没有编号为 7" as rob "award return" "$person" --decision 7 --why x
    run as rob "award return" "$person" --decision "$decision" --why "years are missing" --lang en
    [[ $status -eq 0 && $output == *"state: returned"* ]]
    run as rob "award return" "$person" --decision "$decision" --why "again" --lang en
    [[ $status -eq 0 && $output == *"returned before; nothing changed"* ]]
    # The list that was shown is no longer what waits.
    refused 4 award.changed_since "" "" as rob "award review" --month 2026-11 --digest "$d"
    d=$(digest)
    as rob "award review" --month 2026-11 --digest "$d" >/dev/null
    # The head refuses one more after the review.
    IFS=, read -r _ other other_decision _ < <(grep '^award.resident,' awards.csv | sed -n 2p)
    as hana "award refuse" "$other" --decision "$other_decision" --why "not local" >/dev/null
    as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" >/dev/null
    refused 4 decision.award_state "approved" "已审批" as rob "award return" "$(sed -n 's/^award.retirement,\([0-9]*\),.*/\1/p' awards.csv | head -n 1)" \
        --decision "$(sed -n 's/^award.retirement,[0-9]*,\([0-9]*\),.*/\1/p' awards.csv | head -n 1)" --why late
    run show award show "$person"
    [[ $output == *"years are missing"* ]]
    run determine --json
    [ "$(proposed award.resident | cut -d' ' -f1)" -eq 2 ]
    run show award list --month 2026-11 --json
    [[ $(flat) == *'"why":"returnedbefore'* ]]
}

@test "an award of one who has died since is not approved" {
    determine >/dev/null
    person=$(pick award.resident | cut -d, -f2)
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    tell "$person" 死亡日期 2026-11-20
    told
    refused 4 award.of_the_dead "Person $person has died" "人员 $person" as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)"
    run show award list --month 2026-11 --state reviewed
    [[ $output == *"died"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "what is renewed every month is changed by an award, and stopped when it is no longer due" {
    determine --purpose award.elder_allowance >/dev/null
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" >/dev/null
    IFS=, read -r _ person _ amount _ < <(awk -F, '$4 == "60.00"' awards.csv | head -n 1)
    IFS=, read -r _ gone _ < <(awk -F, '$4 == "60.00"' awards.csv | sed -n 2p)
    tell "$person" 困难老人 是
    tell "$gone" 本地户籍 否
    told
    as clara "month bill" --month 2026-11 >/dev/null
    as clara "month open" --month 2026-12 >/dev/null
    run as clara "month determine" --month 2026-12 --purpose award.elder_allowance --awards next.csv --json
    [[ $(flat) == *'"stopped":1'* ]]
    grep -q "^award.elder_allowance,$person,[0-9]*,100.00,2027-01,2027-01,changes,60.00" next.csv
    run show person show "$gone" --on 2027-01-05
    [[ $output == *"stopped"*"[2027-01, )"* ]]
}

# approved: what waits of the month, by the second and the third person.
approved() {
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" >/dev/null
}
next_month() { as clara "month bill" --month "$1" >/dev/null; as clara "month open" --month "$2" >/dev/null; }

@test "[J2] the first month of an allowance is paid: what is renewed is decided by the law of the month it is paid for" {
    as clara "county export" --what persons --out persons.csv >/dev/null
    # Eighty in November, due from December by the region's rule; poor and seventy in December, due from January.
    person=$(grep ',1946-11-' persons.csv | cut -d, -f1 | sed -n 1p) later=$(grep ',1956-12-' persons.csv | cut -d, -f1 | sed -n 1p)
    tell "$person" 本地户籍 是; tell "$later" 本地户籍 是; tell "$person" 困难老人 否; tell "$later" 困难老人 是
    told
    determine --purpose award.elder_allowance >/dev/null
    grep "^award.elder_allowance,$person,[0-9]*,60.00,2026-12,2026-12,begins," awards.csv
    ! grep "^award.elder_allowance,$later," awards.csv
    # A standard that is raised from December on is paid in December, and not a month later.
    approved
    cp -r "$tree/packs" packs
    sed -i '/^set 高龄津贴标准/,/^$/ s/^  | 100 | 500 |$/&\n  since 2026-12-01\n  | 年龄 | 元 |\n  | 0 | 0 |\n  | 80 | 75 |\n  | 90 | 150 |\n  | 100 | 600 |/' packs/demo/sample-county-welfare.md
    adopt packs
    run determine --purpose award.elder_allowance --packs packs --json
    grep "^award.elder_allowance,$person,[0-9]*,75.00,2026-12,2026-12,changes,60.00" awards.csv
    run show person explain "$person" --decision "$(grep ",$person," awards.csv | cut -d, -f3)"
    [[ $status -eq 0 && $output == *"75.00"*"2026-12"* ]]
    approved
    next_month 2026-11 2026-12
    # Whoever is paid by that law is no alert in December.
    as audrey "watch run" --month 2026-12 --packs packs >/dev/null
    "$program" alert list --subject "$person" --limit 50 --county county.db --json >alerts.json
    [ "$(jq '[.alerts[] | select(.watch | startswith("R11"))] | length' alerts.json)" -eq 0 ]
}

@test "[C10] what is paid for a fact that has ended is found and stopped; of whom nothing on record says why, that is told" {
    person=$(employee 9) unknown=$(sed -n 2p paid.csv | cut -d, -f1)
    { echo person,name,value,from,until
      echo "$person,disability.grade,1,,2026-12-01"
      for fact in disability.kind,肢体 disability.hardship,低保 disability.needs_care,yes disability.is_destitute,no disability.has_nursing_fee,no; do echo "$person,$fact,,"; done; } >told.csv
    told
    run determine --purpose award.disability --json --lang en
    # Held by the certificate until the end of November: it is due in November, and paid from December.
    grep "^award.disability,$person,[0-9]*,200.00,2026-12,2026-12,begins," awards.csv
    [ "$(jq -c '[.purposes[0].stopped, .purposes[0].undecided]' <<<"$output")" = '[0,1]' ]
    grep "^award.disability,$unknown,.*nothing on record says why" undecided.csv
    approved
    next_month 2026-11 2026-12
    ended() {
        as audrey "watch run" --month "$1" >/dev/null
        "$program" alert list --watch R11.ended --subject "$2" --county county.db --json | jq '.alerts | length'
    }
    # December is still due; in January it is paid on, since nothing was determined in December.
    [ "$(ended 2026-12 "$person")" -eq 0 ]
    next_month 2026-12 2027-01
    [ "$(ended 2027-01 "$person")" -eq 1 ]
    [ "$(ended 2027-01 "$unknown")" -eq 0 ]
    run as clara "month determine" --month 2027-01 --purpose award.disability --json
    [ "$(jq -c '[.purposes[0].stopped, .purposes[0].undecided]' <<<"$output")" = '[1,1]' ]
    run show person show "$person" --on 2027-02-05
    [[ $output == *"stopped"*"[2027-02, )"* ]]
    # Again it stops nobody.
    run as clara "month determine" --month 2027-01 --purpose award.disability --json
    [ "$(jq -c '[.purposes[0].stopped, .purposes[0].undecided]' <<<"$output")" = '[0,1]' ]
}

@test "[G4] a household whose income has ended on record is paid no more; whoever is paid for one that is now paid to another is told" {
    as clara "county export" --what members --out members.csv >/dev/null
    as clara "county export" --what attributes --out attributes.csv >/dev/null
    # Two households of more than one that no department has told anything of: their numbers, heads and spouses.
    awk -F, 'FNR == NR { told[$1]; next } $2 in told { next } $3 == "户主" { head[$2] = $1 } $3 == "配偶" { spouse[$2] = $1; order[++n] = $2 }
        END { for (i = 1; i <= n; i++) if (head[order[i]]) print order[i], head[order[i]], spouse[order[i]] }' attributes.csv members.csv >homes
    read -r home head _ < <(sed -n 2p homes)
    read -r other other_head other_spouse < <(sed -n 5p homes)
    { echo person,name,value,from,until
      echo "$home,household.income,300.00,,2026-12-01"
      echo "$other,household.income,300.00,,"
      for one in $home $other; do echo "$one,household.members,2,,"; echo "$one,household.property_fits,yes,,"; done; } >told.csv
    told
    determine --purpose award.minimum_living >/dev/null
    grep "^award.minimum_living,$head,[0-9]*,1300.00," awards.csv
    grep "^award.minimum_living,$other_head,[0-9]*,1300.00," awards.csv
    approved
    next_month 2026-11 2026-12
    { echo person,household,relation,from,until; echo "$other_spouse,$other,户主,2026-12-05,"; echo "$other_head,$other,配偶,2026-12-05,"; } >members.csv
    as clara "county import" members.csv --what members >/dev/null
    run as clara "month determine" --month 2026-12 --purpose award.minimum_living --awards awards.csv --undecided undecided.csv --lang zh --json
    [ "$(jq -c '[.purposes[0].stopped, .purposes[0].undecided]' <<<"$output")" = '[1,1]' ]
    grep "^award.minimum_living,$other_spouse,[0-9]*,1300.00,2027-01," awards.csv
    grep "^award.minimum_living,$other_head,.*现由另一成员领取" undecided.csv
    run show person show "$head" --on 2027-01-05
    [[ $output == *"stopped"*"[2027-01, )"* ]]
}

@test "[C6] unemployment benefit is due from the registration: months before the first one paid are owed, and count as drawn" {
    late=$(employee 9) long=$(employee 11)
    tell "$late" 失业登记日 2026-09-10; tell "$late" 失业保险缴费月数 70
    # Registered a year ago and told only now: twelve months in all, of which the first one paid by the month is the last.
    tell "$long" 失业登记日 2025-10-08; tell "$long" 失业保险缴费月数 24
    for one in "$late" "$long"; do tell "$one" 非本人意愿中断就业 是; tell "$one" 已登记求职 是; tell "$one" 仍未就业 是; done
    told
    determine --purpose award.unemployment >/dev/null
    grep "^award.unemployment,$late,[0-9]*,1683.00,2026-12,2026-09,begins," awards.csv
    grep "^award.unemployment,$long,[0-9]*,1683.00,2026-12,2026-01,begins," awards.csv
    for one in $(sed 1d awards.csv | cut -d, -f2,3 | grep -v "^\($late\|$long\),"); do as rob "award return" "${one%,*}" --decision "${one#*,}" --why 另办 >/dev/null; done
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    run as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" --json
    # Three months and eleven.
    [ "$(jq -c '[.owed_people, .owed]' <<<"$output")" = '[2,"23562.00"]' ]
    next_month 2026-11 2026-12
    run as clara "month determine" --month 2026-12 --purpose award.unemployment --json
    [ "$(jq '.purposes[0].stopped' <<<"$output")" -eq 1 ]
    run show person show "$long" --on 2027-01-05
    [[ $output == *"stopped"*"[2027-01, )"* ]]
    run show person show "$late" --on 2027-01-05
    [[ $output == *"1683.00"*"[2026-12, )"* ]]
}

@test "[C6] unemployment benefit that is approved a month late is owed for one month less, and never for more than the longest period" {
    long=$(employee 11)
    tell "$long" 失业登记日 2025-10-08; tell "$long" 失业保险缴费月数 24
    tell "$long" 非本人意愿中断就业 是; tell "$long" 已登记求职 是; tell "$long" 仍未就业 是
    told
    determine --purpose award.unemployment >/dev/null
    grep "^award.unemployment,$long,[0-9]*,1683.00,2026-12,2026-01,begins," awards.csv
    for one in $(sed 1d awards.csv | cut -d, -f2,3 | grep -v "^$long,"); do as rob "award return" "${one%,*}" --decision "${one#*,}" --why 另办 >/dev/null; done
    next_month 2026-11 2026-12
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    run as hana "award approve" --month 2026-11 --digest "$(digest --state reviewed)" --json
    # From February to December, and paid from January: twelve months in all.
    [ "$(jq -c '[.owed_people, .owed]' <<<"$output")" = '[1,"18513.00"]' ]
    run show person show "$long" --on 2027-01-05
    [[ $output == *"1683.00"*"[2027-01, )"* ]]
}

@test "[C6] where the region has not said from which month unemployment benefit is paid, it is not decided" {
    cp -r "$tree/packs" packs
    sed -i '/^set 失业金起发间隔月数/,/= 0$/d' packs/demo/sample-province-welfare.md
    person=$(employee 9)
    tell "$person" 失业登记日 2026-11-10; tell "$person" 失业保险缴费月数 70; tell "$person" 非本人意愿中断就业 是; tell "$person" 已登记求职 是; tell "$person" 仍未就业 是
    told
    adopt packs
    determine --purpose award.unemployment --packs packs >/dev/null
    ! grep ",$person," awards.csv
    grep "$person.*失业金起发间隔月数" undecided.csv
}
