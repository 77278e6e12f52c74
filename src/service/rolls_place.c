/* Where a line of a roll says somebody lives: a code of the county's, or the name of one of the office's areas. */
#include "codec/codec.h"
#include "service/dockets.h"
#include "service/month.h"
#include "service/rolls.h"

struct rolls_places {
    int64_t county;
    dockets_row *areas; /* townships as the office has them in its docket of areas */
    size_t count, place, name;
};

static err read_areas(service_call *call, county *office, rolls_places *p)
{
    const dockets_type *type;
    err known = dockets_find(call, TEXT("area"), &type);
    if (known.kind == &DOCKETS_UNKNOWN) return ERR_NONE; /* these packs declare none */
    TRY(known);
    p->place = dockets_column_of(type, TEXT("place"));
    p->name = dockets_column_of(type, TEXT("name"));
    if (p->place == SIZE_MAX || p->name == SIZE_MAX) return ERR_NONE;
    return dockets_rows(office, type, &p->areas, &p->count);
}

err rolls_places_open(service_call *call, county *office, rolls_places **places)
{
    rolls_places *p = *places = ARENA_NEW(office->memory, rolls_places);
    text code;
    charter *room;
    TRY(county_charter(office, &room));
    TRY(charter_read(office->memory, room, TEXT("office.region_code"), CHARTER_NOW, &code));
    (void)codec_parse_scaled(code, 0, &p->county);
    return read_areas(call, office, p);
}

/* A code of the county's, of a township or a village. */
static bool is_place_here(const rolls_places *p, text said, int64_t *region)
{
    enum { COUNTY_DIGITS = 6, TOWN_DIGITS = 9, VILLAGE_DIGITS = 12 };
    int64_t above;
    if (said.size_bytes != TOWN_DIGITS && said.size_bytes != VILLAGE_DIGITS) return false;
    if (!codec_parse_scaled(said, 0, region) || !codec_parse_scaled(text_sub(said, 0, COUNTY_DIGITS), 0, &above)) return false;
    return above == p->county;
}

int64_t rolls_place_of(const rolls_places *p, text said)
{
    int64_t region;
    said = text_trim(said);
    if (is_place_here(p, said, &region)) return region;
    for (size_t i = 0; said.size_bytes && i < p->count; i++) {
        const text *area = p->areas[i].cells;
        if (text_equal(area[p->name], said) && is_place_here(p, area[p->place], &region)) return region;
    }
    return p->county;
}

bool rolls_place_is_within(const rolls_places *p, int64_t region)
{
    return region > p->county;
}
