# own.awk attributes.csv benefits.csv enrolments.csv - wrongs that stand in the registry already, as the lists exported say them:
# truth-WATCH (ids). November 2026 is the month; who died in October is paid in that month still.
BEGIN { FS = "," }
FNR == 1 { next }
FILENAME == "attributes.csv" { if ($2 == "person.death_day") death[$1] = substr($3, 1, 7); if ($2 == "person.in_prison" && $3 == "yes") prison[$1]; next }
FILENAME == "benefits.csv" { if ($3 == "paying") draws[$1, $2]; people[$1]; next }
{ enrolled[$1, $2]; if ($3 == "employee") staff[$1]; people[$1] }
function truth(watch, id) { print id >>("truth-" watch) }
END {
    for (id in people) {
        employees = (id, "employee_pension") in draws || (id, "public_pension") in draws
        pension = employees || (id, "resident_pension") in draws
        insured = (id, "employee_pension") in enrolled || (id, "public_pension") in enrolled
        residents = (id, "resident_pension") in enrolled
        jobless = (id, "unemployment") in draws
        if (id in death && (pension || jobless || (id, "survivor") in draws) && death[id] < "2026-11") truth("R01", id)
        medical = (id, "employee_medical") in enrolled || (id, "resident_medical") in enrolled
        if (id in death && (insured || residents || medical) && death[id] < "2026-11") truth("R09.death", id)
        if (employees && (id, "resident_pension") in draws) truth("R02", id)
        if (id in prison && pension) truth("R03", id)
        if (jobless && (id in staff || pension)) truth("R04", id)
        if (insured && residents) truth("insured_twice.pension", id)
    }
}
