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
