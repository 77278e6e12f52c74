load support

# ---- cells: the person is told why, the others are computed -----------------------------------

@test "bad decimal" {
    people 1,zero,180,13900,, 2,0.6,180,13900,,
    rejected 2 平均缴费指数 zero "cannot be read as number" "无法读作 number" compute
    grep -q '^1,,100.00,' out.csv
    grep -q '^2,960.00,100.00,$' out.csv
}
@test "too many decimals" {
    people 1,0.6,180,13900.001,,
    rejected 2 个人账户余额 13900.001 "cannot be read as money" "无法读作 money" compute
}
@test "a broken month count" {
    people 1,0.6,180.5,1,,
    rejected 2 累计缴费月数 180.5 "cannot be read as months" "无法读作 months" compute
}
@test "an unknown enum word" {
    people 1,0.6,180,1,女兵,
    rejected 2 类别 女兵 "is no word of 人员类别" "不是 人员类别 的取值" compute --vars 是女职工
}
@test "no such date" {
    people 1,0.6,180,1,,1970-02-30
    rejected 2 出生日期 1970-02-30 "cannot be read as date" "无法读作 date" compute --vars 满月龄
}
@test "out of range" {
    people 1,5.0001,180,1,,
    rejected 2 平均缴费指数 5.0001 "is not from 0 to 5" "应在 0 至 5 之间" compute
}
@test "negative where it cannot be" {
    people 1,0.6,-1,1,,
    rejected 2 累计缴费月数 -1 "is not from 0 to 720" "应在 0 至 720 之间" compute
}
@test "a number too large for the machine" {
    people 1,0.6,99999999999999999999999,1,,
    rejected 2 累计缴费月数 99999999999999999999999 "cannot be read as" "无法读作" compute
}
@test "a formula of a spreadsheet" {
    people '1,=A1+1,180,1,,'
    rejected 2 平均缴费指数 "'=A1+1" "cannot be read as" "无法读作" compute
}
@test "a row too short" {
    people 1,0.6,180,1,, 2,0.6 3,0.6,180,1390,,
    rejected 3 "" "" "the row has 2 fields, the header 6" "该行有 2 个字段，表头有 6 个" compute
    grep -q '^2,,,' out.csv
    grep -q '^3,960.00,10.00,$' out.csv
}
@test "a row too long" {
    people 1,0.6,180,1,,,extra
    rejected 2 "" "" "the row has 7 fields, the header 6" "该行有 7 个字段，表头有 6 个" compute
}
@test "an id twice" {
    people 1,0.6,180,1,, 2,0.6,180,1,, 1,0.7,190,2,,
    rejected 4 id 1 "the id stands in the file twice" "编号重复出现" compute --key id
    [ "$(grep -c '^1,960.00' out.csv)" -eq 1 ]
}
@test "an empty id" {
    people ,0.6,180,1,,
    rejected 2 id "" "the id is empty" "编号为空" compute --key id
}
@test "history of an unknown person" {
    people 1,,,,,
    history_rows 1,2022,1000,12 9,2022,1000,12
    rejected 3 id 9 "no person of the file has this id" "人员文件中没有这个编号" with_history
    grep -q '^1,960.00,$' out.csv
}
@test "a bad cell in a history" {
    people 1,,,,, 2,,,,,
    history_rows 1,2022,1000,13 2,2022,1000,12
    rejected 2 缴费月数 13 "is not from 0 to 12" "应在 0 至 12 之间" with_history
    grep -q '^1,,' out.csv
    grep -q '^2,960.00,$' out.csv
}
@test "a bad cell in an unsorted history names its own line" {
    people 1,,,,, 2,,,,,
    history_rows 2,2022,1000,12 1,2022,lots,12
    rejected 3 缴费基数 lots "cannot be read as money per month" "无法读作 money per month" with_history
}
@test "a history row too short" {
    people 1,,,,, 2,,,,,
    history_rows 1,2022 2,2022,1000,12
    rejected 2 "" "" "the row has 2 fields, the header 4" "该行有 2 个字段，表头有 4 个" with_history
    grep -q '^1,,' out.csv
}

