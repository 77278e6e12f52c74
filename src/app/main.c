#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "calendar/calendar.h"
#include "cli/cli.h"
#include "counterparty/counterparty.h"
#include "http/http.h"
#include "os/os.h"

static int32_t today(void)
{
    os_date now = os_today();
    int32_t day = 0;
    return calendar_day_of(now.year, now.month_of_year, now.day_of_month, &day) ? day : 0;
}

int main(int word_count, char **words)
{
    os_hold_standard_streams();
    os_clear_up_when_stopped();
    bool helps_bank = word_count > 2 && strcmp(words[1], "help") == 0 && strcmp(words[2], "bank") == 0;
    if (helps_bank || (word_count > 1 && strcmp(words[1], "bank") == 0)) {
        counterparty_settings bank = { .is_chinese = os_wants_chinese(), .today_day = today() };
        if (helps_bank) return counterparty_run(bank, 1, (const char *const *)words + 1);
        return counterparty_run(bank, word_count - 2, (const char *const *)words + 2);
    }
    cli_settings settings = {
        .service = { .packs = getenv("DOUDI_PACKS"),
                     .home = getenv("DOUDI_HOME"),
                     .county = getenv("DOUDI_COUNTY"),
                     .key_file = getenv("DOUDI_KEY_FILE"),
                     .bank_url = getenv("DOUDI_BANK_URL"),
                     .public_url = getenv("DOUDI_PUBLIC_URL"),
                     .today_day = today(),
                     .thread_count = (uint32_t)os_core_count() },
        .is_chinese = os_wants_chinese(),
        .shows_progress = os_is_terminal(STDERR_FILENO),
        .version = APP_VERSION,
        .password_file = getenv("DOUDI_PASSWORD_FILE"),
    };
    if (word_count > 1 && strcmp(words[1], "serve") == 0) {
        http_settings door = { .service = settings.service, .today = today, .is_chinese = settings.is_chinese,
                               .version = APP_VERSION };
        return http_run(&door, word_count - 2, (const char *const *)words + 2);
    }
    return cli_run(&settings, word_count, (const char *const *)words);
}
