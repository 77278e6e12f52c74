load support

office() {
    export DOUDI_COUNTY=c.db
    "$program" county new --packs "$tree/packs" --region 云南省 >/dev/null
}
take() { "$program" county import "$@" --lang en; }
persons() { printf '姓名,证件号码,性别,出生日期,手机号码\n张伟,11010519491231002X,女,1949-12-31,13900001234\n王芳,110105199003070084,女,1990-03-07,\n' >persons.csv; }

@test "a file is tried, taken, and taken again without change [M4]" {
    office
    persons
    run take persons.csv --what persons --dry-run
    [ "$status" -eq 0 ]
    [[ $output == *"new people or employers: 2"* && $output == *"written: no"* ]]
    run take persons.csv --what persons
    [[ $output == *"new people or employers: 2"* && $output == *"written: yes"* ]]
    run take persons.csv --what 人员
    [[ $output == *"new people or employers: 0"* && $output == *"facts that change: 0"* && $output == *"facts that are so already: 2"* ]]
    sed -i 's/13900001234/13900009999/' persons.csv
    run take persons.csv --what persons --dry-run
    [[ $output == *"facts that change: 1"* ]]
    # What the file does not say stays as it is.
    printf 'citizen_number,name\n110105199003070084,王芳芳\n' >names.csv
    take names.csv --what persons
    run "$program" person show 王芳芳 --lang en
    [[ $output == *"female; 1990-03-07"* ]]
    "$program" verify --packs "$tree/packs"
}

@test "what is refused goes to a file that is mended and taken [M4]" {
    office
    printf '姓名,证件号码,性别,备注\n张伟,11010519491231002X,女,a\n李四,110105194912310021,男,b\n,110105199003070084,女,c\n赵六,,男,d\n钱七,110105199003070084,?,e\n' >persons.csv
    run take persons.csv --what persons --rejects rejects.csv
    [ "$status" -eq 1 ]
    [[ $output == *"new people or employers: 1"* && $output == *"rows refused: 4"* ]]
    [[ $output == *"ident.wrong_check"* && $output == *"list.empty_cell"* && $output == *"list.no_subject"* && $output == *"list.bad_cell"* ]]
    [[ $output == *"columns passed over"*"备注"* ]]
    [ "$(head -1 rejects.csv)" = "姓名,证件号码,性别,备注,error" ]
    [ "$(wc -l <rejects.csv)" -eq 5 ]
    sed -i -e 's/110105194912310021/130182196708160138/' -e 's/^,1101/王芳,1101/' -e '/^赵六/d' -e '/^钱七/d' rejects.csv
    run take rejects.csv --what persons
    [ "$status" -eq 0 ]
    [[ $output == *"new people or employers: 2"* && $output == *"rows refused: 0"* ]]
}

@test "a row of another width, a column twice and a name that no bank takes are refused, and nothing slips into another column [M4]" {
    office
    printf '姓名,证件号码,性别,出生日期\n张伟,11010519491231002X,女\n王,芳,110105199003070084,女,1990-03-07\n"王\n芳",110105199003070084,女,1990-03-07\n%s,110105199003070084,女,1990-03-07\n' "$(printf '王%.0s' {1..141})" >persons.csv
    run take persons.csv --what persons --rejects rejects.csv
    [ "$status" -eq 1 ]
    [[ $output == *"rows refused: 4"* && $output == *"sheet.row_width"*"(3, 4)"*"(5, 4)"*"no line end"*"at most 140 characters"* ]]
    printf '姓名,证件号码\n=1+1,110105199003070084\n@SUM(A1),110105199003070084\n' >names.csv
    run take names.csv --what persons
    [[ $status -eq 1 && $output == *"rows refused: 2"*"does not begin with = + - @"* ]]
    # A cell too many is kept, and is refused again until it is mended.
    grep -q '^王,芳,110105199003070084,女,.*,1990-03-07$' rejects.csv
    printf '姓名,姓名,证件号码\n张伟,李四,11010519491231002X\n' >persons.csv
    refused 2 sheet.column_twice "persons.csv:1:1: The column 姓名 stands twice" "“姓名”列出现两次" "$program" county import persons.csv --what persons
    printf '姓名,证件号码\n张伟,11010519491231002X\n\377\377,1\n' >persons.csv
    run take persons.csv --what persons
    [[ $status -eq 2 && $output == *"persons.csv:"*"neither UTF-8 nor GB18030"* ]]
    run "$program" person show 11010519491231002X
    [ "$status" -eq 3 ]
}

