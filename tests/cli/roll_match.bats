#!/usr/bin/env bats
# doudi roll match, decide, confirm: lines that no exact number has settled are matched by what else they say, two people
# decide each, and what they decided can be undone and holds for the next month.
load support
load office

show() { "$program" "$@" --county county.db --lang en; }
field() { sed -n "s/^$1: //p" <<<"$output"; }

# A household roll of November with 26 lines that cannot be settled by number: ten numbers with a digit changed, ten
# without one, five names with a character lost, one person who is not registered.
setup_file() {
    make_office rita=rights-manager lea=leader audrey=auditor clara=clerk rob=reviewer hana=head
    as clara "county export" --what persons --out people.csv --reveal >/dev/null
    awk -F, -v OFS=, 'NR > 1 && $3 ~ /^[0-9]*[0-9X]$/ && length($3) == 18 && substr($3, 17, 1) % 2 == ($4 == "male") && substr($3, 7, 8) == substr($5, 1, 4) substr($5, 6, 2) substr($5, 9, 2) && length($2) >= 9 && !met[$2]++ { print $1, $2, $3, $4, $5 }' people.csv | sort -t, -k1,1n >all.csv
    { echo 姓名,身份证号; cut -d, -f2,3 all.csv; } >try.csv
    as clara "roll receive" police.population try.csv --month 2026-11 --dry-run --rejects bad.csv >/dev/null 2>&1 || true
    grep -oE '[0-9]{17}[0-9X]' bad.csv >bad.list || true
    grep -vFf bad.list all.csv | head -900 >good.csv
    awk -F, -v OFS=, -v truth=truth.csv '
        BEGIN { print "姓名,公民身份号码,性别,出生日期" }
        { line = NR + 1; number = $3; name = $2 }
        NR <= 10 { number = substr($3, 1, 15) (substr($3, 16, 1) + 1) % 10 substr($3, 17); print line, $1 >truth }
        NR > 10 && NR <= 20 { number = ""; print line, $1 >truth }
        NR > 20 && NR <= 25 { name = substr($2, 1, 6); print line, $1 >truth }
        { print name, number, $4 == "male" ? "男" : "女", $5 }' good.csv >roll.csv
    echo '慕容不在,11010519491231002X,女,1949-12-31' >>roll.csv
    as clara "roll receive" police.population roll.csv --month 2026-11 >/dev/null
}

setup() {
    enter_office
}

@test "[M1 A1] lines without a sound number are matched by name, birth day and the rest of the number, and the likeliest is the right one" {
    run show roll show 1
    [[ $(field 'to be reviewed') = 25 && $(field 'not registered here') = 1 && $(field rejected) = 0 ]]
    run show roll match 1 --out found.csv
    [[ $status -eq 0 && $(field 'lines no exact number has settled') = 26 ]]
    sed 's/"[^"]*"/-/g' found.csv | awk -F, -v OFS=, 'NR > 1 && !met[$1]++ { print $1, $4 }' | sort >first
    sort truth.csv >true
    right=$(comm -12 first true | wc -l) wrong=$(comm -23 first true | wc -l)
    echo "right $right wrong $wrong of $(wc -l <true)"
    [ "$right" -ge 24 ]
    [ "$wrong" -eq 0 ]
    grep -q 'total' found.csv
    ! grep -qE '(^|,)[0-9]{17}[0-9X],' found.csv
    # What is most in doubt of who draws most comes first: of each line the greatest 4p(1-p) times what is drawn a month.
    sed 's/"[^"]*"/-/g' found.csv | awk -F, 'NR > 1 { d = 4 * $5 * (1 - $5) * $7; if (!($1 in most)) order[++n] = $1; if (d > most[$1]) most[$1] = d }
        END { for (i = 2; i <= n; i++) if (most[order[i]] > most[order[i - 1]] + 0.01) exit 1; print n " lines in order of risk" }'
    run "$program" roll match 1 --county county.db --lang zh
    [[ $output == *基本确定* ]]
    # Blind: the same people, by line, without what speaks for them.
    run show roll match 1 --blind --out blind.csv
    [[ $status -eq 0 && $(field 'lines that two people have decided, learned from') = 0 && $output != *'total '* && $output != *'as good as certain  '* ]]
    sed 's/"[^"]*"/-/g' found.csv | awk -F, 'NR > 1 { print $1, $4 }' | sort >seen
    awk -F, 'NR > 1 { print $1, $4; if ($5 != "" || $6 != "not shown") exit 1 }' blind.csv >unsorted
    awk '$1 < last { exit 1 } { last = $1 }' unsorted
    sort unsorted | cmp - seen
}

