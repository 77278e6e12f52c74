#!/usr/bin/env bats
# Construction projects by the rolls of three departments, insured against work injury by the project before work begins.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }
# roll NAME HEAD: the lines of standard input are the roll of November.
roll() { { echo "$2"; cat; } >"$1.csv"; as clara "roll receive" "$1" "$1.csv" --month 2026-11 --lang en; }
HEAD=统一社会信用代码,承包单位,项目编号,项目名称,合同价,开工日期,计划竣工日期

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer pat=parameter-keeper
    # id,name,code of employers whose code is sound.
    as clara "county export" --what employers --out employers.csv >/dev/null
    awk -F, -v OFS=, 'FNR > 1 && length($3) == 18 { print $1, $2, $3 }' employers.csv | sort -t, -k1,1n >builders.csv
    [ "$(wc -l <builders.csv)" -ge 6 ]
    # Six builders: under way and not insured; twice, on two rolls; not begun; over; one nobody has registered.
    { line 1 JZ-001 一中综合楼 50000000 2026-10-08 2027-09-30
      line 2 JZ-002 市政管网 12345678 2026-11-01 2027-06-30
      line 3 JZ-003 安置房 80000000 2027-03-01 2028-12-31
      line 4 JZ-004 旧厂房 1000000 2025-01-01 2026-11-29
      echo 91350100M000100Y43,外地建设公司,JZ-005,体育馆,20000000,2026-09-01,2027-09-01; } | roll housing.projects $HEAD >/dev/null
    { line 5 GL-001 县道改造 30000000 2026-08-01 2026-12-31; line 2 JZ-002 市政管网 12345678 2026-11-01 2027-06-30; } | roll transport.projects $HEAD >/dev/null
}
# line BUILDER NUMBER TITLE PRICE BEGIN END
line() { sed -n "$1p" builders.csv | awk -F, -v OFS=, -v rest="$2,$3,$4,$5,$6" '{ print $3, $2, rest }'; }
builder() { sed -n "$1p" builders.csv | cut -d, -f1; }

setup() { enter_office; }

water() { line 6 SL-001 河道治理 9999999 2026-11-15 2027-05-31 | roll water.projects $HEAD >/dev/null; }
watch() { as audrey "watch run" --month 2026-11 --purpose watch.register_projects --lang en; }
alerted() { show alert list --watch "$1" --out found.csv >/dev/null; sed 's/"[^"]*"/-/g' found.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "subject") at = i; next } { print $at }' | sort -n | tr '\n' ' '; }
# taken_in BUILDER NUMBER PRICE FROM UNTIL: the case.
taken_in() {
    local number
    number=$(as clara "case open" 建设项目工伤参保登记 "$(builder "$1")" --field 项目编号="$2" --field 项目名称=工程 --field 合同价="$3" --field 参保起="$4" --field 参保止="$5" \
        --paper 施工合同 --paper 缴费凭证 --key "$1-$2-$3-$5" --json | jq .case)
    as clara "case pass" "$number" 受理 >/dev/null && echo "$number"
}
# insure BUILDER NUMBER PRICE FROM UNTIL PAID: by two people, to the end; `output` is what the last said.
insure() {
    local number
    number=$(taken_in "$@") || return
    as rob "case pass" "$number" 核对缴费 --field 已缴保费="$6" --field 缴费日=2026-11-28 --lang en
}

@test "[A7] projects of three departments: what each costs by the contract price, which are under way and not insured, and whose roll never came" {
    run show project list --on 2026-11-30
    [[ $status -eq 0 && $(field 'departments whose roll never came') = Water ]]
    # 0.15 % of the contract price in the sample province: 50,000,000 is 75,000.00; 12,345,678 is 18,518.52.
    [[ $output == *"JZ-001"*"50000000.00"*"75000.00"*"begun, not insured"* && $output == *"JZ-002"*"18518.52"* ]]
    [[ $output == *"JZ-003"*"120000.00"*"not begun, not insured"* && $output == *"JZ-004"*"past its last day"* ]]
    run show project list --on 2026-11-30 --json
    [ "$(jq -c '[.states[] | [.state_code, .projects, .premium]]' <<<"$output")" = '[["covered",0,"0.00"],["waiting",1,"120000.00"],["bare",5,"187037.04"],["larger",0,"0.00"],["short",0,"0.00"],["over",1,"1500.00"]]' ]
    # The day before, the old factory was still under way; before anything began nobody is behind.
    run show project list --on 2026-11-29 --state bare --out bare.csv
    [ "$(wc -l <bare.csv)" -eq 7 ]
    grep -q 'JZ-004' bare.csv
    run show project list --state broken
    [ "$status" -eq 2 ]
    # Where the region has set no rate, no premium is guessed.
    cp -r "$tree/packs" unset
    sed -i '/^set 项目费率/,/0.15%$/d' unset/demo/sample-province-pension.md
    run show project list --on 2026-11-30 --packs unset
    [[ $status -eq 0 && $output == *"项目费率"* && $output != *"75000.00"* ]]
}