@test "a file in GB18030 and a workbook say the same as UTF-8 [M4]" {
    office
    persons
    iconv -f UTF-8 -t GB18030 persons.csv >gb.csv
    run take gb.csv --what persons
    [[ $output == *"new people or employers: 2"* ]]
    run take persons.csv --what persons
    [[ $output == *"facts that change: 0"* ]]
    "$program" county export --what persons --out all.xlsx --reveal --lang zh >/dev/null
    run take all.xlsx --what persons
    [[ $output == *"rows read: 2"* && $output == *"facts that are so already: 2"* ]]
}

@test "every list goes out and comes in again unchanged" {
    export DOUDI_COUNTY=c.db
    "$program" county new --packs "$tree/packs" --people 3000 --month 2026-10 >/dev/null
    for list in persons employers members enrolments spells benefits accounts attributes; do
        masked= && [ "$list" != accounts ] || masked=--reveal
        "$program" county export --what "$list" --out "$list.csv" --on 2026-10-01 --lang zh $masked >/dev/null
        run take "$list.csv" --what "$list"
        # Two people have a number that others have too; that stays to be reviewed.
        [[ $status -eq 0 || $list == persons ]] || { echo "$list: $output"; return 1; }
        [[ $output == *"facts that change: 0"* ]] || { echo "$list: $output"; return 1; }
    done
    "$program" county export --what accounts --out hidden.csv --lang zh >/dev/null
    run take hidden.csv --what accounts
    [[ $status -eq 1 && $output == *"list.bad_cell"* && $output == *"facts that change: 0"* ]]
    # A masked number stands for nothing, and is no one else's.
    [[ $(sed -n 2p persons.csv) == *"**********"* ]]
    "$program" verify --packs "$tree/packs"
}

@test "columns under other names are mapped" {
    office
    printf 'xm,sfz,xb\n张伟,11010519491231002X,女\n' >persons.csv
    run take persons.csv --what persons --map xm=name --map sfz=证件号码 --map xb=
    [[ $output == *"new people or employers: 1"* ]]
    run "$program" person show 张伟 --lang en
    [[ $output != *"male"* ]]
    refused 2 list.no_field "shoe" "shoe" take persons.csv --what persons --map xm=shoe
    refused 2 list.no_column "name" "姓名" "$program" county import persons.csv --what persons
    refused 2 list.none "parsons" "单位" "$program" county import persons.csv --what parsons
    refused 2 list.none "parsons" "parsons" "$program" county export --what parsons --out x.csv
    : >empty.csv
    refused 2 sheet.no_header "empty.csv" "首行" "$program" county import empty.csv --what persons
}

@test "whom a row is about must be there" {
    office
    persons
    take persons.csv --what persons >/dev/null
    printf '证件号码,险种,参保身份,单位编号,申报工资,起始日\n130182196708160138,失业保险,职工,,3000,2026-01-01\n11010519491231002X,失业保险,职工,91350100M000100Y43,3000,2026-01-01\n11010519491231002X,意外险,职工,,3000,2026-01-01\n11010519491231002X,失业保险,职工,,3000,2026-13-01\n' >e.csv
    run take e.csv --what enrolments
    [ "$status" -eq 1 ]
    [[ $output == *"list.nobody"*"such person"* && $output == *"such employer"* && $output == *"意外险"* && $output == *"2026-13-01"* ]]
    [[ $output == *"rows refused: 4"* ]]
}

