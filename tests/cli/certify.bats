#!/usr/bin/env bats
# doudi certify: who has shown to be alive, whose payment stops, and whose begins again.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

# Everybody in payment leaves traces in the year to November 2026, but 30 of a thousand.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head
    as clara "certify import" --simulate 30 --month 2026-11 >/dev/null
}

setup() {
    enter_office
}

@test "[C9] most are certified by data alone, and the rest are listed for the townships" {
    run show certify due --month 2026-11 --list due.csv
    [ "$status" -eq 0 ]
    people=$(field 'to be certified') silent=$(field 'of them by data alone') lapsed=$(field lapsed) due=$(field 'to be asked or visited, in grace')
    [ "$(field 'not decided')" = 0 ]
    [ $((silent * 100)) -ge $((people * 90)) ]
    [ "$(wc -l <due.csv)" -eq $((1 + lapsed + due)) ]
    [ "$lapsed" -gt 0 ]
    # Without the county's months of grace nobody lapses: of whoever it matters to it is said why.
    cp -r "$tree/packs" packs
    sed -i '/^set 认证宽限月数/,/^$/d' packs/demo/sample-county-certification.md
    run show certify due --month 2026-11 --packs packs
    [[ $status -eq 0 && $(field lapsed) = 0 && $(field 'not decided') -eq $((lapsed + due)) && $output == *认证宽限月数* ]]
}

@test "[C9] a lapse suspends from the next month on, a later proof restores with the months withheld, and a dead person is settled" {
    show certify due --month 2026-11 --list due.csv >/dev/null
    run as clara "certify run" --month 2026-11 --lang en
    lapsed=$(field lapsed)
    [[ $status -eq 0 && $(field 'suspended now') = "$lapsed" && $(field from) = 2026-12 ]]
    run as clara "certify run" --month 2026-11 --lang en
    [[ $status -eq 0 && $(field 'suspended now') = 0 && $output == *"nothing changed"* ]]
    mapfile -t who < <(grep lapsed due.csv | cut -d, -f2)
    run show person show "${who[0]}" --on 2026-12-05
    [[ $output == *"suspended"*"not certified"* ]]
    monthly=$(sed -n 's/.*suspended.*a month \([0-9.]*\).*/\1/p' <<<"$output")
    [ -n "$monthly" ] || { echo "$output"; false; }
    # Seen at home in January; another died in December, and is found in the same month.
    as clara "certify record" "${who[0]}" --kind 上门见面 --day 2026-11-28 --source 城关镇 >/dev/null
    printf 'person,项目,内容\n%s,person.death_day,2026-12-20\n' "${who[1]}" >death.csv
    as clara "county import" death.csv --what attributes >/dev/null
    run as clara "certify run" --month 2027-01 --lang en
    [ "$status" -eq 0 ]
    [[ $(field 'to be resumed when approved') = 1 && $(field 'suspended, and found to have died') = 1 ]]
    # December and January of one, December of the other: the packs say the same.
    [ "$(field 'arrears by the packs, yuan')" = "$(field 'to pay, yuan')" ]
    [[ $output == *"another amount (see the batch): 0"* ]]
    batch=$(sed -n 's/^batch that waits.*: //p' <<<"$output")
    run as clara "certify run" --month 2027-01 --lang en
    [[ $(field 'to be resumed when approved') = 0 && $(field 'whose resumption waits already') = 1 ]]
    as rob "oneoff review" "$batch" >/dev/null
    as hana "oneoff approve" "$batch" >/dev/null
    run show oneoff list --person "${who[0]}"
    [[ $output == *"arrears to pay"*"2026-12  2027-01"*"$(awk "BEGIN { printf \"%.2f\", 2 * $monthly }")"*approved* ]]
    run show person show "${who[0]}" --on 2027-02-05
    [[ $output == *"in payment"* ]]
    run show person show "${who[1]}" --on 2027-01-05
    [[ $output == *"stopped"*"died"* ]]
    run show oneoff list --person "${who[1]}"
    [[ $output == *"arrears to pay"*"2026-12"*approved* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C9] [C10] whose certification has lapsed is watched, once, until they have shown to be alive" {
    look() { as audrey "watch run" --month 2026-11 --purpose watch.certification --lang en; }
    show certify due --month 2026-11 --list due.csv >/dev/null
    lapsed=$(($(grep -c ',lapsed,' due.csv)))
    run look
    [[ $status -eq 0 && $output == *"in all: $lapsed new, 0 again, 0 standing, 0 ended"* ]]
    run look
    [[ $output == *"0 new, 0 again, $lapsed standing, 0 ended"*"nothing changed"* ]]
    who=$(grep ',lapsed,' due.csv | sed -n 1p | cut -d, -f2)
    id=$(show alert list --watch certification --json | tr -d ' \n' | grep -o '"alert":[0-9]*[^}]*"subject":'"$who"'\b' | sed 's/^"alert":\([0-9]*\).*/\1/')
    run show alert show "$id"
    [[ $output == *"认证已过期"*"应暂停发放 = yes"* ]]
    # The kinds to choose from are those of the packs, and each of them is taken.
    [ "$(show certify kinds --json | jq -r '[.kinds[].kind] | join(",")')" = "$(tail -n +2 "$BATS_TEST_DIRNAME/../../packs/adapters/traces.csv" | cut -d, -f1 | paste -sd,)" ]
    as clara "certify record" "$who" --kind 上门见面 --day 2026-11-28 --source 城关镇 >/dev/null
    run look
    [[ $output == *"0 new, 0 again, $((lapsed - 1)) standing, 1 ended"* ]]
    run show alert show "$id"
    [[ $output == *"the cause is gone"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "lists of traces are read once, row by row, and refused rows come back with their reason" {
    printf '人员,日期,种类,来源\n356,2026-11-03,住院结算,县医院\n356,2026-11-03,住院结算,县医院\n3686,2026-11-04,托梦,\n3686,2999-01-01,门诊就医,\n99999999,2026-11-04,门诊就医,\n' >traces.csv
    run as clara "certify import" traces.csv --rejects rejects.csv --lang en
    [ "$status" -eq 1 ]
    [[ $(field 'rows read') = 5 && $(field 'new traces') = 1 && $(field 'rows refused') = 3 ]]
    [[ $(cat rejects.csv) == *"托梦"*"no kind of trace"*"2999-01-01"*"not one to come"*"99999999"* ]]
    run as clara "certify import" traces.csv --lang en
    [[ $(field 'new traces') = 0 ]]
    refused 3 certify.unknown_kind "no kind of trace 托梦" "没有痕迹种类“托梦" as clara "certify record" 356 --kind 托梦
    refused 2 certify.bad_day "not one to come" "不得晚于今天" as clara "certify record" 356 --kind 住院结算 --day 2999-01-01
    cp -r "$tree/packs" packs
    sed -i 's/^住院结算,静默/住院结算,神秘/' packs/adapters/traces.csv
    refused 2 certify.bad_kinds "cannot be used: 住院结算" "无法使用：住院结算" show_bare certify due --month 2026-11 --packs packs
    rm packs/adapters/traces.csv
    refused 3 certify.no_kinds "no table of kinds" "找不到认证痕迹种类表" show_bare certify due --month 2026-11 --packs packs
}
show_bare() { "$program" "$@" --county county.db; }