@test "[M1] whom a line is about is decided by two people, can be undone, and holds for the next month" {
    read -r line person < <(tr , ' ' <truth.csv | head -1)
    run as clara "roll decide" 1 "$line" --to "$person" --why 已电话核实 --lang en
    [[ $status -eq 0 && $(field 'proposed now') = yes && $(field proposed) = linked ]]
    run as clara "roll decide" 1 "$line" --to "$person" --lang en
    [[ $status -eq 0 && $(field 'proposed now') = no ]]
    run as clara "roll confirm" 1 "$line"
    [ "$status" -eq 5 ]
    run as rob "roll decide" 1 "$line" --nobody
    [ "$status" -eq 5 ]
    run as rob "roll confirm" 1 "$line" --lang en
    [[ $status -eq 0 && $(field 'still to be confirmed in this roll') = 0 ]]
    refused 3 roll.no_proposal "Nothing was proposed of line $line" "没有待复核的意见" as rob "roll confirm" 1 "$line"
    run show roll show 1
    [[ $(field linked) = 876 && $(field 'to be reviewed') = 24 ]]
    # The same line in the month before: what was decided of November's says nothing of it; of a later month's it does.
    as clara "roll receive" police.population roll.csv --month 2026-10 >/dev/null
    run show roll show 2
    [[ $(field 'to be reviewed') = 25 ]]
    as clara "roll decide" 2 "$line" --to "$person" >/dev/null
    as rob "roll confirm" 2 "$line" >/dev/null
    sed '$d' roll.csv >later.csv
    run as clara "roll receive" police.population later.csv --month 2026-11 --lang en
    [[ $(field 'to be reviewed') = 24 && $output == *"decided so the month before"* && $(field removed) = 1 ]]
    # What two people decided is learned from, also the month after.
    run show roll match "$(field receipt)"
    [[ $status -eq 0 && $(field 'lines that two people have decided, learned from') = 1 ]]
    run show roll match 1
    [[ $(field 'lines that two people have decided, learned from') = 1 ]]
    # Undone by two as well.
    as clara "roll decide" 1 "$line" --undo >/dev/null
    as rob "roll confirm" 1 "$line" >/dev/null
    run show roll show 1
    [[ $(field linked) = 875 && $(field 'to be reviewed') = 25 ]]
    run show roll match 1
    [[ $(field 'lines that two people have decided, learned from') = 0 ]]
    refused 2 rolls.which_of_three "one of --to" "请对第 $line 行" as clara "roll decide" 1 "$line"
    refused 3 roll.no_line "no line 99999" "没有第 99999 行" as clara "roll decide" 1 99999 --nobody
    run as clara "roll decide" 1 "$line" --to 99999999
    [ "$status" -eq 3 ]
    run as clara "roll decide" 1 "$line" --to 13
    [[ $status -ne 0 && $output != *linked* ]]
    printf '统一社会信用代码,单位名称,计税人数\n91350100M000100Y43,乙,3\n' >tax.csv
    as clara "roll receive" tax.payers tax.csv --month 2026-11 >/dev/null
    refused 4 rolls.of_employers "found by their code alone" "只按统一社会信用代码" "$program" roll match 4 --county county.db
    run show verify
    [ "$status" -eq 0 ]
}