@test "an import that was killed goes on where it stood" {
    export DOUDI_COUNTY=c.db
    "$program" county new --packs "$tree/packs" --people 5000 --month 2026-10 >/dev/null
    "$program" county export --what spells --out spells.csv --lang zh >/dev/null
    cp spells.csv once.csv
    for i in 1 2 3; do sed 1d once.csv; done >>spells.csv
    sed -i 's/实际缴费/视同缴费/' spells.csv
    "$program" county import spells.csv --what spells >/dev/null 2>&1 &
    pid=$!
    sleep 0.5
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    run take spells.csv --what spells
    [ "$status" -eq 0 ]
    run take spells.csv --what spells
    [[ $output == *"facts that change: 0"* ]]
    "$program" verify --packs "$tree/packs"
}

@test "once the office has users a clerk imports people, and nobody whom to pay [D3]" {
    office
    persons
    "$program" user found --packs "$tree/packs" --json rita=rights-manager lea=leader audrey=auditor clara=clerk 2>/dev/null |
        tr -d '\n ' >found.json
    for login in clara audrey; do
        once=$(sed -n "s/.*\"user\":\"$login\"[^}]*\"once\":\"\([^\"]*\)\".*/\1/p" found.json)
        printf '%s\nof the office 24680!\n' "$once" | "$program" user passwd "$login" >/dev/null
        (umask 077; echo 'of the office 24680!' >"pw-$login")
    done
    refused 5 county.no_actor "--as USER" "--as" "$program" county import persons.csv --what persons
    DOUDI_PASSWORD_FILE=pw-audrey run take persons.csv --what persons --as audrey
    [ "$status" -eq 5 ]
    DOUDI_PASSWORD_FILE=pw-clara run take persons.csv --what persons --as clara
    [ "$status" -eq 0 ]
    printf '证件号码,银行账号\n11010519491231002X,6222020000000000001\n' >accounts.csv
    export DOUDI_PASSWORD_FILE=pw-clara
    refused 5 list.by_duty "duties of its own" "岗位职责" "$program" county import accounts.csv --what accounts --as clara
}

@test "a word of an attribute is kept as the packs know it, however it is written, or refused with those there are" {
    office
    persons
    take persons.csv --what persons >/dev/null
    row() { printf '证件号码,项目,内容,起始日\n110105199003070084,缴费频次,%s,2026-01-01\n' "$1" >f.csv; }
    row 月
    run take f.csv --what attributes --packs "$tree/packs"
    [[ $status -eq 0 && $output == *"facts that change: 1"* ]]
    for word in 按月 每月 monthly month; do
        row $word
        run take f.csv --what attributes --packs "$tree/packs"
        [[ $status -eq 0 && $output == *"facts that are so already: 1"* ]] || { echo "$word: $output"; false; }
    done
    row half-yearly
    take f.csv --what attributes --packs "$tree/packs" >/dev/null
    "$program" county export --what attributes --out facts.csv --on 2026-01-01 --lang zh >/dev/null
    grep -q ',缴费频次,按半年,' facts.csv
    row 每周
    run take f.csv --what attributes --packs "$tree/packs"
    [[ $status -eq 1 && $output == *"list.bad_word"*"每周 (one of: monthly, quarterly, half-yearly, yearly)"* ]]
    run "$program" county import f.csv --what attributes --packs "$tree/packs" --lang zh
    [[ $status -eq 1 && $output == *"每周（可填：按月、按季、按半年、按年）"* ]]
    # How else it is written is the office's to say, and is held against the packs.
    cp -r "$tree/packs" packs
    echo 'flexible.frequency,每周,按周' >>packs/adapters/office-words.csv
    run "$program" check --lang en
    [[ $status -ne 0 && $output == *"office-words.csv"*"按周"* ]]
}

