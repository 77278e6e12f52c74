# Shared by the tests of the command line. Each test runs in a folder of its own.
bats_require_minimum_version 1.5.0

# For a setup_file of a file's own.
setup_program() {
    tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    program=${DOUDI_PROGRAM:-$tree/build/release/doudi}
    packs=$tree/tests/cli/packs
    unset DOUDI_PACKS DOUDI_HOME LANGUAGE LC_MESSAGES LANG
    export LC_ALL=C.UTF-8
}
setup() {
    setup_program
    cd "$BATS_TEST_TMPDIR"
    header='id,平均缴费指数,累计缴费月数,个人账户余额,类别,出生日期'
}

doudi() { "$program" "$@"; }

# people ROW ...: people.csv with the usual header.
people() { { printf '%s\n' "$header"; printf '%s\n' "$@"; } >people.csv; }
# history ROW ...: history.csv with the usual header.
history_rows() { { printf 'id,年份,缴费基数,缴费月数\n'; printf '%s\n' "$@"; } >history.csv; }

# compute [OPTION ...]: the usual run over people.csv.
compute() {
    "$program" run --packs "$packs" --in people.csv --out out.csv --on 2025-06-01 \
        --vars 基础养老金,账户养老金 "$@"
}
# with_history [OPTION ...]: a run over people.csv and history.csv.
with_history() {
    "$program" run --packs "$packs" --in people.csv --out out.csv --on 2025-06-01 \
        --vars 缴费合计 --history 缴费年度=history.csv "$@"
}

# refused EXIT CODE ENGLISH CHINESE COMMAND ...: the command ends so, names the kind, says the
# sentence in both languages, and leaves no output.
refused() {
    local exit_code=$1 code=$2 english=$3 chinese=$4
    shift 4
    run --separate-stderr "$@" --lang en --json
    [ "$status" -eq "$exit_code" ] || { echo "exit $status: $output $stderr"; return 1; }
    [[ $output == *"\"$code\""* ]] || { echo "no $code: $output"; return 1; }
    [[ $stderr == *"$english"* ]] || { echo "says: $stderr"; return 1; }
    run --separate-stderr "$@" --lang zh
    [ "$status" -eq "$exit_code" ] || { echo "zh exit $status"; return 1; }
    [[ $stderr == *"$chinese"* ]] || { echo "说：$stderr"; return 1; }
    [ ! -e out.csv ] || { echo "out.csv was written"; return 1; }
    [ -z "$(find . -name '*.part*' -o -name '.*.tmp*' | head -n 1)" ]
}

# rejected LINE HEADER VALUE ENGLISH CHINESE COMMAND ...: the run ends with 1, and the rejects file
# holds the cell with its reason in both languages.
rejected() {
    local line=$1 name=$2 value=$3 english=$4 chinese=$5
    shift 5
    run --separate-stderr "$@" --lang en
    [ "$status" -eq 1 ] || { echo "exit $status: $output $stderr"; return 1; }
    grep -q "^[^,]*,$line,[0-9]*,$name,$value,.*$english" out.csv.rejects.csv || { cat out.csv.rejects.csv; return 1; }
    run --separate-stderr "$@" --lang zh
    grep -q "^[^,]*,$line,[0-9]*,$name,$value,.*$chinese" out.csv.rejects.csv || { cat out.csv.rejects.csv; return 1; }
}
