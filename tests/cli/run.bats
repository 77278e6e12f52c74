load support

@test "a file of people is computed, a line a person" {
    people 1,0.6,180,13900,男职工,1965-08-01 2,1.0,240,1390,female_55,1970-01-15
    run compute
    [ "$status" -eq 0 ]
    [ "$(cat out.csv)" = "id,基础养老金,账户养老金,reason
1,960.00,100.00,
2,1600.00,10.00," ]
    [ ! -e out.csv.rejects.csv ]
}

@test "headers may be English labels, or be told by --columns" {
    printf 'no,average contribution index,MONTHS_CONTRIBUTED,bal\n1,0.6,180,13900\n' >people.csv
    run compute --columns bal=个人账户余额
    [ "$status" -eq 0 ]
    [ "$(tail -n 1 out.csv)" = "1,960.00,100.00," ]
}

@test "columns not read are noted, and carried through with --keep" {
    printf 'id,name,平均缴费指数,累计缴费月数\n1,"Zhang, San",0.6,180\n' >people.csv
    run --separate-stderr "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -eq 0 ]
    [[ $stderr == *"columns not read"*name* ]]
    run --separate-stderr "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on 2025-06-01 --keep name
    [[ $stderr != *"columns not read"* ]]
    [ "$(tail -n 1 out.csv)" = '1,"Zhang, San",960.00,' ]
    run "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on 2025-06-01 --keep '*'
    [ "$(tail -n 1 out.csv)" = '1,"Zhang, San",0.6,180,960.00,' ]
}

@test "what a spreadsheet would compute is carried through with an apostrophe, and numbers as they stand" {
    printf 'id,note,平均缴费指数,累计缴费月数\n1,"=HYPERLINK(""http://x"",""y"")",0.6,180\n2,-12.5,0.6,180\n3,@SUM(A1),0.6,180\n"+1+1",-,x,180\n' >people.csv
    run compute --keep note --vars 基础养老金
    [ "$status" -eq 1 ]
    [ "$(cut -d, -f1-4 out.csv | sed -n '2,5p')" = "$(printf '%s\n' '1,"'"'"'=HYPERLINK(""http://x"",""y"")",960.00' '2,-12.5,960.00,' "3,'@SUM(A1),960.00," "'+1+1,-,,")" ] || { cat out.csv; false; }
}

@test "an empty cell is unknown, which is no reject and no zero" {
    people 1,,180,13900,,
    run compute
    [ "$status" -eq 0 ]
    [ "$(tail -n 1 out.csv)" = "1,,100.00,平均缴费指数 is not known" ]
    [[ $output == *"1 person with results not known"* ]]
    run compute --lang zh
    [ "$(head -n 1 out.csv)" = "id,基础养老金,账户养老金,原因" ]
    [ "$(tail -n 1 out.csv)" = "1,,100.00,平均缴费指数 未知" ]
}

@test "histories are joined by id, in the people's order or any other" {
    people 2,,,,, 1,,,,, 3,,,,,
    history_rows 2,2022,4500,12 2,2023,5000,6 3,2022,1000,12
    run with_history
    [ "$status" -eq 0 ]
    in_order=$(cat out.csv)
    [ "$in_order" = "id,缴费合计,reason
2,6720.00,
1,0.00,
3,960.00," ]
    history_rows 3,2022,1000,12 2,2022,4500,12 2,2023,5000,6
    run --separate-stderr with_history
    [ "$status" -eq 0 ]
    [[ $stderr == *"sorting it"* ]]
    [ "$(cat out.csv)" = "$in_order" ]
    run with_history --memory 1K
    [ "$status" -eq 0 ]
    [ "$(cat out.csv)" = "$in_order" ]
}

@test "the same bytes for any number of threads" {
    awk 'BEGIN { print "id,平均缴费指数,累计缴费月数,个人账户余额,类别,出生日期"
        for (i = 0; i < 30000; i++) printf "%d,%d.%04d,%d,%d.%02d,%s,19%02d-05-07\n", 1000 + i, i % 4, i % 9999, i % 500, i * 7, i % 100, i % 97 ? "男职工" : "x", 50 + i % 50 }' >people.csv
    awk 'BEGIN { print "id,年份,缴费基数,缴费月数"
        for (i = 0; i < 30000; i += 3) for (y = 0; y < i % 5; y++) printf "%d,%d,%d,%d\n", 1000 + i, 2000 + y, i, y * 3 }' >history.csv
    for threads in 1 2 3 8; do
        run "$program" run --packs "$packs" --in people.csv --out out$threads.csv --on 2025-06-01 --totals \
            --vars 基础养老金,账户养老金,是女职工,满月龄,缴费合计 --history 缴费年度=history.csv --threads $threads
        [ "$status" -eq 1 ]
        cmp out1.csv out$threads.csv
        cut -d, -f2- out1.csv.rejects.csv >r1; cut -d, -f2- out$threads.csv.rejects.csv >r2; cmp r1 r2
    done
    [ "$(wc -l <out1.csv)" -eq 30001 ]
}

@test "date and region may stand in columns, a plan for each" {
    printf 'id,平均缴费指数,累计缴费月数,day,place\n1,0.6,180,2025-06-01,中国\n2,0.6,180,2025-06,示例省\n3,0.6,180,2025-06-01,火星\n4,0.6,180,soon,中国\n5,0.6,180,2005-01-01,中国\n' >people.csv
    run "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on @day --region @place
    [ "$status" -eq 1 ]
    grep -q '^1,960.00,$' out.csv
    grep -q '^2,1200.00,$' out.csv
    grep -q '^3,,.*火星' out.csv
    grep -q '^4,,is no date$' out.csv
    grep -q '^5,,.*holds at that date' out.csv
    grep -q ',4,5,place,火星,' out.csv.rejects.csv
    grep -q ',5,4,day,soon,is no date' out.csv.rejects.csv
}

@test "totals are exact sums of what could be computed" {
    people 1,0.6,180,13900,, 2,1.0,240,1390,, 3,,200,,,
    run compute --totals
    [ "$status" -eq 0 ]
    [[ $output == *"total 基础养老金: 2560.00 yuan/month (2 valued, 1 missing)"* ]]
    run compute --totals --json
    [[ $output == *'"sum": "110.00"'* && $output == *'"persons": 3'* ]]
}

@test "GB18030 is told apart, and the results are in it too" {
    people 1,0.6,180,13900,男职工,1965-08-01
    iconv -f UTF-8 -t GB18030 people.csv >gb.csv && mv gb.csv people.csv
    run compute --lang zh
    [ "$status" -eq 0 ]
    [ "$(iconv -f GB18030 -t UTF-8 out.csv | head -n 1)" = "id,基础养老金,账户养老金,原因" ]
    run compute --encoding utf8
    [ "$(tail -n 1 out.csv)" = "1,960.00,100.00," ]
    [ "$(head -c 4 out.csv)" = "id,基" ] || head -n 1 out.csv | grep -q 基础养老金
}

@test "a byte order mark and CRLF are read; the mark is kept" {
    people 1,0.6,180,13900,男职工,1965-08-01
    { printf '\xEF\xBB\xBF'; sed 's/$/\r/' people.csv; } >marked.csv && mv marked.csv people.csv
    run compute
    [ "$status" -eq 0 ]
    [ "$(head -c 3 out.csv | od -An -tx1 | tr -d ' ')" = efbbbf ]
    [ "$(tail -n 1 out.csv)" = "1,960.00,100.00," ]
    run compute --encoding utf8
    [ "$(head -c 2 out.csv)" = id ]
}

@test "quoted fields may hold commas, quotes and line ends" {
    printf 'id,平均缴费指数,累计缴费月数,个人账户余额,类别,note\n"1","0.6",180,13900,男职工,"a ""b"", \nc"\n2,1.0,240,1390,男职工,d\n' >people.csv
    run compute --keep note
    [ "$status" -eq 0 ]
    tail -n 1 out.csv | grep -q '^2,d,1600.00,10.00,$'
    history_rows '"2",2022,"1000",12'
    run with_history
    [ "$status" -eq 0 ]
    tail -n 1 out.csv | grep -q '^2,960.00,$'
}

@test "results may go to the standard output, and people come from the standard input" {
    people 1,0.6,180,13900,,
    run --separate-stderr bash -c "'$program' run --packs '$packs' --in - --out - --vars 基础养老金 --on 2025-06-01 <people.csv"
    [ "$status" -eq 0 ]
    [ "$output" = "id,基础养老金,reason
1,960.00," ]
    [[ $stderr == *"1 person,"* ]]
}

@test "a file without people gives a header without lines" {
    echo "$header" >people.csv
    run compute
    [ "$status" -eq 0 ]
    [ "$(wc -l <out.csv)" -eq 1 ]
}

@test "a parameter's column sets it for each person" {
    printf 'id,平均缴费指数,累计缴费月数,计发基数\n1,0.6,180,10000\n2,0.6,180,8000\n' >people.csv
    run "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -eq 0 ]
    grep -q '^1,1200.00,$' out.csv
    grep -q '^2,960.00,$' out.csv
}

@test "separators and full-width digits in amounts are read" {
    people '1,０．６,180,"13,900.00",男职工,1965年8月1日'
    run compute
    [ "$status" -eq 0 ]
    [ "$(tail -n 1 out.csv)" = "1,960.00,100.00," ]
}

@test "an old rejects file does not outlive a clean run" {
    people 1,x,180,13900,,
    run compute
    [ -e out.csv.rejects.csv ]
    people 1,1,180,13900,,
    run compute
    [ ! -e out.csv.rejects.csv ]
    run compute --rejects side.csv
    [ "$(wc -l <side.csv)" -eq 1 ]
}

@test "a history in another order into a pipe is computed once" {
    people 2,,,,, 1,,,,,
    history_rows 1,2022,1000,12 2,2022,4500,12
    run --separate-stderr bash -c "'$program' run --packs '$packs' --in people.csv --out - --on 2025-06-01 --vars 缴费合计 --history 缴费年度=history.csv | cat"
    [ "$status" -eq 0 ]
    [ "$output" = "id,缴费合计,reason
2,4320.00,
1,960.00," ]
}

@test "what a column sets is not computed, and that is said" {
    printf 'id,平均缴费指数,累计缴费月数,账户养老金\n1,0.6,180,7.00\n' >people.csv
    run --separate-stderr "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -eq 0 ]
    [[ $stderr == *"set by a column, not computed: 账户养老金"* ]]
}

@test "a date of its own for each person costs little memory" {
    awk 'BEGIN { print "id,平均缴费指数,累计缴费月数,day"
        for (i = 0; i < 4000; i++) printf "%d,0.6,180,%d-%02d-%02d\n", i, 2025 + i / 336 % 30, i / 28 % 12 + 1, i % 28 + 1 }' >people.csv
    run bash -c "ulimit -v 1000000; '$program' run --packs '$packs' --in people.csv --out out.csv --vars 基础养老金 --on @day --threads 2"
    [ "$status" -eq 0 ]
    [ "$(grep -c ',960.00,$' out.csv)" -eq 4000 ]
}
