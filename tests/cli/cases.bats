load support

adapters() { mkdir -p adapters; { echo topic,way,key,target,unit; printf '%s\n' "$@"; } >adapters/cases.csv; }
cases() { "$program" cases cases.json --packs "$packs" --adapters adapters "$@"; }
# one TOPIC INPUTS EXPECTED
one() { printf '{"cases":[{"id":"K1","topic":"%s","inputs":%s,"expected":%s}]}\n' "$1" "$2" "$3" >cases.json; }

@test "a worked example passes by names alone" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    one basic '{"index":0.6,"months":180}' '{"pension":960}'
    run cases
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "pass K1" ]
    [ "${lines[1]}" = "1 passed, 0 failed" ]
}

@test "a wrong answer is shown with both values, and ends with 1" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    one basic '{"index":0.6,"months":180}' '{"pension":960.01}'
    run cases
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "FAIL K1: pension: expected 960.01 got 960.00" ]
    [ "${lines[1]}" = "0 passed, 1 failed" ]
    run cases --lang zh
    [ "${lines[0]}" = "FAIL K1: pension：应为 960.01，实为 960.00" ]
    run cases --json
    [ "$status" -eq 1 ]
    [[ $output == *'"failed": 1'* ]]
}

@test "values are compared exactly, and zeros at the end do not count" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    one basic '{"index":0.60,"months":1.80e2}' '{"pension":960.000}'
    run cases
    [ "$status" -eq 0 ]
    one basic '{"index":0.6,"months":180}' '{"pension":960.001}'
    run cases
    [ "$status" -eq 1 ]
}

@test "an input that is not given, or null, is unknown; null is what is unknown" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    one basic '{"index":0.6}' '{"pension":null}'
    run cases
    [ "$status" -eq 0 ]
    one basic '{"index":0.6,"months":null}' '{"pension":0}'
    run cases
    [ "$status" -eq 1 ]
    [[ $output == *"expected 0 got ? (累计缴费月数 is not known)"* ]]
}

@test "every expected key is compared, and every input key must be known" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    one basic '{"index":0.6,"months":180}' '{"pension":960,"other":1}'
    run cases
    [ "$status" -eq 1 ]
    [[ $output == *"other: the adapter has no \`out\` row"* ]]
    one basic '{"index":0.6,"months":180,"extra":1}' '{"pension":960}'
    run cases
    [ "$status" -eq 1 ]
    [[ $output == *"extra: the adapter has no row for this input"* ]]
    one basic '{"index":0.6,"months":180}' '{}'
    run cases
    [ "$status" -eq 1 ]
}

@test "an unknown topic fails" {
    adapters basic,out,pension,基础养老金,
    one nonsense '{}' '{"pension":960}'
    run cases
    [ "$status" -eq 1 ]
    [[ $output == *"no adapter knows the topic nonsense"* ]]
}

@test "lists become rows; row variables are compared one by one" {
    adapters paid,on,,2025-06-01, paid,record,years,缴费年度, paid,in,years.year,缴费年度.年份,年 paid,in,years.base,缴费年度.缴费基数,元/月 \
        paid,in,years.months,缴费年度.缴费月数, paid,out,each,年度缴费, paid,out,all,缴费合计,
    one paid '{"years":[{"year":2022,"base":4500,"months":12},{"year":2023,"base":5000,"months":6}]}' '{"each":[4320,2400.0],"all":6720}'
    run cases
    [ "$status" -eq 0 ]
    one paid '{"years":[{"year":2022,"base":4500,"months":12}]}' '{"each":[4320,1]}'
    run cases
    [ "$status" -eq 1 ]
    one paid '{"years":[{"year":2022,"wage":4500}]}' '{"all":0}'
    run cases
    [[ $output == *"years.wage: the adapter has no row"* ]]
}

@test "words, truths, parameters, dates and regions" {
    adapters w,on,day,, w,on,,2024-01-01, w,region,where,, w,in,kind,类别, w,in,index,平均缴费指数, w,in,months,累计缴费月数, \
        w,given,base,计发基数,元/月 w,out,female,是女职工, w,out,pension,基础养老金,
    one w '{"day":"2025-06-01","where":"示例省","kind":"female_55","index":0.6,"months":180}' '{"female":true,"pension":1200}'
    run cases
    [ "$status" -eq 0 ]
    one w '{"day":2025,"kind":"男职工","index":0.6,"months":180,"base":10000}' '{"female":false,"pension":1200}'
    run cases
    [ "$status" -eq 0 ]
}

@test "identity numbers are asked of their own checks" {
    adapters citizen_id,ident,id,citizen, citizen_id,ident,valid,citizen.valid, citizen_id,ident,expected_check,citizen.check, \
        up,ident,id15,citizen15, up,ident,id18,citizen15.id18, uscc,ident,code,uscc, uscc,ident,valid,uscc.valid, uscc,ident,expected_check,uscc.check,
    printf '{"cases":[%s,%s,%s]}' '{"id":"a","topic":"citizen_id","inputs":{"id":"110105194912310020"},"expected":{"valid":false,"expected_check":"X"}}' \
        '{"id":"b","topic":"up","inputs":{"id15":"331003000711123"},"expected":{"id18":"331003190007111237"}}' \
        '{"id":"c","topic":"uscc","inputs":{"code":"91110000802100433B"},"expected":{"valid":true,"expected_check":"B"}}' >cases.json
    run cases
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "3 passed, 0 failed" ]
}