@test "[M1] who was said to be nobody is asked of no more, next month neither, and teaches how those differ who only look alike" {
    run as clara "roll receive" police.population roll.csv --month 2026-10 --lang en
    past=$(field receipt)
    run show roll match "$past" --out first.csv
    open=$(field 'lines no exact number has settled') learned=$(field 'lines that two people have decided, learned from')
    # Four of the ten whose number has another digit are said to be nobody here.
    cut -d, -f1 truth.csv | sed -n '4,7p' >refused.list
    while read -r line; do
        as clara "roll decide" "$past" "$line" --nobody --why 查无此人 >/dev/null
        as rob "roll confirm" "$past" "$line" >/dev/null
    done <refused.list
    run show roll match "$past" --out second.csv
    [[ $(field 'lines no exact number has settled') = $((open - 4)) && $(field 'lines that two people have decided, learned from') = $((learned + 4)) ]]
    sed 's/"[^"]*"/-/g' second.csv | cut -d, -f1 | grep -Fx -f refused.list && return 1
    # The others of their kind are less likely than they were, and no pair of theirs is more so.
    join -t, <(sed 's/"[^"]*"/-/g' first.csv | awk -F, 'NR > 1 { print $1 "-" $4 "," $5 }' | sort) <(sed 's/"[^"]*"/-/g' second.csv | awk -F, 'NR > 1 { print $1 "-" $4 "," $5 }' | sort) >both.csv
    [ "$(wc -l <both.csv)" -gt 10 ]
    cut -d, -f1 truth.csv | sed -n '8,10p' | while read -r line; do grep "^$line-" both.csv | head -1; done | tee kind.csv
    awk -F, '{ before += 1 - $2; now += 1 - $3 } END { print "doubt before " before ", now " now; exit now <= before }' kind.csv
    # The month after, the same lines are nobody's still, and say so; a line that says something else is looked at anew.
    line=$(head -1 refused.list)
    awk -F, -v OFS=, -v line="$line" 'NR == line { $4 = $4 == "1950-01-01" ? "1951-01-01" : "1950-01-01" } { print }' roll.csv >november.csv
    run as clara "roll receive" police.population november.csv --month 2026-11 --lang en
    [ "$(field 'not registered here')" -eq 4 ]
    run show roll match "$(field receipt)"
    [ "$(field 'lines that two people have decided, learned from')" -ge 3 ]
    # Undone by two, it is asked of again.
    line=$(tail -1 refused.list)
    as clara "roll decide" "$past" "$line" --undo >/dev/null
    as rob "roll confirm" "$past" "$line" >/dev/null
    run show roll match "$past"
    [ "$(field 'lines no exact number has settled')" = $((open - 3)) ]
}

@test "[A1] who stands on a roll and is not registered is given a record, once, and is then one to be won" {
    run as clara "roll enter" 1 --dry-run --lang en
    [[ $status -eq 0 && $(field 'given a record') = 1 && $(field 'anything was written') = no ]]
    run as clara "roll enter" 1 --why 户籍名册 --lang en
    [[ $status -eq 0 && $(field 'given a record') = 1 && $(field 'anything was written') = yes ]]
    run as clara "roll enter" 1 --lang en
    [[ $status -eq 0 && $(field 'given a record') = 0 && $(field 'anything was written') = no ]]
    run show roll show 1
    [[ $(field linked) = 876 && $(field 'not registered here') = 0 ]]
    run show person find 慕容不在
    [[ $output == *慕容不在* ]]
    # The next roll finds her by her number.
    tail -n +3 roll.csv >tail.csv
    { head -1 roll.csv; cat tail.csv; } >again.csv
    run as clara "roll receive" police.population again.csv --month 2026-11 --lang en
    [[ $(field 'not registered here') = 0 ]]
    run as rob "roll enter" 1
    [ "$status" -eq 5 ]
    # Of two lines about one person both are linked to one record; whom two people call nobody, without a sound number, is left.
    printf '姓名,身份证号,统一社会信用代码,合同起始日\n诸葛新人,110101199003077758,91350100M000100Y43,2026-01-01\n诸葛新人,110101199003077758,91110000100000025B,2026-02-01\n无名氏,,91350100M000100Y43,2026-02-01\n' >contracts.csv
    as clara "roll receive" labour.contracts contracts.csv --month 2026-11 >/dev/null
    as clara "roll decide" 3 4 --nobody >/dev/null
    as rob "roll confirm" 3 4 >/dev/null
    run as clara "roll enter" 3 --lang en
    [[ $status -eq 0 && $(field 'given a record') = 2 && $(field 'left, without a sound number') = 1 ]]
    run show roll show 3
    [[ $(field linked) = 2 && $(field 'not registered here') = 1 ]]
    # An employer too.
    printf '统一社会信用代码,单位名称,计税人数\n91350100M000100Y43,乙,3\n' >tax.csv
    as clara "roll receive" tax.payers tax.csv --month 2026-11 >/dev/null
    run as clara "roll enter" 4 --lang en
    [ "$(field 'given a record')" = 1 ]
    run show employer show 91350100M000100Y43
    [[ $status -eq 0 && $output == *乙* ]]
    run show verify
    [ "$status" -eq 0 ]
}

