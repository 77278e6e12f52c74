# Shared by tests that plant people on departments' rolls: who is who in the office, rolls received, and what is found.

# clerk "COMMAND WORDS" [OPTION ...]: by clara, or before there are users.
clerk() {
    if [ -e pw-clara ]; then as clara "$@"; return; fi
    # shellcheck disable=SC2086
    "$program" $1 --county county.db "${@:2}"
}

# know_people: people.csv of whose number is sound: id, name, number, state (child, old, dead, drawing, employee, resident,
# none), jobless or -, pension drawn or -, staff or -, birth day, sex, village. Lists exported stay beside it.
know_people() {
    local one
    for one in persons employers enrolments benefits attributes; do clerk "county export" --what $one --out $one.csv --reveal >/dev/null; done
    awk -F, -v OFS=, '
        BEGIN { split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ") }
        function is_sound(number,   sum, i) { for (i = 1; i <= 17; i++) sum += weight[i] * substr(number, i, 1); return substr("10X98765432", sum % 11 + 1, 1) == substr(number, 18, 1) }
        FILENAME == "attributes.csv" { if ($2 == "person.death_day") state[$1] = "dead"; next }
        FILENAME == "benefits.csv" { if ($2 ~ /pension/) draws[$1] = $2; if ($2 == "unemployment") jobless[$1] = 1; next }
        FILENAME == "enrolments.csv" {
            if ($2 == "employee_pension" || $2 == "public_pension") employee[$1] = 1
            if ($2 == "employee_pension" && $3 == "employee") staff[$1] = 1
            if ($2 == "resident_pension") resident[$1] = 1
            next
        }
        FNR == 1 { pass++; next }
        pass == 1 { numbers[$3]++; next } # whose number two records have is for a review
        numbers[$3] == 1 && $3 ~ /^[0-9]*[0-9X]$/ && length($3) == 18 && is_sound($3) && $5 ~ /^[0-9]+-/ {
            split($5, b, "-")
            age = 2026 - b[1] - (b[2] * 100 + b[3] > 1130)
            is = $1 in state ? "dead" : $1 in draws ? "drawing" : age < 16 ? "child" : $1 in employee ? "employee" : $1 in resident ? "resident" : age >= 60 ? "old" : "none"
            print $1, $2, $3, is, $1 in jobless ? "jobless" : "-", $1 in draws ? draws[$1] : "-", $1 in staff ? "staff" : "-", $5, $4, $7
        }' attributes.csv benefits.csv enrolments.csv persons.csv persons.csv | sort -t, -k1,1n >people.csv
}

# roll NAME HEAD [OPTION ...]: the lines of standard input are the roll of November; what was answered is in NAME.said.
roll() {
    { echo "$2"; cat; } >"$1.csv"
    clerk "roll receive" "$1" "$1.csv" --month 2026-11 --lang en "${@:3}" >"$1.said" 2>&1 || { cat "$1.said" >&2; return 1; }
}

# found WATCH: who has an alert of it, whatever became of it.
found() {
    "$program" alert list --watch "$1" --state all --out found.csv --county county.db --lang en >/dev/null
    sed 's/"[^"]*"/-/g' found.csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "subject") at = i; next } { print $at }' | sort -u
}

# odd CLASS: with COVERAGE_ODD, who was found and not planted, and planted and not found, is written to that file.
odd() {
    [ -z "${COVERAGE_ODD:-}" ] || { comm -23 found.list true.list | sed "s/^/$1 wrongly /"; comm -13 found.list true.list | sed "s/^/$1 missed /"; } >>"$COVERAGE_ODD"
}

# measure [CLASS]: of each truth-WATCH how many were found, rightly, planted; and of all together precision and recall in thousandths.
measure() {
    local watch all_found=0 all_right=0 all_true=0
    for watch in truth-*; do
        watch=${watch#truth-}
        found "$watch" >found.list
        sort -u "truth-$watch" >true.list
        local right
        right=$(comm -12 found.list true.list | wc -l)
        odd "$watch"
        echo "$watch found $(wc -l <found.list) right $right planted $(wc -l <true.list)"
        all_found=$((all_found + $(wc -l <found.list))) all_right=$((all_right + right)) all_true=$((all_true + $(wc -l <true.list)))
    done
    precision=$((all_right * 1000 / all_found)) recall=$((all_right * 1000 / all_true))
    echo "all found $all_found right $all_right planted $all_true"
    [ -z "${COVERAGE_FIGURES:-}" ] || echo "$all_found $all_right $all_true${1:+ $1}" >>"$COVERAGE_FIGURES"
}

# heads ROLL: the columns that plant.awk writes of it.
heads() {
    case $1 in
    civil.hardship) echo 姓名,身份证号,类别 ;;
    rural.poverty) echo '姓名,身份证号,村(社区)' ;;
    disabled.holders) echo 姓名,身份证号,残疾等级 ;;
    education.students) echo 姓名,身份证号,学校 ;;
    transport.platform) echo 姓名,身份证号,从业类别,平台 ;;
    justice.licensed) echo 姓名,身份证号,执业证号 ;;
    culture.guides) echo 姓名,身份证号,导游证号 ;;
    land.lost) echo 姓名,身份证号,征地批次 ;;
    rural.workers) echo 姓名,身份证号,连续就业月数 ;;
    insured.elsewhere) echo 姓名,社会保障号码,险种,状态,经办机构 ;;
    police.deaths) echo 姓名,公民身份号码,死亡日期 ;;
    police.permits) echo 姓名,公民身份号码,有效期止 ;;
    police.population) echo '姓名,公民身份号码,性别,出生日期,村(社区)' ;;
    civil.cremation) echo 姓名,身份证号,火化日期 ;;
    township.survey) echo 姓名,身份证号,缴费能力,意愿 ;;
    village.posts) echo 姓名,身份证号,职务 ;;
    tax.wages) echo 姓名,身份证号,统一社会信用代码,税款所属月 ;;
    esac
}

