#!/usr/bin/env bats
# doudi benefit adjust, doudi revision: batches that change benefits in payment.
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
# sum COLUMN FILE.csv: in yuan, by its place.
sum() { awk -F, -v c="$1" 'NR > 1 { s += $c * 100 } END { printf "%.2f", s / 100 }' "$2"; }

setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hank=head pat=parameter-keeper
    as clara "month open" --month 2026-11 >/dev/null
}
setup() { enter_office; }
adjusted() {
    as clara "benefit adjust" --year 2026 "$@" >/dev/null
    as rob "revision review" 1 >/dev/null
    as hank "revision approve" 1 >/dev/null
}
# What the registry pays each pensioner in November, by person.
paid() { as clara "county export" --what benefits --out paid.csv --on 2026-11-01 >/dev/null; cut -d, -f1-4 paid.csv | sort; }

@test "[C3] the yearly adjustment is computed for everybody by the packs, and a dry run keeps nothing" {
    before=$(show verify)
    run show benefit adjust --year 2026 --dry-run --list people.csv --json
    [ "$status" -eq 0 ]
    [[ $(flat) == *'"batch":null,"is_new":false,"is_dry_run":true,"due_from":"2026-01","paid_from":"2026-11"'* ]]
    # 25 yuan, 0.80 a full year and 0.05 a month over, 0.6 %, and 30 or 60 for the old: by hand from the list's own parts.
    awk -F, 'NR > 1 && $3 == "paying" { if (sprintf("%.2f", $11 + $12 + $13 + $14) != $5 || $11 != "25.00") exit 1
                      if (sprintf("%.2f", $4 * 0.006) - $13 > 0.011 || $13 - sprintf("%.2f", $4 * 0.006) > 0.011) exit 1
                      if ($14 != "0.00" && $14 != "30.00" && $14 != "60.00") exit 1
                      if (sprintf("%.2f", $5 * $8) != $9) exit 1 }' people.csv
    # January to October were paid by the old amount: ten months, unless the pension began or ended between.
    [ "$(awk -F, 'NR > 1 && $3 == "paying" && $8 != 10' people.csv | wc -l)" -eq 0 ]
    # The packs reckon the arrears too; for whoever drew all the while they are the months' sum.
    awk -F, 'NR > 1 && $3 == "paying" && $9 != $16 { exit 1 }' people.csv
    [[ $(flat) == *"\"people\":$(($(wc -l <people.csv) - 1)),"* ]]
    [[ $(flat) == *"\"difference\":\"$(awk -F, 'NR > 1 && $3 != "stopped" { s += $5 * 100 } END { printf "%.2f", s / 100 }' people.csv)\""* ]]
    [[ $(flat) == *"\"arrears\":\"$(sum 9 people.csv)\""* ]]
    [ "$(show verify)" = "$before" ]
}

