#!/usr/bin/env bats
# doudi benefit recompute, benefit retro: decisions decided again from the inputs kept with them.
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
paid() { as clara "county export" --what benefits --out paid.csv --on 2026-12-01 >/dev/null; cut -d, -f1-4 paid.csv | sort; }
approved() {
    as rob "revision review" "$@" >/dev/null
    as hank "revision approve" "$@" >/dev/null
}

digest() { show award list --month 2026-11 --json "$@" | sed -n 's/.*"digest": *"\([0-9a-f]*\)".*/\1/p'; }

# Packs of a year whose base is not yet published: awards go by that of the year before.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hank=head pat=parameter-keeper
    cp -r "$tree/packs" early
    sed -i '/^set 计发基数最近公布年度/,/^$/s/always = 2026/always = 2025/; /^set 计发基数$/,/^$/{/| 2026 |/d}' early/demo/sample-province-pension.md
    as clara "month open" --month 2026-11 >/dev/null
    adopt early
    as clara "month determine" --month 2026-11 --purpose award.retirement --packs early --awards awards.csv >/dev/null
    as rob "award review" --month 2026-11 --digest "$(digest)" >/dev/null
    as hank "award approve" --month 2026-11 --packs early --digest "$(digest --state reviewed)" >/dev/null
    adopt "$tree/packs"
}
setup() { enter_office; }
# The first award of the file: person, decision, amount a month.
award() { IFS=, read -r _ person decision monthly _ < <(grep '^award.retirement,' awards.csv | head -n 1); }

@test "[C1] provisional awards are computed again once the year's base is published, and only they" {
    award
    paid >before
    # By the packs that decided them nothing differs.
    run show benefit recompute --dry-run --packs early --lang en
    [[ $status -eq 0 && $output == *"people: 0"* ]]
    run show benefit recompute --dry-run --list people.csv --json
    [ "$status" -eq 0 ]
    [ "$(($(wc -l <people.csv) - 1))" -eq "$(grep -c '^award.retirement,' awards.csv)" ]
    # 7550 instead of 7300: what depends on the base grows by that share, and nothing falls.
    awk -F, 'NR > 1 && ($5 <= 0 || sprintf("%.2f", $4 + $5) != $6 || $5 > $4 * 250 / 7300 + 0.03) { exit 1 }' people.csv
    run as clara "benefit recompute" --lang en
    [[ $status -eq 0 && $output == *"batch: 1"* ]]
    run as clara "benefit recompute" --lang en
    [[ $output == *"entered before, nothing changed"* ]]
    # Until it is approved the person is paid, and told, the old amount.
    run show person explain "$person" --packs early --json
    [[ $(flat) == *"\"decision\":$decision,"* ]]
    approved 1
    after=$(awk -F, -v p="$person" '$1 == p { print $6 }' people.csv)
    paid | grep -q "^$person,employee_pension,paying,$after"
    run show person explain "$person" --json
    [[ $(flat) == *"\"monthly\":\"$after\",\"is_whole\":true"* ]]
    # Final now: once more changes nobody.
    run as clara "benefit recompute" --lang en
    [[ $status -eq 0 && $output == *"nobody is to be changed"* ]]
    run show verify
    [ "$status" -eq 0 ]
    # And back.
    as clara "revision reverse" 1 >/dev/null
    approved 2
    paid | diff before -
    run show person explain "$person" --json
    [[ $(flat) == *"\"decision\":$decision,"*"\"monthly\":\"$monthly\",\"is_whole\":true"* ]]
}

@test "[C3] a law changed for months past is carried through awards and the adjustments upon them" {
    award
    as clara "benefit recompute" >/dev/null
    approved 1
    as clara "benefit adjust" --year 2026 --list adjusted.csv >/dev/null
    approved 2
    # Unchanged law: nothing differs.
    run show benefit retro --dry-run --lang en
    [[ $status -eq 0 && $output == *"people: 0"* ]]
    show person explain "$person" | sed -n '/^line/,/^$/p' >told
    # The level part of the adjustment becomes 0.8 % instead of 0.6 %, from January on.
    cp -r "$tree/packs" later
    sed -i 's/调整前月养老金 \* 0.6%/调整前月养老金 * 0.8%/' later/demo/sample-province-pension.md
    adopt later
    run as clara "benefit retro" --packs later --list people.csv --lang en
    [ "$status" -eq 0 ]
    # Those adjusted, each by 0.2 % of what it was before; the ten months from January come as arrears.
    [ "$(wc -l <people.csv)" -eq "$(wc -l <adjusted.csv)" ]
    awk -F, 'NR == FNR { before[$1] = $4; next }
             FNR > 1 && $3 == "paying" { d = before[$1] * 0.002 - $5
                 if (d > 0.0101 || d < -0.0101 || $8 != 10 || sprintf("%.2f", $5 * 10) != $9) exit 1 }' adjusted.csv people.csv
    approved 3 --packs later
    paid | grep -c employee_pension
    run as clara "benefit retro" --packs later --lang en
    [[ $status -eq 0 && $output == *"nobody is to be changed"* ]]
    # One who is adjusted: base before the system, and one adjustment in place of the other, come to what is paid.
    one=$(awk -F, 'NR > 1 && $3 == "paying" { print $1; exit }' people.csv)
    run show person explain "$one" --packs later --json
    [[ $(flat) == *'"is_whole":true'* && $(flat) == *"\"batch\":\"3\""* && $(flat) != *"\"batch\":\"2\""* ]]
    # What was told of the award of another is told again, though the packs have changed.
    show person explain "$person" --packs later | sed -n '/^line/,/^$/p' | diff told -
    # The last first: the adjustment under it is not taken back.
    refused 4 revise.built_upon "Batch 3 later changed" "批量变更 3" as clara "revision reverse" 2 --packs later
    run show verify
    [ "$status" -eq 0 ]
}