@test "[A7 I9] the gate: not before the project is insured for its price and its time, and the premium was paid in full" {
    run show project gate JZ-003 --on 2026-11-30
    [[ $status -eq 1 && $(field 'work may begin and go on') = no ]]
    refused 3 projects.unknown "XX-9" "没有编号 XX-9" "$program" project gate XX-9 --county county.db
    # A fen too little is not enough; nothing is insured by it.
    run insure 3 JZ-003 80000000 2027-03-01 2028-12-31 119999.99
    [[ $status -ne 0 && $output == *"less was paid than is due"* ]]
    run show project gate JZ-003 --on 2026-11-30
    [ "$status" -eq 1 ]
    number=$(show case list --json | jq '.cases[0].case')
    run as rob "case pass" "$number" 核对缴费 --field 已缴保费=120000.00 --field 缴费日=2026-11-28 --lang en
    [[ $status -eq 0 && $output == *"insured project: JZ-003"* ]]
    run show project gate " jz-003 " --on 2026-11-30
    [[ $status -eq 3 ]] # another number
    run show project gate "ＪＺ-003" --on 2026-11-30
    [[ $status -eq 0 && $(field 'work may begin and go on') = yes && $output == *"120000.00"*"2028-12-31"* ]]
    # Whoever took it in does not check the payment.
    number=$(taken_in 1 JZ-001 50000000 2026-11-28 2027-09-30)
    run as clara "case pass" "$number" 核对缴费 --field 已缴保费=75000 --field 缴费日=2026-11-28
    [ "$status" -eq 5 ]
    # Another contractor's number is not taken.
    number=$(taken_in 4 JZ-003 80000000 2027-03-01 2028-12-31)
    refused 4 projects.other_employer "another contractor" "另一单位" as rob "case pass" "$number" 核对缴费 --field 已缴保费=120000 --field 缴费日=2026-11-28
    # A price of a yuan costs no fen, and nothing paid insures nobody.
    number=$(taken_in 4 JZ-009 1 2027-03-01 2028-12-31)
    refused 2 projects.bad_cover "a premium paid" "已缴保费" as rob "case pass" "$number" 核对缴费 --field 已缴保费=0 --field 缴费日=2026-11-28
    # The works take longer than is insured, and dearer ones are paid up.
    { line 3 JZ-003 安置房 80000001 2027-03-01 2029-01-31; } | roll housing.projects $HEAD >/dev/null
    run show project gate JZ-003 --on 2026-11-30
    [[ $status -eq 1 && $output == *"insured for less than the contract price"* ]]
    insure 3 JZ-003 80000001 2027-03-01 2028-12-31 120001 >/dev/null
    run show project gate JZ-003 --on 2026-11-30
    [[ $status -eq 1 && $output == *"insured for less than its time"* ]]
    insure 3 JZ-003 80000001 2027-03-01 2029-01-31 120001 >/dev/null
    run show project gate JZ-003 --on 2026-11-30
    [ "$status" -eq 0 ]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[A7] contractors whose projects are under way and not insured are alerts of the register, and leave it when they have insured them" {
    run watch
    [[ $status -eq 0 && $output == *"3 new"* && $output == *"projects begun and not insured is not known"* ]]
    [ "$(alerted project.bare)" = "$( (builder 1; builder 2; builder 5) | sort -n | tr '\n' ' ')" ]
    # With the third roll it is known of everybody; two rolls name one project once.
    water
    run watch
    [[ $output == *"1 new, 0 again, 3 standing"* && $output != *"is not known"* ]]
    run show register list --group project.bare
    [[ $(field employers) = 4 && $output == *"A project is under way without work-injury insurance"* ]]
    id=$(show alert list --watch project.bare --json | jq ".alerts[] | select(.subject == $(builder 2)) | .alert")
    run show alert show "$id"
    [[ $output == *"projects begun and not insured"*" 1"* ]]
    insure 2 JZ-002 12345678 2026-11-01 2027-06-30 18518.52 >/dev/null
    insure 5 GL-001 29000000 2026-08-01 2026-12-31 43500 >/dev/null
    run watch
    [[ $output == *"1 new, 0 again, 2 standing, 2 ended"* ]]
    [ "$(alerted project.less)" = "$(builder 5) " ]
    run watch
    [[ $output == *"nothing changed"* ]]
}
