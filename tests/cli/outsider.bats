load support

# What a stranger's files and a stranger's shell do: no crash, nothing half-written, a place.

# stops SAYS COMMAND ...: ends with 2 and leaves no output.
stops() {
    local says=$1
    shift
    run --separate-stderr timeout 30 "$@" --lang en
    [ "$status" -eq 2 ] || { echo "exit $status: $stderr"; return 1; }
    [[ $stderr == *"$says"* ]] || { echo "says: $stderr"; return 1; }
    [ ! -e out.csv ] && [ ! -e out.csv.rejects.csv ] && ! ls ./*.tmp 2>/dev/null
}
run_usual=(run --packs "$BATS_TEST_DIRNAME/packs" --in people.csv --out out.csv --on 2025-06-01 --vars "基础养老金,账户养老金")

@test "a row of more than a megabyte" {
    { echo "$header"; printf '1,0.6,180,'; head -c 1100000 /dev/zero | tr '\0' 9; echo ,,; } >people.csv
    stops "people.csv:2:1: The row is longer than 1048576 bytes" "$program" "${run_usual[@]}"
}
@test "a hundred thousand columns" {
    seq 100000 | paste -sd, >people.csv
    stops "people.csv:1:" "$program" "${run_usual[@]}"
}
@test "four hundred thousand facts, each once" {
    seq 400000 | awk '{ printf "%s\"x%d\":1", NR == 1 ? "{" : ",", $1 } END { print "}" }' >many.json
    run --separate-stderr timeout 30 "$program" calc 满月龄 --input many.json --packs "$BATS_TEST_DIRNAME/packs" --on 2025-06-01 --lang en
    [ "$status" -eq 3 ]
    [[ $stderr == *"many.json:1:7: The packs know nothing called x1."* ]]
}
@test "semicolons and tabs for commas" {
    for mark in ';' '\t'; do
        printf "${header//,/$mark}\n1${mark}0.6${mark}180${mark}1${mark}${mark}\n" >people.csv
        stops "people.csv:1:1: No column of people.csv is an input" "$program" "${run_usual[@]}"
    done
}
@test "an encoding that changes half-way" {
    { echo "$header"; for i in $(seq 20000); do echo "$i,0.6,180,1,,"; done; printf '20001,0.6,180,1,\xc4\xd0,\n'; } >people.csv
    stops "people.csv:20002:" "$program" "${run_usual[@]}"
}
@test "a NUL in the middle of a number" {
    { echo "$header"; printf '1,0.\0006,180,1,,\n'; } >people.csv
    stops "people.csv:2:5: The text holds a NUL byte" "$program" "${run_usual[@]}"
}
@test "a device without end and a folder as people" {
    run_zero=("${run_usual[@]/people.csv//dev/zero}")
    stops "/dev/zero:1:1: The text holds a NUL byte" "$program" "${run_zero[@]}"
    mkdir people.csv
    stops "This is a folder" "$program" "${run_usual[@]}"
}
@test "numbers with zero-width characters, exponents, percent signs twice, letters of full width" {
    for value in $'0.6\u200b' 1e5 '8%%' ０．６Ａ --1 +-1 0x1 Infinity '1 2' 1.2.3; do
        printf '%s\n1,%s,180,1,,\n2,0.6,180,1,,\n' "$header" "$value" >people.csv
        run --separate-stderr doudi "${run_usual[@]}" --lang en
        [ "$status" -eq 1 ] || { echo "$value: $status"; return 1; }
        grep -q '^people.csv,2,2,平均缴费指数,.*cannot be read as number$' out.csv.rejects.csv
        grep -q '^2,960.00,' out.csv
    done
}
@test "full-width digits are digits" {
    printf '%s\n1,０．６,１８０,１３９００,,\n' "$header" >people.csv
    run doudi "${run_usual[@]}"
    [ "$status" -eq 0 ]
    grep -q '^1,960.00,100.00,$' out.csv
}
@test "dates that never were" {
    for value in 2025-13-01 0000-00-00 9999-12-31 2023-02-29 20251301 2025/2/30 1900-02-29; do
        printf '%s\n1,0.6,180,1,,%s\n' "$header" "$value" >people.csv
        run --separate-stderr doudi "${run_usual[@]}" --vars 满月龄 --lang en
        [ "$status" -eq 2 ] || [ "$status" -eq 1 ] || { echo "$value: $status"; return 1; }
    done
}
@test "a full device and a closed standard output" {
    people 1,0.6,180,13900,,
    run --separate-stderr doudi "${run_usual[@]/out.csv//dev/full}"
    [ "$status" -eq 6 ]
    for words in "check --packs $packs" "run --packs $packs --in people.csv --out - --on 2025-06-01 --vars 基础养老金" "packs --packs $packs" help; do
        code=0
        "$program" $words >/dev/full 2>said || code=$?
        [ "$code" -eq 6 ] && [ -s said ]
        code=0
        "$program" $words >&- 2>said || code=$?
        [ "$code" -eq 6 ] && [ -s said ]
    done
}
@test "a closed standard error spoils no file" {
    people 1,0.6,180,13900,,
    "$program" "${run_usual[@]}" >said 2>&- <&-
    [ "$(wc -l <out.csv)" -eq 2 ]
    code=0
    "$program" "${run_usual[@]}" 2>&- >&- <&- || code=$?
    [ "$code" -eq 6 ]
    [ "$(sed -n 2p out.csv)" = "1,960.00,100.00," ]
    [ "$(wc -l <out.csv)" -eq 2 ]
    code=0
    "$program" "${run_usual[@]/people.csv/-}" 2>said <&- || code=$?
    [ "$code" -ne 0 ] && [ -s said ]
}
@test "a run that is stopped leaves the old results and nothing half-written" {
    mkfifo people.fifo
    exec 8<>people.fifo
    people 1,0.6,180,13900,,
    cat people.csv >&8
    echo old >out.csv
    for signal in TERM INT HUP; do
        code=0
        timeout -s $signal 1 "$program" "${run_usual[@]/people.csv/people.fifo}" 2>said 3>&- 8>&- || code=$?
        [ "$code" -eq 124 ]
        [ "$(cat out.csv)" = old ]
        [ "$(ls | sort | tr '\n' ' ')" = "out.csv people.csv people.fifo said " ]
    done
    exec 8>&-
}
@test "what a killed run left half-written goes with the next run of the same results" {
    mkfifo people.fifo
    exec 8<>people.fifo
    people 1,0.6,180,13900,,
    echo old >out.csv
    "$program" "${run_usual[@]/people.csv/people.fifo}" >/dev/null 2>said 3>&- 8>&- &
    job=$!
    { cat people.csv; seq -f '%.0f,0.6,180,13900,,' 2 90000; } >&8
    for ((i = 0; i < 600; i++)); do
        ls out.csv.*.tmp >/dev/null 2>&1 && break
        sleep 0.02
    done
    kill -KILL $job
    wait $job || true
    exec 8>&-
    [ "$(cat out.csv)" = old ]
    ls out.csv.*.tmp
    echo mine >out.csv.not-a-run.tmp
    "$program" "${run_usual[@]}"
    [ "$(sed -n 2p out.csv)" = "1,960.00,100.00," ]
    [ "$(ls out.csv*)" = "out.csv
out.csv.not-a-run.tmp" ]
}
@test "a stopped sort takes its folder with it, a killed one leaves it to the next" {
    mkdir sorts
    export TMPDIR=$PWD/sorts
    { echo "$header"; for i in 1 2 3; do echo "$i,0.6,180,13900,,"; done; } >people.csv
    awk 'BEGIN { print "id,年份,缴费基数,缴费月数"; for (i = 0; i < 400000; i++) print 3 - i % 3 ",2020,4500,12" }' >history.csv
    run_sort=("$program" run --packs "$packs" --in people.csv --out out.csv --vars 基础养老金,缴费合计
        --history 缴费年度=history.csv --memory 16K --on 2025-06-01 --threads 1)
    for signal in TERM KILL; do
        "${run_sort[@]}" >/dev/null 2>said 3>&- &
        job=$!
        for ((i = 0; i < 600; i++)); do
            ls sorts/doudi-*/*.run-3 >/dev/null 2>&1 && break
            sleep 0.02
        done
        kill -$signal $job
        wait $job || true
        [ "$(ls sorts | wc -l)" -eq $([ $signal = TERM ] && echo 0 || echo 1) ]
    done
    head -n 4 history.csv >few.csv && mv few.csv history.csv
    "${run_sort[@]}"
    [ "$(ls sorts | wc -l)" -eq 0 ]
}
@test "what no eye sees is named where it stands, and a long value is not repeated whole" {
    { printf 'id,平均缴费\u200b指数,累计缴费月数,个人账户余额,类别,出生日期\n'
      printf '1,0.6,18\u200b0,13900,,\n2,0.6,180,\u00a013900x,男职\u200d工,\n'
      printf '3,0.6,%s,1,,\n' "$(printf '9%.0s' {1..2000})"; } >people.csv
    run "$program" "${run_usual[@]}"
    [ "$status" -eq 1 ]
    [[ $output == *"columns not read"*"平均缴费‹U+200B›指数"* ]]
    grep -q '^people.csv,2,3,累计缴费月数,18‹U+200B›0,cannot be read' out.csv.rejects.csv
    grep -q '^people.csv,3,4,个人账户余额,‹U+00A0›13900x,' out.csv.rejects.csv
    grep -q '^people.csv,4,3,累计缴费月数,9*…,' out.csv.rejects.csv
    [ "$(wc -c <out.csv.rejects.csv)" -lt 1000 ]
    run "$program" calc 基础养老金 "平均缴费指数=$(printf '9%.0s' {1..5000})" --packs "$packs"
    [ "$status" -eq 2 ]
    [[ $output == *"9…"* ]] && [ ${#output} -lt 700 ]
    run "$program" calc 基础养老金 $'平均缴费指数=0.\u200b6' --packs "$packs"
    [[ $output == *"0.‹U+200B›6"* ]]
}
@test "a link that leads back up is followed no further; one that leads nowhere is not there" {
    mkdir law
    printf -- '---\npack: 试\n---\n```rule\nparam 值 : count\n  law 例\n  always = 1\n```\n' >law/a.md
    ln -s ../law law/again
    ln -s .. law/up
    run "$program" check --packs law
    [ "$status" -eq 0 ]
    ln -s b a && ln -s a b
    run "$program" check a
    [ "$status" -eq 3 ]
    mkdir empty more
    run "$program" check --packs empty more
    [[ $output == *"Looked in: empty, more."* ]]
}
