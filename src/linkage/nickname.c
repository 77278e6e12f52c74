/* Given names that one person goes by: nicknames, spellings, and what registers shorten. The list is this program's own, of English
 * names. A name is in four groups at most. */
#include <assert.h>
#include <stdlib.h>

#include "linkage/linkage_internal.h"

static const char GROUPS[] =
    "albert al bert bertie,alexander alexr alex alec sandy xander,alfred alf alfie fred,andrew andw andy drew,anthony antony tony ant,"
    "archibald archie,arthur art artie,benjamin benj ben benny benji,bartholomew bart bat,bernard bernie barney,cecilia cecily cissy celia,"
    "charles chas charlie charley chuck,charlotte lottie lotte charlie,christopher chr chris kit topher,clement clem,cornelius neil con,"
    "cuthbert bert cuddy,daniel danl dan danny,david dave davy davie,deborah debra deb debbie,dominic dom nick,donald don donny,"
    "dorothy dorothea dolly dot dottie dora thea,douglas doug,edith edie,edmund ed eddie ned,edward edw edwd ed eddie ned ted teddy,"
    "edwin ed eddie win,eleanor elinor eleonora nell nellie ella ellie nora,"
    "elizabeth elisabeth eliz eliza liz lizzie lizzy bess bessie beth betty betsy libby lisa elsie elspeth,emily emmy em millie,emma emmy em,"
    "ernest ernie,eugene gene,evelyn eve evie,florence flo flora florrie flossie,frances fanny fran frankie,francis fras frank frankie fran,"
    "frederick frederic fredk fred freddie freddy,gabriel gabe,geoffrey jeffrey geoff jeff,george geo georgie geordie,"
    "georgiana georgina georgie gina,gerald gerry jerry,gilbert gil bert,gregory greg,gertrude gertie trudy,harold harry hal,"
    "harriet hattie harry,helen helena ellen nell nellie lena,henrietta etta hettie hetty harry,henry hy harry hal hank,herbert bert herb bertie,"
    "hugh hughie hugo,humphrey humph,isaac ike zac,isabella isabel isobel bella belle izzy,jacob jake jack,james jas jim jimmy jamie jem,"
    "jane jenny janie jean,jeremiah jeremy jerry jem,jessica jess jessie,joan joanna joanne johanna jo joanie,john jno jack johnny jock jon,"
    "jonathan jon johnny,joseph jos joe joey jo,joshua josh,josephine jo josie,judith judy,"
    "katherine catherine kathryn katharine catharine kathleen kate katie kathy cathy kitty kay,kenneth ken kenny,lavinia vinnie,"
    "lawrence laurence larry laurie lawrie,leonard len lenny leo,lewis louis lew lou louie,louisa louise lou lulu,lucy lucille lucinda lu,"
    "margaret margt margery marjorie maggie meg peggy peg madge maisie greta daisy,martha mattie patty matty,martin marty,"
    "mary maria marie molly polly mamie may moll minnie,matilda tilly tilda mattie maud,matthew matw matt mat,michael michl mike mick micky mickey,"
    "mildred millie,montague monty,anne ann anna hannah nan nancy annie,nathaniel nathl nathan nat nate,nicholas nicolas nich nick nicky,"
    "oliver ollie noll,olivia liv,oswald oz ozzie,pamela pam,patricia pat patty patsy trish tricia,patrick pat paddy,penelope penny,"
    "percival percy perce,peter pete,philip phillip phil pip,priscilla cilla,rachel rae,ralph rafe,raymond ray,rebecca becky becca,"
    "reginald reg reggie rex,richard richd dick rick ricky rich richie dickie,robert robt rob bob bobby robin bert robbie,roderick rod,"
    "roger hodge,ronald ron ronnie,rosamund rosamond rose rosa rosie ros roz,rupert rupe,samuel saml sam sammy,samantha sam sammy,"
    "sarah sara sally sadie sal,sidney sydney sid syd,simon si sim,solomon sol,sophia sophie sophy,stanley stan,stephen steven steve stevie,"
    "susan susanna susannah sue susie,terence terry,theodore ted teddy theo,theodora dora theo,theresa teresa terry tess tessa,"
    "thomas thos tom tommy thom,timothy tim timmy,tobias toby,victor vic,victoria vic vicky,vincent vin vince vinny,virginia ginny,"
    "walter wat walt wally,wilfred wilf fred,wilhelmina mina minnie willa,william wm will bill billy willie willy liam,winifred win winnie freda,"
    "zachary zac zach,";

enum { NAMES_MAX = 1024, OF_ONE = 4 };
typedef struct {
    text name;
    uint16_t group;
} grouped;
struct linkage_nicknames {
    grouped all[NAMES_MAX];
    size_t count;
};

static int by_name(const void *x, const void *y)
{
    const grouped *p = x, *q = y;
    int order = text_compare(p->name, q->name);
    return order ? order : (p->group > q->group) - (p->group < q->group);
}

const linkage_nicknames *linkage_nicknames_open(arena *a)
{
    linkage_nicknames *n = ARENA_NEW(a, linkage_nicknames);
    text all = text_of(GROUPS);
    uint16_t group = 1;
    for (size_t at = 0; at < all.size_bytes;) {
        size_t end = at;
        while (all.bytes[end] != ' ' && all.bytes[end] != ',') end++;
        assert(n->count < NAMES_MAX);
        n->all[n->count++] = (grouped){ text_sub(all, at, end), group };
        group = (uint16_t)(group + (all.bytes[end] == ','));
        at = end + 1;
    }
    qsort(n->all, n->count, sizeof *n->all, by_name);
    return n;
}

uint64_t linkage_nickname_groups(const linkage_nicknames *n, text name)
{
    size_t low = 0, high = n->count, blank = text_find(name, TEXT(" "));
    if (blank != SIZE_MAX) name = text_sub(name, 0, blank); /* of several the first */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (text_compare(n->all[middle].name, name) < 0) low = middle + 1;
        else high = middle;
    }
    uint64_t groups = 0;
    for (int i = 0; i < OF_ONE && low < n->count && text_equal(n->all[low].name, name); i++, low++) groups = groups << 16 | n->all[low].group;
    return groups;
}

bool linkage_are_nicknames(uint64_t x, uint64_t y)
{
    for (; x; x >>= 16)
        for (uint64_t other = y; other; other >>= 16)
            if ((x & 0xFFFF) == (other & 0xFFFF)) return true;
    return false;
}