# sound BIRTHDAY ORDER: a citizen number whose check character is right.
sound() {
    awk -v n="110101$1$2" 'BEGIN {
        split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ")
        for (i = 1; i <= 17; i++) sum += substr(n, i, 1) * weight[i]
        print n substr("10X98765432", sum % 11 + 1, 1) }'
}

@test "[A1 A2] who is entered from a roll is entered in the township or village it tells, by code or by the office's name, else in the county" {
    as audrey "docket enter area" --set place=590121101 --set name=柳河镇 >/dev/null
    {
        echo "姓名,公民身份号码,村(社区)"
        echo "欧阳村,$(sound 19800101 301),590121101003"
        echo "欧阳镇,$(sound 19800102 302),柳河镇"
        echo "欧阳外,$(sound 19800103 303),420121101003"
        echo "欧阳空,$(sound 19800104 304),"
        echo "欧阳别,$(sound 19800105 305),不知何处"
    } >places.csv
    run as clara "roll receive" police.population places.csv --month 2026-11 --lang en
    [[ $status -eq 0 && $(field 'not registered here') = 5 ]]
    run as clara "roll enter" "$(field receipt)" --lang en
    [[ $status -eq 0 && $(field 'given a record') = 5 ]]
    as clara "county export" --what persons --lang en --reveal --out entered.csv >/dev/null
    lives() { [ "$(awk -F, -v who="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "region") at = i } $2 == who { print $at }' entered.csv)" = "$2" ]; }
    lives 欧阳村 590121101003
    lives 欧阳镇 590121101
    for one in 外 空 别; do lives 欧阳$one 590121; done
}

@test "[M1 A1] of two people of one name the village that the line tells says which" {
    {
        echo "姓名,公民身份号码,村(社区)"
        echo "欧阳同名,$(sound 19810106 301),590121101003"
        echo "欧阳同名,$(sound 19810806 303),590121102001"
    } >two.csv
    run as clara "roll receive" police.population two.csv --month 2026-11 --lang en
    as clara "roll enter" "$(field receipt)" >/dev/null
    printf '姓名,公民身份号码,村(社区)\n欧阳同名,,590121102001\n' >one.csv
    as audrey "docket enter area" --set place=590121102 --set name=桃源镇 >/dev/null
    run as clara "roll receive" police.population one.csv --month 2026-11 --lang en
    run show roll match "$(field receipt)" --out one.found.csv
    echo "$output"
    [ "$status" -eq 0 ]
    likely=$(awk -F, 'NR > 1 { print $4; exit }' one.found.csv)
    as clara "county export" --what persons --lang en --reveal --out all.people.csv >/dev/null
    grep -q "^$likely,欧阳同名,.*19810806303" all.people.csv
    grep -q 'village same' one.found.csv
}