@test "what is no file of cases is refused" {
    adapters basic,out,pension,基础养老金,
    echo '{"rows":[]}' >cases.json
    refused 2 policy_cases.bad_file "A file of cases holds" "算例文件应为" cases
    echo '{"cases":[' >cases.json
    run cases
    [ "$status" -eq 2 ]
    rm cases.json
    run cases
    [ "$status" -eq 3 ]
}

@test "a broken adapter is refused with its line" {
    adapters basic,by,pension,基础养老金,
    one basic '{}' '{"pension":1}'
    refused 2 adapter.bad_row "cases.csv:2:1" "适配表的每行应为" cases
    adapters basic,out,pension
    refused 2 adapter.bad_row "3/5" "3/5" cases
    rm adapters/cases.csv
    refused 3 adapter.none "There is no cases*.csv in adapters" "adapters 中没有 cases*.csv" cases
}

@test "inputs and expected that are lists, and cases without an id, fail by their place" {
    adapters basic,out,pension,基础养老金,
    echo '{"cases":[{"topic":"basic","inputs":[1,2],"expected":{"pension":1}},{"id":7,"topic":"basic","inputs":{},"expected":[1]},3,null]}' >cases.json
    run cases
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "FAIL #1: A file of cases holds"* ]]
    [[ ${lines[1]} == "FAIL 7: A file of cases holds"* ]]
    [[ ${lines[3]} == "FAIL #4: "* ]]
    [ "${lines[-1]}" = "0 passed, 4 failed" ]
    run cases --lang zh
    [[ ${lines[0]} == "FAIL #1: 算例文件应为"* ]]
}

@test "numbers that are none, keys twice, deep nesting and other encodings are refused with their place" {
    adapters basic,in,index,平均缴费指数, basic,out,pension,基础养老金,
    for number in NaN -Infinity 007 0x10 .5 5. +1 1e; do
        one basic "{\"index\":$number}" '{"pension":1}'
        run --separate-stderr cases
        [ "$status" -eq 2 ]
        [[ $stderr == *"cases.json:1:"* ]]
    done
    one basic '{"index":1,"index":2}' '{"pension":1}'
    refused 2 codec.json_duplicate_key "the key index twice" "index" cases
    printf '[%.0s' {1..100000} >cases.json
    refused 2 codec.json_too_deep "nested more than 64 levels" "64" cases
    printf '{"cases":[{"id":"\\ud800"}]}' >cases.json
    refused 2 codec.json_bad_string "half a surrogate pair" "代理" cases
    printf '{"cases":[{"id":"\xff"}]}' >cases.json
    run cases
    [ "$status" -eq 2 ]
    one basic '{}' '{}' && iconv -t UTF-16 cases.json >other && mv other cases.json
    run cases
    [ "$status" -eq 2 ]
    one basic '{}' '{}' && echo '{}' >>cases.json
    run cases
    [ "$status" -eq 2 ]
    rm cases.json && mkdir cases.json
    run cases
    [ "$status" -eq 2 ]
}

@test "numbers out of any measure are one failed case, not the end of the file" {
    adapters basic,on,,2025-06-01, basic,in,index,平均缴费指数, basic,in,months,累计缴费月数, basic,out,pension,基础养老金,
    for number in 1e999999999 1e-999999999 true '{"a":1}' '[]' '"1,x=2]"' '""'; do
        one basic "{\"index\":$number,\"months\":180}" '{"pension":960}'
        run cases
        [ "$status" -eq 1 ]
        [ "${lines[-1]}" = "0 passed, 1 failed" ]
    done
}

@test "control characters of a file do not reach the terminal" {
    adapters basic,on,,2025-06-01, basic,out,pension,基础养老金,
    printf '{"cases":[{"id":"\\u001b[2J\\u0007\\u009b1m","topic":"basic","inputs":{},"expected":{"pension":1}}]}' >cases.json
    run cases
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "FAIL ␛[2J␇�1m: "* ]]
    printf '{"cases":[],"cases\\u001b[2J":1,"cases\\u001b[2J":2}' >cases.json
    run cases
    [ "$status" -eq 2 ]
    [[ $output == *"‹U+001B›[2J"* ]]
}

@test "a case is one line, whatever it is called" {
    adapters basic,on,,2025-06-01, basic,out,pension,基础养老金,
    printf '{"cases":[{"id":"A\\npass B","topic":"basic","inputs":{},"expected":{"pension":1}}]}' >cases.json
    run cases
    [ "$status" -eq 1 ]
    [[ ${#lines[@]} -eq 2 && ${lines[0]} == "FAIL A pass B: "* ]]
}
