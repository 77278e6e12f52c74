load support

# The bank's folders, and an instruction made by hand.
folders() {
    mkdir -p in out
    cp "$tree/tests/golden/bankfile/instruction.$1" in/
}
bank() { "$program" bank "$@" --books books --inbox in --outbox out; }

@test "the simulated bank takes an instruction, pays it and answers, in both formats" {
    for format in csv xml; do
        rm -rf in out books
        folders $format
        run bank run --account 4100123456789 --opening 10000.00 --day 2026-03-06
        [ "$status" -eq 0 ]
        [[ $output == *"ZG-202603-01: received, 3 lines, 3 paid, 6789.05 yuan"* ]]
        [ -e out/HP-ZG-202603-01.$format ]
        [ ! -e in/instruction.$format ]
        [ "$(grep -c ,paid, books/ZG-202603-01.lines.csv)" -eq 3 ]
        [ "$(iconv -f GB18030 -t UTF-8 out/HP-ZG-202603-01.$format | grep -c -e 成功 -e ACSC.*InstdAmt)" -eq 3 ]
    done
}

@test "the simulated bank never pays a file twice" {
    folders csv
    bank run --account 4100123456789 --opening 10000.00
    cp books/batches.csv before
    folders csv
    run bank run --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *"已处理过"* ]]
    cmp before books/batches.csv
    iconv -f GB18030 -t UTF-8 "$tree/tests/golden/bankfile/instruction.csv" | sed s/张三/李三/ >in/other.csv
    run bank run
    [[ $output == *"rejected: duplicate"* ]]
    cmp before books/batches.csv
}

@test "the simulated bank says what it cannot do, in both languages" {
    run --separate-stderr "$program" bank rob
    [ "$status" -eq 2 ]
    [[ $stderr == *"does not know 'rob'"* ]]
    run --separate-stderr "$program" bank run --books nowhere --inbox in --outbox out --lang zh
    [ "$status" -eq 3 ]
    [[ $stderr == *"没有银行账簿"* ]]
    for words in help --help "run --help" "statement --lang zh -h"; do
        # shellcheck disable=SC2086
        run "$program" bank $words
        [[ $status -eq 0 && $output == *"--fault"* ]]
    done
    run "$program" help bank --lang en
    [[ $status -eq 0 && $output == *"--fault"* ]]
}