@test "[C3] an adjustment is entered, reviewed and approved by three people, and paid from its month on" {
    paid >before
    run as clara "benefit adjust" --year 2026 --list people.csv --lang en
    [ "$status" -eq 0 ]
    # The same again enters nothing; nobody does two steps, and nothing is paid before the approval.
    run as clara "benefit adjust" --year 2026 --lang en
    [[ $status -eq 0 && $output == *"entered before, nothing changed"* ]]
    run as clara "revision review" 1
    [ "$status" -eq 5 ]
    refused 4 revision.no_move "cannot be taken now: approve" "不能办理" as hank "revision approve" 1
    as rob "revision review" 1 >/dev/null
    paid | diff before -
    as hank "revision approve" 1 >/dev/null
    run as rob "revision review" 1 --lang en
    [[ $status -eq 0 && $output == *"done before, nothing changed"* ]]
    run as hank "revision approve" 1 --json
    [[ $status -eq 0 && $(flat) == *'"is_new":false'* ]]
    [[ $(show revision show 1) == *"approved"*"entering"*"clara"*"review"*"rob"*"approval"*"hank"* ]]
    paid >after
    [ "$(diff before after | grep -c '^>')" -eq "$(awk -F, 'NR > 1 && $3 != "stopped"' people.csv | wc -l)" ]
    # Once approved the year is done: the same again changes nobody.
    run as clara "benefit adjust" --year 2026 --lang en
    [[ $status -eq 0 && $output == *"nobody is to be changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C3] a batch taken back leaves every amount and the sums as before" {
    paid >before
    adjusted --list people.csv
    run as clara "revision reverse" 1 --month 2027-01 --list back.csv --json
    [ "$status" -eq 0 ]
    # November and December were paid by the new amount: two months more than the arrears.
    [ "$(awk -F, 'NR > 1 && $3 == "paying" && $8 != 12' back.csv | wc -l)" -eq 0 ]
    refused 4 revise.pending "Batch 2 changes the same benefit" "批量变更 2" as clara "benefit adjust" --year 2026
    as clara "revision withdraw" 2 >/dev/null
    as clara "revision reverse" 1 --list back.csv >/dev/null
    as rob "revision review" 3 >/dev/null
    as hank "revision approve" 3 >/dev/null
    [ "$(sum 5 people.csv)" = "$(sum 5 back.csv | tr -d -)" ]
    [ "$(sum 9 people.csv)" = "$(sum 9 back.csv | tr -d -)" ]
    paid | diff before -
    # What was to be paid for months before never is, and nothing is to be recovered: it had not been paid.
    one=$(awk -F, 'NR > 1 && $3 == "paying" { print $1; exit }' people.csv)
    run show oneoff list --person "$one" --json
    [[ $(flat) == *'"state":"cancelled"'* && $(flat) != *recover*'"state"'* ]] || { echo "$output"; false; }
    [[ $(show revision list) == *"reversed"* ]]
    refused 4 revise.not_approved "Batch 1 is not in force" "未生效" as clara "revision reverse" 1
    run show verify
    [ "$status" -eq 0 ]
}

@test "[C3] next year's adjustment stands upon this year's, which is not taken back under it" {
    adjusted
    cp -r "$tree/packs" packs
    sed -i 's/since 2026-01-01 to 2026-12-31 = \(25元\|0.8元\|调整前\)/since 2026-01-01 to 2027-12-31 = \1/; s/since 2026-01-01 to 2026-12-31 =$/since 2026-01-01 to 2027-12-31 =/' packs/demo/sample-province-pension.md
    refused 4 adopt.other_law "not the law this office has adopted" "不是本机构已采用的" as clara "benefit adjust" --year 2027 --packs packs
    adopt packs
    as clara "benefit adjust" --year 2027 --packs packs --list next.csv >/dev/null
    [ "$(awk -F, 'NR > 1 && $8 != 0' next.csv | wc -l)" -eq 0 ] # paid from January on: nothing in arrears
    as rob "revision review" 2 >/dev/null
    as hank "revision approve" 2 >/dev/null
    refused 4 revise.built_upon "take that one back first" "请先冲回" as clara "revision reverse" 1
    run show verify
    [ "$status" -eq 0 ]
}

@test "a month with a payment run is not adjusted again, and a run drafted meanwhile stops the approval" {
    as clara "benefit adjust" --year 2026 >/dev/null
    as rob "revision review" 1 >/dev/null
    as clara "payrun draft" --month 2026-11 --kind pension --payer 6200001 >/dev/null
    refused 4 revise.paid_already "Payment run 1 already pays" "支付批次 1" as hank "revision approve" 1
    as clara "revision withdraw" 1 >/dev/null
    refused 2 revise.too_early "from 2026-12 at the earliest" "最早可从 2026-12" as clara "benefit adjust" --year 2026 --month 2026-11
    run as clara "benefit adjust" --year 2026 --lang en
    [[ $status -eq 0 && $output == *"paid from: 2026-12"* ]]
    refused 3 revision.not_found "There is no batch 9" "没有编号为 9" "$program" revision show 9 --county county.db
}

@test "[C3] [C9] who is suspended is adjusted too, and gets the difference of the months withheld when resumed, once" {
    as clara "benefit adjust" --year 2026 --dry-run --list all.csv >/dev/null
    # Two who drew all the year: one suspended since December 2025, the other since November.
    { IFS=, read -r one _ _ had_one more_one _; IFS=, read -r two _ _ had_two more_two _; } \
        < <(awk -F, 'NR > 1 && $3 == "paying" && $8 == 10' all.csv)
    as clara "benefit stop" "$one" --reason lapse --from 2025-12 --benefit employee_pension >/dev/null
    as clara "benefit stop" "$two" --reason lapse --from 2026-11 --benefit employee_pension >/dev/null
    adjusted --month 2026-12 --list people.csv
    # The same increase for both; in arrears are the months in which they drew: none, and January to October.
    grep "^$one," people.csv | cut -d, -f4,5,8,9 | grep -qx "$had_one,$more_one,0,0.00"
    grep "^$two," people.csv | cut -d, -f4,5,8,9 | grep -qx "$had_two,$more_two,10,$(awk -v m="$more_two" 'BEGIN { printf "%.2f", 10 * m }')"
    # Twelve months withheld, eleven of them by the new amount; and one of the other.
    run as clara "benefit resume" "$one" --from 2026-12 --benefit employee_pension --lang en
    [[ $output == *"to pay, yuan: $(awk -v h="$had_one" -v m="$more_one" 'BEGIN { printf "%.2f", 12 * h + 11 * m }')"* ]] || { echo "$output"; false; }
    run as clara "benefit resume" "$two" --from 2026-12 --benefit employee_pension --lang en
    [[ $output == *"to pay, yuan: $(awk -v h="$had_two" -v m="$more_two" 'BEGIN { printf "%.2f", h + m }')"* ]] || { echo "$output"; false; }
    for batch in $(show oneoff list --json | tr -d ' \n' | grep -o '"batch":[0-9]*,[^}]*"state":"proposed"' | sed 's/"batch":\([0-9]*\).*/\1/'); do
        as rob "oneoff review" "$batch" >/dev/null
        as hank "oneoff approve" "$batch" >/dev/null
    done
    as clara "county export" --what benefits --out now.csv --on 2026-12-01 >/dev/null
    grep -q "^$one,employee_pension,paying,$(awk -v h="$had_one" -v m="$more_one" 'BEGIN { printf "%.2f", h + m }')" now.csv
    # Held against each other again nothing is missing, and the year is done.
    for who in "$one" "$two"; do
        run as clara "benefit settle" "$who" --benefit employee_pension --lang en
        [[ $output == *"nothing changed"* ]] || { echo "$output"; false; }
    done
    run as clara "benefit adjust" --year 2026 --lang en
    [[ $output == *"nobody is to be changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
}