@test "a word that cannot stand is told with those that can, and an employer's facts go by its code [M4]" {
    office
    persons
    take persons.csv --what persons >/dev/null
    printf '证件号码,险种,参保身份,起始日\n11010519491231002X,养老,职工,2026-01-01\n' >e.csv
    run take e.csv --what enrolments
    [[ $status -eq 1 && $output == *"list.bad_word"*"养老 (one of: employees' pension, "* ]]
    run "$program" county import e.csv --what enrolments --lang zh
    [[ $status -eq 1 && $output == *"养老（可填：企业职工基本养老保险、"* ]]
    printf '证件号码,待遇,状态,月金额,起始月\n11010519491231002X,企业职工基本养老金,在发,1000,2026-01\n' >b.csv
    run take b.csv --what benefits
    [[ $status -eq 1 && $output == *"(one of: entitled, paying, suspended, stopped)"* ]]
    run "$program" county import b.csv --what benefits --lang zh
    [[ $status -eq 1 && $output == *"（可填：已核定、发放中、暂停、停发）"* ]]
    printf '单位名称,统一社会信用代码\n甲厂,91350100M000100Y43\n' >employers.csv
    take employers.csv --what employers >/dev/null
    printf '统一社会信用代码,项目,内容,起始日\n91350100M000100Y43,工伤浮动档,100%%,2026-01-01\n91350100M000100Y44,工伤浮动档,100%%,2026-01-01\n' >facts.csv
    run take facts.csv --what attributes
    [[ $status -eq 1 && $output == *"facts that change: 1"* && $output == *"rows refused: 1"* ]]
    # Words are read as an export writes them, in either language.
    for lang in en zh; do
        "$program" county export --what attributes --out facts.csv --on 2026-01-01 --lang $lang >/dev/null
        run take facts.csv --what attributes
        [[ $status -eq 0 && $output == *"facts that are so already: 1"* ]]
    done
}

@test "a birthday or a sex that the citizen number denies is refused as a row, also by id, and a dry run shows it [M4]" {
    office
    # 1990-03-07 and an even place before the last: a woman; 1949-12-31, a woman; 1967-08-16, a man.
    printf '姓名,证件号码,性别,出生日期\n王芳,110105199003070084,女,1990-03-08\n张伟,11010519491231002X,男,1949-12-31\n李四,130182196708160138,男,1967-08-16\n' >persons.csv
    for dry in --dry-run --why=x; do
        run take persons.csv --what persons $dry --rejects rejects.csv
        [[ $status -eq 1 && $output == *"new people or employers: 1"* && $output == *"rows refused: 2"* ]]
        [[ $output == *"import.against_number"*"born on 1990-03-07, not 1990-03-08"*"female, not male"*"correction of identity data"* ]]
    done
    run "$program" county import persons.csv --what persons --dry-run --lang zh
    [[ $output == *"出生日期应为 1990-03-07，而非 1990-03-08"*"性别应为女，而非男"* ]]
    sed -i 's/1990-03-08/1990-03-07/; s/,男,1949/,女,1949/' rejects.csv
    run take rejects.csv --what persons
    [[ $status -eq 0 && $output == *"new people or employers: 2"* ]]
    # Who is known is known by the id, too: the number that is kept is asked.
    "$program" county export --what persons --out all.csv --lang zh >/dev/null
    id=$(awk -F, '$2 == "李四" { print $1 }' all.csv)
    printf '个人编号,姓名,性别,出生日期\n%s,李四,女,1967-08-16\n' "$id" >by-id.csv
    run take by-id.csv --what persons
    [[ $status -eq 1 && $output == *"import.against_number"*"male, not female"* && $output == *"facts that change: 0"* ]]
    run "$program" person show 李四 --lang en
    [[ $output == *"; male; 1967-08-16"* ]]
    "$program" verify --packs "$tree/packs"
}

@test "a person twice in one file keeps what the first row said, and nobody has two names" {
    office
    printf '姓名,证件号码,出生日期,手机号码\n王芳,110105199003070084,1990-03-07,13900001234\n王芳,110105199003070084,,\n' >persons.csv
    take persons.csv --what persons >/dev/null
    run "$program" person show 王芳 --reveal --lang en
    [[ $output == *"1990-03-07"*"13900001234"* ]]
    run take persons.csv --what persons
    [[ $output == *"facts that change: 0"* ]]
}

