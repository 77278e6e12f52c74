// What the open page is about: a person, an employer, a case, a run. The path above the page and the window's title say it.
import { onBeforeUnmount, reactive, watch } from 'vue'

/** `who`: a new case that is opened from this page is about this one. */
export const here = reactive({ what: '', who: 0 })

/** Said by the page for as long as it is there. */
export function useHere(what: () => string | undefined, who: () => number | undefined = () => 0): void {
    watch([what, who], ([name, id]) => Object.assign(here, { what: name ?? '', who: id ?? 0 }), { immediate: true })
    onBeforeUnmount(() => Object.assign(here, { what: '', who: 0 }))
}

const isFree = (from: HTMLElement | null): boolean => !from || !(from.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(from.tagName))

/** The step that a page has one primary button for; in a dialog, the dialog's own. */
export function mainButton(): HTMLElement | null {
    const shown = (one: HTMLElement): boolean => one.getClientRects().length > 0
    const dialogs = [...document.querySelectorAll<HTMLElement>('.el-dialog, .el-drawer')].filter(shown)
    const within = dialogs.length ? dialogs[dialogs.length - 1]! : document.querySelector('main')
    return [...(within?.querySelectorAll<HTMLElement>('[data-test=main], [data-test=act], [data-test=sign], .el-button--primary') ?? [])].find((one) => shown(one) && !(one as HTMLButtonElement).disabled) ?? null
}

export type Key = { door: number } | 'help' | 'new' | 'main' | null

/** What a key asks of the page, wherever the cursor stands; '?' only where nobody types. */
export function keyOf(event: { key: string; code: string; altKey: boolean; ctrlKey: boolean; metaKey: boolean; isComposing: boolean; target: EventTarget | null }): Key {
    if (event.isComposing || event.ctrlKey || event.metaKey) return null
    if (!event.altKey) return event.key === '?' && isFree(event.target as HTMLElement | null) ? 'help' : null
    if (/^Digit[1-9]$/.test(event.code)) return { door: Number(event.code.slice(5)) - 1 }
    return event.code === 'KeyN' ? 'new' : event.key === 'Enter' ? 'main' : null
}
