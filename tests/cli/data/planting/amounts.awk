# amounts.awk -v seed=N attributes.csv benefits.csv attributes.import [ROLL.plain ...] people.csv - benefits at the amount that the made county's
# law gives, and at others: too much, too little, at the standard of before, not stopped when what they are paid for has ended. Says who is to be
# found: truth-R11.WATCH (ids); appends to benefits.import and attributes.import. The amounts are this file's own, not the program's.
# Whose age comes to another amount about now is left out, and so is who is dead, by the registry or by a roll.
BEGIN { FS = OFS = ","; srand(seed + 1) }
function truth(watch) { print $1 >>("truth-R11." watch) }
FNR == 1 && FILENAME ~ /csv$/ && FILENAME != "people.csv" { next }
FILENAME ~ /^attributes/ { told[$1, $2] = $3; if ($2 == "person.death_day") dead[$1]; next }
FILENAME == "benefits.csv" { if ($3 == "paying" && $2 == "unemployment") { jobless[$1] = $4; begun[$1] = $6 }; next }
FILENAME ~ /plain$/ { numbers[$2]; next } # on a roll of the dead
function age_in(month,   b) { split($8, b, "-"); return int((month - (b[1] * 12 + b[2])) / 12) }
# By age: 60, from ninety 120, from a hundred 500; of the poor 40 from seventy, then 100, 160, 500.
function for_age(age) {
    if ((told[$1, "person.is_poor"] == "yes")) return age >= 100 ? 500 : age >= 90 ? 160 : age >= 80 ? 100 : age >= 70 ? 40 : 0
    return age >= 100 ? 500 : age >= 90 ? 120 : age >= 80 ? 60 : 0
}
function is_mental() { return told[$1, "disability.kind"] ~ /智力|精神/ }
# Living allowance in hardship, nursing allowance by grade where care is needed; `before`: the standard until 2023.
function for_disability(before,   sum, grade) {
    grade = told[$1, "disability.grade"]
    if (told[$1, "disability.is_destitute"] == "yes") return 0
    if (told[$1, "disability.hardship"] == "低保") sum += before ? 70 : 90
    if (told[$1, "disability.needs_care"] == "yes" && (grade <= 2 || is_mental()))
        sum += grade == 1 ? (before ? 90 : 110) : grade == 2 ? (before ? 70 : 90) : (before ? 50 : 60)
    return sum + 0
}
# Who paid in for less than five years draws for twelve months: of a thirteenth nothing is due. A month is 85 % of 1980 yuan.
function for_jobless(from,   b) { split(from, b, "-"); return now + 1 - (b[1] * 12 + b[2]) < 12 ? 1683 : 0 }
function pay(benefit, yuan, from) { printf "%s,%s,paying,%.2f,590121,%s,\n", $1, benefit, yuan, from ? from : "2025-03" >>"benefits.import" }
function tell(fact, value) { print $1, fact, value, "", "" >>"attributes.import" }
function ends(fact, value) { print $1, fact, value, "2026-04-01", "" >>"attributes.import" }
# Half are right; the others are wrong in one of four ways.
function plant(benefit, due, before, fact, value, from,   u) {
    u = rand()
    if (u < 0.5) pay(benefit, due, from)
    else if (u < 0.65) { pay(benefit, due + 1 + int(rand() * 80), from); truth("over") }
    else if (u < 0.8) { pay(benefit, due - 0.01 - int(rand() * 30), from); truth("under") }
    else if (u < 0.9 && before > 0 && before < due) { pay(benefit, before, from); truth("under") }
    else { pay(benefit, due, from); ends(fact, value); truth("ended") }
}
# Out of work, paid in for two years: in the sixth or seventh month, in the twelfth, which is the last, or in a thirteenth.
function plant_jobless(   month, from) {
    month = now - 10 - (rand() < 0.5) + (rand() < 0.4) * 6
    from = sprintf("%d-%02d", int((month - 1) / 12), (month - 1) % 12 + 1)
    tell("unemployment.since", from "-01"); tell("unemployment.months", 24); tell("unemployment.months_left", 0)
    tell("unemployment.involuntary", "yes"); tell("unemployment.is_seeking", "yes"); tell("unemployment.still_out", "yes")
    if (for_jobless(from)) plant("unemployment", 1683, 1573, "unemployment.still_out", "no", from)
    else { pay("unemployment", 1683 + 37 * int(rand() * 2), from); truth("ended"); print $1 >>"thirteenth" }
}
{
    now = 2026 * 12 + 10
    # Out of work in the made county, which pays what its law gives: whatever it pays of a month behind the last is ended, and not too much.
    if ($1 in jobless && !($1 in dead)) {
        if (!for_jobless(begun[$1])) truth("ended")
        else if (jobless[$1] != 1683) truth(jobless[$1] > 1683 ? "over" : "under")
    }
    if ($1 in dead || $4 == "dead" || $3 in numbers) next
    if (($1, "disability.grade") in told && ($4 == "resident" || $4 == "employee" || $4 == "drawing")) {
        due = for_disability(0)
        if (due > 0) plant("disability_allowance", due, for_disability(1), "disability.is_destitute", "yes")
    } else if ($4 == "drawing" && told[$1, "person.is_local"] == "yes" && age_in(now - 4) == age_in(now + 2)) {
        due = for_age(age_in(now)) # the month after the birthday, of the month that is paid
        if (due > 0 && rand() < 0.5) plant("elder_allowance", due, 0, "person.is_local", "no")
    } else if ($4 == "resident" && rand() < 0.04) plant_jobless()
}