@test "a number that a spreadsheet has cut, a value it could not compute and a formula for a word are refused as rows" {
    office
    printf '姓名,证件号码,出生日期\n王芳,1.10105199003070E+17,1990-03-07\n#N/A,110105199003070084,1990-03-07\n' >persons.csv
    run take persons.csv --what persons
    [[ $status -eq 1 && $output == *"rows refused: 2"*"sheet.lost_digits"*"证件号码 1.10105199003070E+17"*"sheet.error_cell"*"#N/A"* ]]
    persons
    take persons.csv --what persons >/dev/null
    printf '证件号码,银行账号,开户银行\n110105199003070084,6222020000000000001,=cmd\n' >accounts.csv
    run "$program" county import accounts.csv --what accounts --lang zh
    [[ $status -eq 1 && $output == *"registry.bad_fact"*"所报内容不成立：文字不得以 = + - @ 开头"* ]]
    run take accounts.csv --what accounts
    [[ $status -eq 1 && $output == *"words do not begin with = + - @"* ]]
    printf '姓名,证件号码\n=1+1,130182196708160138\n' >names.csv
    run "$program" county import names.csv --what persons --lang zh
    [[ $status -eq 1 && $output == *"人员 "*"：名称不得以 = + - @ 开头"* ]]
    # The first sheet of this workbook is a cover; what is read and what is not is said.
    run "$program" county import "$tree/tests/golden/codec/people.xlsx" --what persons --lang en
    [[ $status -eq 2 && $output == *"only one is read: "*"not read: 人员"* ]]
}

@test "a spreadsheet's full-width digits, spaced-out names and 15 places are the person they mean, also the second time [M4]" {
    office
    printf '姓名,证件号码,手机号码\n张　伟,１１０１０５１９４９１２３１００２ｘ,13900001234\n王 芳,110105900307008,\n王芳,110105199003070084,\nJohn Smith,,\n' >persons.csv
    run take persons.csv --what persons --rejects rejects.csv
    [[ $status -eq 1 && $output == *"new people or employers: 2"* && $output == *"rows refused: 1"* && $output == *"5"*"list.no_subject"* ]]
    run take persons.csv --what persons
    [[ $output == *"new people or employers: 0"* && $output == *"facts that change: 0"* && $output == *"facts that are so already: 3"* ]]
    run "$program" person show １１０１０５１９４９１２３１００２Ｘ --reveal --lang en
    [[ $status -eq 0 && $output == *"张伟; 11010519491231002X"* ]]
    # In a name of Latin letters a blank stays.
    printf '姓名,证件号码\nJohn  Smith,440524188001010014\n' >latin.csv
    take latin.csv --what persons >/dev/null
    run "$program" person show 440524188001010014 --lang en
    [[ $output == *"John  Smith"* ]]
    printf '证件号码,项目,内容,起始日\n１１０１０５１９４９１２３１００２Ｘ,缴费频次,按月,2026-01-01\n' >attributes.csv
    run take attributes.csv --what attributes --packs "$tree/packs"
    [[ $status -eq 0 && $output == *"facts that change: 1"* ]]
    "$program" verify --packs "$tree/packs"
}

@test "rows that a spreadsheet leaves empty say nothing, and an enrolment without its first day is refused [M4]" {
    office
    printf '姓名,证件号码,出生日期\n张伟,11010519491231002X,1949-12-31\n,,\n  ,　,\n,,,,,\n' >persons.csv
    run take persons.csv --what persons
    [[ $status -eq 0 && $output == *"rows read: 1"*"new people or employers: 1"*"rows refused: 0"* ]]
    printf '证件号码,险种,身份,申报工资,起始日\n11010519491231002X,企业职工基本养老保险,职工,6000,\n' >enrolments.csv
    run take enrolments.csv --what enrolments
    [[ $status -eq 1 && $output == *"rows refused: 1"*"2  from"*"list.empty_cell"* ]]
    sed -i 's/,起始日$/,起/' enrolments.csv
    refused 2 list.no_column "from" "起始日" "$program" county import enrolments.csv --what enrolments
    sed -i 's/,$/,2026-11-01/' enrolments.csv
    run take enrolments.csv --what enrolments --map 起=from
    [[ $status -eq 0 && $output == *"facts that change: 1"* ]]
}
