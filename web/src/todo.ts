// What waits for a user, by the server's own list: each line names the command that lists it, and here stands which page that is.

export interface Wait { what: string; duty: string; command: string; count: number }
export interface Todo { text: string; hint: string; to: string }

const PAGES: Record<string, string> = {
    'doudi packs status': '/law', 'doudi user changes': '/system?tab=userChanges', 'doudi payer list': '/account?tab=payers', 'doudi account list': '/account?tab=changes',
    'doudi person merges': '/merge?tab=waiting', 'doudi award list': '/award?state=proposed', 'doudi award list --state reviewed': '/award?state=reviewed', 'doudi revision list': '/benefit?tab=revisions',
    'doudi oneoff list': '/benefit?tab=oneoff', 'doudi oneoff receipts': '/benefit?tab=repayments', 'doudi dues list': '/dues?tab=cases', 'doudi payrun list': '/payment', 'doudi alert list': '/alert',
}

/** The page of a command, with what stands behind it cut off until one is known; none is known: the page of everything else. */
export function pageOf(command: string): string {
    for (let words = command.split(' '); words.length; words.pop()) {
        const page = PAGES[words.join(' ')]
        if (page) return page
    }
    return '/more'
}

/** `but`: commands of which the page tells more elsewhere, each run by its name. */
export const todosOf = (waits: readonly Wait[], shown: (n: number) => string, but: readonly string[] = []): Todo[] =>
    waits.filter((one) => !but.includes(one.command)).map((one) => ({ text: `${one.what} · ${shown(one.count)}`, hint: one.duty, to: pageOf(one.command) }))
