#!/usr/bin/env bats
# `doudi link change`: rows of a roll put in, corrected and taken out, without a run over all of them.

load support

data=$BATS_TEST_DIRNAME/data/link

setup_file() {
    setup_program
    cd "$BATS_FILE_TMPDIR"
    { cat "$data/cn_a.csv"; tail -n +2 "$data/cn_b.csv"; } >all.csv
    awk 'NR == 1 || NR % 3' all.csv >roll.csv
    doudi link roll.csv --spec cn-person --keep model.txt --clusters clusters.csv --out pairs.csv
    doudi link change roll.csv --spec cn-person --model model.txt --kept kept.csv
    # A third comes, of every ninth row the telephone is lost and the name another's, every eleventh goes.
    awk -F, -v OFS=, 'NR == 1 { print "change", $0; next } NR % 3 == 0 { print "insert", $0; next }
        NR % 11 == 0 { print "withdraw", $1, "", "", "", "", "", "", ""; next } NR % 9 == 1 { $8 = ""; $2 = last; print "correct", $0 } { last = $2 }' all.csv >changes.csv
}
setup() {
    setup_program
    cd "$BATS_TEST_TMPDIR"
    cp "$BATS_FILE_TMPDIR"/*.csv "$BATS_FILE_TMPDIR"/model.txt .
}

change() { doudi link change "$@" --spec cn-person --model model.txt; }
# sets KEPT: each cluster as the rows it has, then its name; sorted.
sets() { awk -F, 'NR > 1 && $1 != "gone" { print $2 "," $3 }' "$1" | sort | awk -F, '{ rows[$1] = rows[$1] " " $2 } END { for (c in rows) print rows[c] "|" c }' | sort; }

@test "a roll begins as a run leaves it; a month's changes at once, one by one, and in another order leave the same [A2 M1]" {
    diff <(awk -F, 'NR > 1 { print $2 "," $3 }' clusters.csv | sort) <(awk -F, 'NR > 1 { print $3 "," $2 }' kept.csv | sort)
    change kept.csv changes.csv --kept now.csv --out moved.csv --json >said.json
    read -r inserted corrected withdrawn < <(awk -F, '{ n[$1]++ } END { print n["insert"], n["correct"], n["withdraw"] }' changes.csv)
    [ "$inserted" -gt 200 ] && [ "$corrected" -gt 20 ] && [ "$withdrawn" -gt 30 ]
    grep -q "\"inserted\": $inserted" said.json && grep -q "\"corrected\": $corrected" said.json && grep -q "\"withdrawn\": $withdrawn" said.json
    # In another order, in three files; and some of it taken back and made again between.
    { head -1 changes.csv; tail -n +2 changes.csv | sort -t, -k5 -r; } >turned.csv
    for part in 0 1 2; do awk -v part=$part 'NR == 1 || NR % 3 == part' turned.csv >part$part.csv; done
    change kept.csv part0.csv --kept step1.csv
    awk -F, -v OFS=, 'NR == 1 || $1 == "insert" { if (NR > 1) $1 = "撤出"; print }' part0.csv >back.csv
    awk -F, -v OFS=, 'NR == 1 || $1 == "insert" { if (NR > 1) $1 = "新增"; print }' part0.csv >again.csv
    change step1.csv back.csv --kept step2.csv
    change step2.csv again.csv --kept step3.csv
    change step3.csv part1.csv --kept step4.csv
    change step4.csv part2.csv --kept step5.csv
    cmp <(sets now.csv | cut -d'|' -f1) <(sets step5.csv | cut -d'|' -f1)
    # All rows looked at anew, where the kept roll is made to say no clusters: the same.
    awk -F, -v OFS=, 'NR > 1 { $2 = "" } { print }' now.csv >bare.csv
    change bare.csv --kept anew.csv
    cmp <(sets now.csv | cut -d'|' -f1) <(sets anew.csv | cut -d'|' -f1)
    awk -F, -v OFS=, 'NR == 7 { $2 = "" } { print }' now.csv >hole.csv
    change hole.csv --kept whole.csv
    cmp <(sets now.csv | cut -d'|' -f1) <(sets whole.csv | cut -d'|' -f1)
    # One change is one command: the same again.
    cp kept.csv one.csv
    for line in 2 30 60 90; do
        sed -n "1p;${line}p" turned.csv >single.csv
        change one.csv single.csv --kept next.csv
        mv next.csv one.csv
    done
    awk 'NR == 1 || NR == 2 || NR == 30 || NR == 60 || NR == 90' turned.csv >four.csv
    change kept.csv four.csv --kept four.kept.csv
    cmp <(sets one.csv) <(sets four.kept.csv)
    # What a run with the same model says of the roll as it is now differs in next to nothing: how rare values are is its own.
    { head -1 all.csv; awk -F, -v OFS=, 'FNR > 1 && $1 != "gone" { print $3, $4, $5, $6, $7, $8, $9, $10 }' now.csv; } >standing.csv
    doudi link standing.csv --spec cn-person --model model.txt --clusters run.csv --out pairs.csv --evidence none
    both=$(comm -12 <(sets now.csv | cut -d'|' -f1) <(awk -F, 'NR > 1 { print "base," $3 "," $2 }' run.csv | { echo head; cat; } >r.csv; sets r.csv | cut -d'|' -f1) | wc -l)
    all=$(sets now.csv | wc -l)
    echo "$both of $all clusters are the run's"
    [ $((both * 100)) -ge $((all * 99)) ]
}

@test "names stay: only a cluster that is joined or split has another, and what moved is told [A2]" {
    change kept.csv changes.csv --kept now.csv --out moved.csv
    join -t'|' <(sets kept.csv) <(sets now.csv) >same.txt
    [ "$(wc -l <same.txt)" -gt 100 ]
    awk -F'|' '$2 != $3 { print; bad = 1 } END { exit bad }' same.txt
    diff <(awk -F, 'NR == FNR { if (FNR > 1) was[$3] = $2; next } FNR > 1 && $1 != "gone" { is[$3] = $2 }
        END { for (i in was) if (was[i] != is[i]) print i "," was[i] "," is[i]; for (i in is) if (!(i in was)) print i ",," is[i] }' kept.csv now.csv | sort) \
        <(tail -n +2 moved.csv | sort)
    # Somebody goes and comes back: everything is called as before.
    id=$(awk -F, 'NR > 1 { n[$2]++; first[$2] = $3 } END { for (c in n) if (n[c] == 2) { print first[c]; exit } }' kept.csv)
    row=$(awk -F, -v id="$id" '$3 == id { print "--record name=" $4 " --record id_number=" $6 " --record birth_date=" $7 " --record village=" $8 " --record house=" $9 " --record phone=" $10 " --record sex=" $5 }' kept.csv)
    change kept.csv --change withdraw --record id="$id" --kept gone.csv --lang en >said.txt
    grep -q 'taken out: 1' said.txt
    [ "$(grep -c "^gone,,$id," gone.csv)" = 1 ]
    # shellcheck disable=SC2086 # words of the sample have no blanks
    change gone.csv --change insert --record id="$id" $row --kept back.csv
    cmp <(sets kept.csv) <(sets back.csv)
    # What a row was said to be stays to be read: a correction is behind the base, and a second one takes its place.
    change kept.csv --change correct --record id="$id" --record name=慕容无此人 --kept one.csv
    change one.csv --change correct --record id="$id" --record name=慕容另一人 --kept two.csv
    [ "$(grep -c ",$id," two.csv)" = 2 ]
    grep -q "^later,.*,$id,慕容另一人," two.csv
}

@test "what cannot be changed is refused in one sentence, and nothing is written [A2 M1]" {
    try() { change "$@" --kept new.csv --out out.csv; }
    head -2 changes.csv >one.csv
    id=$(awk -F, 'NR == 2 { print $3 }' kept.csv)
    refused 4 linkage.row_stands "'$id'" '已在册' try kept.csv --change insert --record id="$id" --record name=王伟
    refused 3 linkage.no_row "'nobody'" '没有编号' try kept.csv --change withdraw --record id=nobody
    refused 3 linkage.no_row "''" '没有编号' try kept.csv --change correct --record name=王伟
    refused 2 linkage.id_empty 'no id' '没有编号' try kept.csv --change insert --record name=王伟
    refused 2 link.half_a_change '--change' '--change' try kept.csv --change withdraw
    refused 2 link.half_a_change '--record' '--record' try kept.csv --record id="$id"
    refused 2 link.no_column 'called change' 'change' try kept.csv all.csv
    refused 2 link.too_many_files 'one.csv' 'one.csv' try kept.csv one.csv one.csv
    sed 's/^insert/merge/' one.csv >merge.csv
    refused 2 link.bad_change "'merge'" '新增' try kept.csv merge.csv
    { cat changes.csv; echo "withdraw,nobody,,,,,,,"; } >late.csv
    refused 3 linkage.no_row 'late.csv' 'late.csv' try kept.csv late.csv
    sed 's/^kin .*/kin -9/' model.txt >other.txt
    cmp -s model.txt other.txt && sed -i 's/^prior .*/prior -9/' other.txt
    refused 4 link.other_model 'kept.csv' '另一模型' doudi link change kept.csv one.csv --spec cn-person --model other.txt --kept new.csv
    sed '2s/^base/here/' kept.csv >broken.csv
    refused 2 link.bad_state "'here'" '原样' try broken.csv one.csv
    head -1 kept.csv >empty.csv
    refused 2 linkage.no_rows 'empty.csv' 'empty.csv' try empty.csv one.csv
    sed 2p kept.csv >twice.csv
    refused 2 linkage.id_twice "$id" "$id" try twice.csv one.csv
    refused 2 link.no_column 'called fax' 'fax' try roll.csv one.csv --columns phone=fax
    [ ! -e new.csv ]
}