# ---- files: refused whole, nothing is written -------------------------------------------------

@test "an empty file" {
    : >people.csv
    refused 2 run.empty_file "is empty; its first row must name the columns" "是空的；第一行必须是列名" compute
}
@test "a file of blank lines" {
    printf '\n\n\n' >people.csv
    refused 2 run.empty_file "is empty" "是空的" compute
}
@test "no header" {
    printf '1,0.6,180,13900\n2,0.7,190,2\n' >people.csv
    refused 2 run.no_input "No column of people.csv is an input" "没有一列是所求变量的输入项" compute
}
@test "a wrong header" {
    printf 'id,指数,月数\n1,0.6,180\n' >people.csv
    refused 2 run.no_input "--columns" "--columns" compute
}
@test "a header twice" {
    printf 'id,平均缴费指数,平均缴费指数\n1,0.6,180\n' >people.csv
    refused 2 run.header_twice "people.csv:1:3: Two columns are called 平均缴费指数" "有两列都叫 平均缴费指数" compute
}
@test "a column without a name" {
    printf 'id,平均缴费指数,,累计缴费月数\n1,0.6,,180\n' >people.csv
    refused 2 run.header_blank "Column 3 has no name" "第 3 列没有名称" compute
}
@test "a NUL byte" {
    people 1,0.6,180,1,,
    printf '2,0.\0006,180,1,,\n' >>people.csv
    refused 2 codec.has_nul "people.csv:3:" "people.csv:3:" compute
}
@test "an unterminated quote" {
    people 1,0.6,180,1,, '2,"0.6,180,1,,' 3,0.6,180,1,,
    refused 2 codec.csv_open_quote "people.csv:3:" "people.csv:3:" compute
}
@test "a quote inside a field" {
    people '1,0".6,180,1,,'
    refused 2 codec.csv_stray_quote "people.csv:2:" "people.csv:2:" compute
}
@test "letters behind a closing quote" {
    people '1,"0.6"x,180,1,,'
    refused 2 codec.csv_after_quote "people.csv:2:" "people.csv:2:" compute
}
@test "bytes that are neither UTF-8 nor GB18030" {
    people 1,0.6,180,1,,
    printf '2,0.6,180,1,\xff\xff\xff,\n' >>people.csv
    run compute
    [ "$status" -eq 2 ]
    [ ! -e out.csv ]
    [[ $output == *people.csv* ]]
}
@test "a UTF-16 file" {
    people 1,0.6,180,1,,
    iconv -f UTF-8 -t UTF-16 people.csv >u && mv u people.csv
    refused 2 codec.encoding_unknown "people.csv" "people.csv" compute
}
@test "a line end of old Macs" {
    printf 'id,平均缴费指数\r1,0.6\r' >people.csv
    refused 2 codec.csv_bare_cr "people.csv:1:" "people.csv:1:" compute
}
@test "a huge field" {
    people 1,0.6,180,1,,
    { printf '2,'; head -c 3000000 /dev/zero | tr '\0' 9; printf ',180,1,,\n'; } >>people.csv
    refused 2 codec.csv_row_too_long "people.csv:3:" "people.csv:3:" compute
}
@test "a missing file" {
    refused 3 os.not_found "people.csv" "people.csv" compute
}
@test "a folder for a file" {
    mkdir people.csv
    run compute
    [ "$status" -ne 0 ]
    [ ! -e out.csv ]
}
@test "an output that cannot be written" {
    people 1,0.6,180,1,,
    run --separate-stderr "$program" run --packs "$packs" --in people.csv --out no/such/out.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -ne 0 ]
    [[ $stderr == *"no/such"* ]]
}
@test "an output over its own input" {
    people 1,0.6,180,1,,
    cp people.csv before.csv
    run --separate-stderr "$program" run --packs "$packs" --in people.csv --out people.csv --vars 基础养老金 --on 2025-06-01 --json
    [ "$status" -eq 4 ]
    [[ $output == *run.same_file* ]]
    run "$program" run --packs "$packs" --in people.csv --out ./people.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -eq 4 ]
    run "$program" run --packs "$packs" --in people.csv --out out.csv --rejects people.csv --vars 基础养老金 --on 2025-06-01
    [ "$status" -eq 4 ]
    run "$program" run --packs "$packs" --in people.csv --out out.csv --vars , --on 2025-06-01
    [[ $status -eq 2 && $output == *"--vars"* && ! -e out.csv ]]
    cmp people.csv before.csv
}
@test "a full disk leaves the old results as they were" {
    people 1,0.6,180,1,, 2,x,180,1,,
    echo old >out.csv
    people 1,0.6,180,1,, '2,"0.6,180,1,,'
    run compute
    [ "$status" -eq 2 ]
    [ "$(cat out.csv)" = old ]
}
@test "an unknown column in the options" {
    people 1,0.6,180,1,,
    refused 2 run.no_column "no column called 姓名" "没有名为 姓名 的列" compute --keep 姓名
    refused 2 run.no_column "no column called no" "没有名为 no 的列" compute --key no
    refused 2 run.no_column "no column called when" "没有名为 when 的列" "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金 --on @when
}
@test "an unknown variable" {
    people 1,0.6,180,1,,
    refused 3 service.unknown_name "did you mean 基础养老金?" "是否想写" "$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老 --on 2025-06-01
}
@test "a history without its id column" {
    people 1,,,,,
    printf 'no,年份,缴费基数,缴费月数\n1,2022,1000,12\n' >history.csv
    refused 2 run.no_column "history.csv:1:1" "没有名为 id 的列" with_history
}
@test "a history that is needed and not given" {
    people 1,,,,,
    refused 2 run.needs_history "The rows of 缴费年度 are needed" "需要 缴费年度 的各行数据" "$program" run --packs "$packs" --in people.csv --out out.csv --vars 缴费合计 --on 2025-06-01
}
@test "a history of what is no record" {
    people 1,0.6,180,1,,
    history_rows 1,2022,1000,12
    refused 2 run.not_a_record "no record" "不是政策包中的记录" compute --history 基础养老金=history.csv
    refused 2 run.not_a_record "no record" "不是政策包中的记录" compute --history history.csv
}
@test "a variable of rows in a run" {
    people 1,,,,,
    history_rows 1,2022,1000,12
    refused 2 run.rows_asked "belongs to the rows of a record" "属于记录的各行" "$program" run --packs "$packs" --in people.csv --out out.csv --vars 年度缴费 --on 2025-06-01 --history 缴费年度=history.csv
}
@test "a broken quote in a history" {
    people 1,,,,, 2,,,,,
    history_rows 1,2022,1000,12 '2,"2022,1000,12'
    run with_history
    [ "$status" -ne 0 ]
    [ ! -e out.csv ]
    [[ $output == *history.csv* ]] # codec.csv_open_quote, or run.stray_history
}
@test "more unsorted ids than the memory allows" {
    awk 'BEGIN { print "id,平均缴费指数"; for (i = 9000; i > 0; i--) printf "%d,1\n", 10000 + i }' >people.csv
    refused 6 run.memory "give more with --memory" "用 --memory 放宽" compute --key id --memory 1K
    awk 'BEGIN { print "id,平均缴费指数"; for (i = 0; i < 9000; i++) printf "%d,1\n", 10000 + i }' >people.csv
    run compute --key id --memory 1K
    [ "$status" -eq 0 ]
}
@test "people from a pipe with a history in another order" {
    people 1,,,,, 2,,,,,
    history_rows 2,2022,1000,12 1,2022,1000,12
    refused 2 run.not_again "cannot be read a second time" "不能读第二遍" bash -c "cat people.csv | '$program' run --packs '$packs' --in - --out out.csv --on 2025-06-01 --vars 缴费合计 --history 缴费年度=history.csv \"\$@\"" _
}
@test "a quote left open in a long history does not fill the memory" {
    people 1,,,,, 2,,,,,
    { printf 'id,年份,缴费基数,缴费月数\n1,"2022,1000,12\n'; yes '2,2022,1000,12' | head -n 400000; } >history.csv
    refused 2 run.long_row "history.csv:2:1: A row longer than 1 MiB begins here" "是否有未闭合的引号" with_history
}