# plant_wrongs: whom to plant where, by OFFICE_SEED, and what of it the registry alone shows: for OFFICE_BEFORE.
plant_wrongs() {
    local data=$tree/tests/cli/data/planting
    know_people
    LC_ALL=C awk -f "$data/own.awk" attributes.csv benefits.csv enrolments.csv
    LC_ALL=C awk -v seed="${OFFICE_SEED:-1}" -f "$data/plant.awk" enrolments.csv people.csv
    touch attributes.import police.deaths.plain civil.cremation.plain
    LC_ALL=C awk -v seed="${OFFICE_SEED:-1}" -f "$data/amounts.awk" attributes.csv benefits.csv attributes.import police.deaths.plain civil.cremation.plain people.csv
    { echo person,scheme,standing,employer,region,wage,tier,from,until; cat enrolments.import; } >joined.csv
    { echo person,benefit,state,amount,region,from,until; cat benefits.import; } >paid.csv
    { echo person,name,value,from,until; cat attributes.import; } >told.csv
    clerk "county import" joined.csv --what enrolments >/dev/null
    clerk "county import" paid.csv --what benefits >/dev/null
    clerk "county import" told.csv --what attributes >/dev/null
}

# hand_in_noise: the rolls planted, as departments write them.
hand_in_noise() {
    local one
    for one in *.plain; do
        one=${one%.plain}
        LC_ALL=C awk -v seed="${OFFICE_SEED:-1}" -v level="${PLANTED_NOISE:-100}" -f "$tree/tests/cli/data/planting/noise.awk" people.csv "$one.plain" | roll "$one" "$(heads "$one")"
    done
}

# settle_by_two: what is beyond doubt of each roll's lines is proposed by clara and agreed to by rob.
settle_by_two() {
    local one receipt sure
    for one in *.said; do
        receipt=$(sed -n 's/^receipt: //p' "$one")
        sure=$(as clara "roll settle" "$receipt" --json | jq .proposed)
        [ "$sure" -eq 0 ] || as rob "roll agree" "$receipt" --digest "$(as rob "roll agree" "$receipt" --dry-run --json | jq -r .digest)" >/dev/null
    done
}

# of_class WATCHES: who is found, and who is to be found, of any of them.
of_class() {
    local watch
    : >found.all; : >true.all
    for watch in $1; do
        found "$watch" >>found.all
        [ ! -e "truth-$watch" ] || cat "truth-$watch" >>true.all
    done
    sort -u found.all >found.list; sort -u true.all >true.list
}

# measure_people: of each class of people, whatever watch found them, how many were found, rightly, planted; and of all.
measure_people() {
    local class watches all_found=0 all_right=0 all_true=0
    while IFS=: read -r class watches; do
        of_class "$watches"
        set -- "$(wc -l <found.list)" "$(comm -12 found.list true.list | wc -l)" "$(wc -l <true.list)"
        odd "$class"
        echo "$class: found $1 right $2 planted $3"
        [ -z "${COVERAGE_FIGURES:-}" ] || echo "$1 $2 $3 $class" >>"$COVERAGE_FIGURES"
        all_found=$((all_found + $1)) all_right=$((all_right + $2)) all_true=$((all_true + $3))
    done <<'CLASSES'
missed:group.land group.platform group.licensed group.able group.hardship group.other group.open group.workers post.village permit.resident aged.uninsured
dead:R01 R01.roll R09.death R09.roll
paid twice:R02 R02.roll
insured twice:insured_twice.pension insured_twice.roll
out of work, and at work:R04 R04.roll
in prison, and paid:R03
paid another amount:R11.over R11.under R11.ended
CLASSES
    precision=$((all_right * 1000 / all_found)) recall=$((all_right * 1000 / all_true))
    echo "all: found $all_found right $all_right planted $all_true"
}
