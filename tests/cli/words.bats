load support

@test "without words doudi lists its commands" {
    run doudi
    [ "$status" -eq 0 ]
    for word in check calc run cases packs show completion; do [[ $output == *"  $word"* ]]; done
}

@test "help speaks the language of the locale, and C is English" {
    run env LC_ALL=C "$program" --help
    [[ $output == *"Commands"* ]]
    run env LC_ALL=POSIX "$program" --help
    [[ $output == *"Commands"* ]]
    run env LC_ALL=zh_CN.UTF-8 "$program" --help
    [[ $output == *"命令"* ]]
    run env LC_ALL=zh_CN.UTF-8 "$program" --lang en --help
    [[ $output == *"Commands"* ]]
}

@test "every command has help with usage, options, examples and exit codes, in both languages" {
    for word in check calc run cases packs show; do
        run doudi "$word" --help
        [ "$status" -eq 0 ]
        [[ $output == *"doudi $word"* && $output == *Options* && $output == *Examples* && $output == *"Exit codes"* ]]
        run doudi help "$word" --lang zh
        [ "$status" -eq 0 ]
        [[ $output == *选项* && $output == *示例* && $output == *退出码* ]]
    done
}

@test "a group of commands has help of its own, in both languages" {
    for words in "payrun" "payrun --help" "help payrun" "--help payrun"; do
        # shellcheck disable=SC2086
        run doudi $words --lang en
        [ "$status" -eq 0 ]
        [[ $output == "doudi payrun - payment runs"* && $output == *"  sign-leader "* && $output != *"ledger"* ]]
    done
    for group in payrun ledger month county user person policy; do
        run doudi "$group" --help --lang zh
        [ "$status" -eq 0 ]
        [[ $output == "doudi $group - "*"命令"*"--help 查看某个命令的用法"* ]]
    done
    refused 2 cli.unknown_command "payrun.chek (did you mean payrun.check?)" "是否想写 payrun.check？" doudi payrun chek
}

@test "an operation is named by its command, its name, or its name in two words" {
    for words in "packs" "policy.packs" "policy packs"; do
        run doudi $words --packs "$packs"
        [ "$status" -eq 0 ]
        [[ $output == *示例养老* ]]
    done
}

@test "version prints one line" {
    run doudi version
    [ "$status" -eq 0 ]
    [[ $output == "doudi "* ]]
    run doudi --version
    [ "$status" -eq 0 ]
}

@test "an unknown command is refused with the nearest one" {
    refused 2 cli.unknown_command "There is no command called chek (did you mean check?)" "是否想写 check？" doudi chek
    run doudi zzzzzzzz
    [ "$status" -eq 2 ]
    [[ $output != *"did you mean"* ]]
}

@test "an unknown option is refused with the nearest one" {
    refused 2 cli.unknown_option "--regoin (did you mean --region?)" "是否想写 --region？" doudi calc x --regoin y
    refused 2 cli.unknown_option "no option called --foo" "没有名为 --foo 的选项" doudi --foo
}

@test "an option without its value is refused" {
    refused 2 cli.value_missing "missing behind --on" "--on 后面缺少值" doudi calc x --on
    run doudi --lang fr
    [ "$status" -eq 2 ]
}

@test "a flag with a value is refused" {
    refused 2 cli.no_value "--totals takes no value" "--totals 不带值" doudi run --totals=yes
}

@test "a word too many is refused" {
    refused 2 cli.too_many_words "does not know what to do with b" "命令不需要 b" doudi show a b
}

@test "a missing argument is refused" {
    refused 2 service.missing_argument "VARIABLE is missing" "缺少 VARIABLE" doudi calc
    refused 2 service.missing_argument "--in is missing" "缺少 --in" doudi run
}

@test "an argument of the wrong form is refused with how to write it" {
    refused 2 service.bad_argument "2025-06-01" "2025-06-01" doudi calc x --on yesterday
    refused 2 service.bad_argument "512M" "512M" doudi run --in a --out b --vars x --memory much
    refused 2 service.bad_argument "utf8 | utf8-bom | gb18030" "gb18030" doudi run --encoding latin1
}

@test "an option given twice is refused" {
    refused 2 service.argument_twice "--on is given twice" "--on 给了两次" doudi calc x --on 2025-01-01 --on 2025-01-02
}

@test "completion is made for bash and zsh only, and bash accepts it" {
    doudi completion bash >completion.bash
    run bash -n completion.bash
    [ "$status" -eq 0 ]
    grep -q -- '--history' completion.bash
    run bash -c '. ./completion.bash; COMP_WORDS=(doudi ca); COMP_CWORD=1; _doudi; echo "${COMPREPLY[*]}"'
    [ "$output" = "calc cases case calendar campaign" ]
    run bash -c '. ./completion.bash; COMP_WORDS=(doudi payrun sign-l); COMP_CWORD=2; _doudi; echo "${COMPREPLY[*]}"
        COMP_WORDS=(doudi payrun draft --mo); COMP_CWORD=3; _doudi; echo "${COMPREPLY[*]}"'
    [ "$output" = "sign-leader
--month" ]
    doudi completion zsh | grep -q '#compdef doudi'
    refused 2 cli.unknown_shell "bash and zsh" "只支持 bash 和 zsh" doudi completion fish
}

@test "an answer that cannot be written is an error, not a silence" {
    [ -w /dev/full ] || skip "no /dev/full"
    run bash -c "'$program' --help >/dev/full"
    [ "$status" -eq 6 ]
    [[ $output == *"could not be written"* ]] # cli.cannot_write
}

@test "a name of any length is told in one line" {
    long=$(printf '%0120000d' 0 | tr 0 x)
    for as in --lang --json; do
        run --separate-stderr doudi show "$long" --packs "$packs" $([ $as = --json ] && echo --json || echo --lang en)
        [ "$status" -eq 3 ]
        [[ ${#output} -lt 1500 && ${#stderr} -lt 1500 && "$output$stderr" == *xxxx…* ]] || { echo "${#output} ${#stderr}"; return 1; }
    done
    run doudi "$long" --lang en
    [[ $status -eq 2 && ${#output} -lt 1000 && $output == *xxxx…* ]]
}
