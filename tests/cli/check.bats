load support

@test "check compiles packs, runs their tests and ends with the count" {
    run doudi check --packs "$packs"
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "3 passed, 0 failed" ]
    [[ $output == *"示例养老"*"3 passed"* ]]
}

@test "check of one pack tests that pack only" {
    run doudi check --packs "$packs" "$packs/province.md"
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "0 passed, 0 failed" ]
}

@test "a failing test is shown with place, and the exit code is 1" {
    mkdir p && sed 's/| 960.00 |/| 961.00 |/' "$packs/pension.md" >p/pension.md
    run doudi check --packs p
    [ "$status" -eq 1 ]
    [[ $output == *"FAIL p/pension.md:"* && $output == *961.00* ]]
    [ "${lines[-1]}" = "2 passed, 1 failed" ]
}

@test "mistakes are shown with a caret and how to mend them, in both languages" {
    mkdir p && sed 's/是女职工 : bool/是女职工 : boole/' "$packs/pension.md" >p/pension.md
    run doudi check --packs p --lang en
    [ "$status" -eq 1 ]
    [[ $output == *"p/pension.md:"* && $output == *"^"* ]]
    [[ ${lines[-1]} == "0 passed, "*" failed" ]]
    run doudi check --packs p --lang zh
    [[ $output == *"^"* ]]
    run doudi check --packs p --json
    [[ $output == *'"mistakes"'* && $output == *'"line"'* ]]
}

@test "check leaves a line a test for the mission" {
    run doudi check --packs "$packs" --results results.txt
    [ "$status" -eq 0 ]
    [ "$(grep -c '^pass	示例养老' results.txt)" -eq 3 ]
    grep -q '^pass	示例养老	.*\[C1\]' results.txt
    run doudi check --packs "$packs" --results no/such/folder/results.txt
    [ "$status" -ne 0 ]
}

@test "packs that do not compile are not computed by" {
    mkdir p && sed 's/是女职工 : bool/是女职工 : boole/' "$packs/pension.md" >p/pension.md
    refused 2 service.packs_broken "The packs have mistakes" "政策包有错误" doudi calc 基础养老金 --packs p
}

@test "where there are no packs the way out is named" {
    refused 3 service.no_packs "--packs" "DOUDI_PACKS" doudi check
    mkdir empty
    refused 3 service.no_packs "--packs" "DOUDI_PACKS" doudi check --packs empty
    run doudi check --packs no-such-folder
    [ "$status" -eq 3 ]
}

@test "packs are found in --packs, DOUDI_PACKS, ./packs and the installed folder" {
    run env DOUDI_PACKS="$packs" "$program" check
    [ "$status" -eq 0 ]
    mkdir home && cp -r "$packs" home/packs
    run env DOUDI_HOME="$PWD/home" "$program" check
    [ "$status" -eq 0 ]
    cp -r "$packs" packs
    run doudi check
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "packs lists packs and regions" {
    run doudi packs --packs "$packs"
    [ "$status" -eq 0 ]
    [[ $output == *示例省养老* && $output == *中国/示例省* && $output == *digest* ]]
}

@test "show tells type, law, versions and uses of a name" {
    run doudi show 基础养老金 --packs "$packs"
    [ "$status" -eq 0 ]
    [[ $output == *"money per month"* && $output == *"国发〔2005〕38号"* && $output == *"since 2006-01-01"* ]]
    run doudi show basic_pension --packs "$packs" --lang zh
    [ "$status" -eq 0 ]
    [[ $output == *类型* ]]
    run doudi show 计发基数 --packs "$packs"
    [[ $output == *"set by regions"* && $output == *province.md* ]]
    refused 3 service.unknown_name "did you mean 基础养老金?" "是否想写 基础养老金？" doudi show 基础养老 --packs "$packs"
}

@test "a pipe or a device in the folder of packs is passed over, not waited for" {
    mkdir mine && cp "$packs"/*.md mine/
    mkfifo mine/pipe.md && ln -s /dev/zero mine/endless.md
    run timeout 20 "$program" check --packs mine
    [ "$status" -eq 0 ]
    [[ ${lines[-1]} == *" passed, 0 failed" ]]
}

@test "a pack saved as UTF-16 is a mistake, not passed over" {
    mkdir mine && cp "$packs"/*.md mine/
    for kind in UTF-16LE UTF-16BE; do
        { [ $kind = UTF-16LE ] && printf '\xff\xfe' || printf '\xfe\xff'; printf -- '---\npack: x\n---\n' | iconv -t $kind; } >mine/wide.md
        run doudi check --packs mine
        [ "$status" -eq 1 ]
        [[ $output == *"mine/wide.md:1:1: mistake: The file is not UTF-8"*"[file.not_utf8]"* ]]
        run doudi calc 基础养老金 --packs mine
        [ "$status" -eq 2 ]
    done
}

@test "hostile packs end with a mistake and a place, soon and with the documented code" {
    mkdir mine
    head='%s\npack: 甲\n---\n```rule\nentity 人 "person"\ninput 数 : number of 人 "n"\nvar 果 : number of 人 "r"\n  law x\n  = '
    repeat() { printf "$1%.0s" $(seq "$2"); }
    try() { # NAME CODE BODY
        printf "$head%s\n\`\`\`\n" --- "$3" >mine/a.md
        run timeout 20 "$program" check --packs mine --lang en
        [ "$status" -eq 1 ] || { echo "$1: $status"; return 1; }
        [[ $output == *"mine/a.md:"*"[$2]"* ]] || { echo "$1: $output" | head -c 2000; return 1; }
    }
    try parentheses expr.too_deep "$(repeat '(' 20000)数$(repeat ')' 20000)"
    try itself name.circle "果 * 2"
    try digits literal.too_long "数 * $(repeat 9 50000)"
    try words file.tokens "数$(repeat ' + 数' 130000)"
}
