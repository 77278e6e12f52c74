/* Words about a subject that stand in no fact, sealed under its key, one script for each driver. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "support/registered.h"

static registry_person li_si(const char *number)
{
    return (registry_person){ .name = TEXT("李四"),
                              .number.plain = text_of(number),
                              .sex = 1,
                              .birth_day = 20000,
                              .region = 130182,
                              .phone.plain = TEXT("13800000000") };
}

static int64_t new_person(registered *o, const char *number)
{
    int64_t id;
    registry_person p = li_si(number);
    OK(registry_person_new(o->r, &o->act, &p, REGISTRY_REFUSE, &id));
    return id;
}

static void other_words_are_sealed_for_their_subject_and_place(void **state)
{
    registered o = registered_create(*state);
    int64_t id = new_person(&o, "130182196708280017"), other = new_person(&o, "11010519491231002X");
    text sealed, plain;
    OK(registry_seal(o.memory, o.r, id, "draft 1", TEXT("half a form"), &sealed));
    assert_int_equal(text_find(sealed, TEXT("half")), SIZE_MAX);
    OK(registry_unseal(o.memory, o.r, id, "draft 1", sealed, &plain));
    assert_true(text_equal_cstr(plain, "half a form"));
    IS(registry_unseal(o.memory, o.r, id, "draft 2", sealed, &plain), CRYPTO_NOT_AUTHENTIC);
    IS(registry_unseal(o.memory, o.r, other, "draft 1", sealed, &plain), CRYPTO_NOT_AUTHENTIC);
    OK(registry_forget(o.r, &o.act, id));
    IS(registry_unseal(o.memory, o.r, id, "draft 1", sealed, &plain), REGISTRY_FORGOTTEN);
    IS(registry_seal(o.memory, o.r, id, "draft 1", TEXT("again"), &sealed), REGISTRY_FORGOTTEN);
    registered_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST_EACH(other_words_are_sealed_for_their_subject_and_place),
    };
    return cmocka_run_group_tests_name("registry sealed", tests, NULL, NULL);
}
