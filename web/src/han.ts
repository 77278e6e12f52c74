// What is Chinese on an English page because it is a name, a place, quoted law or what somebody typed: it is marked, so that whoever
// hears the page read hears it in its language. What is Chinese and not marked is a mistake.
import type { Directive } from 'vue'
import { session } from './session'

const HAN = /[\u3400-\u9fff]/
/** The language of a text where it is not the page's. */
export const tongue = (said: unknown): 'zh-CN' | undefined => (session.lang === 'en' && HAN.test(String(said ?? '')) ? 'zh-CN' : undefined)

/** Columns whose cells are names, places, quoted law or what was typed. */
const NAMES: ReadonlySet<string> = new Set(['name', 'person', 'household', 'round', 'who', 'payer', 'bank', 'employer', 'campaign', 'law', 'document', 'region', 'place', 'holder', 'whom', 'owner', 'why', 'note', 'address', 'town', 'village', 'asked', 'answer', 'file', 'reason', 'article', 'facts'])
export const isName = (key: string): boolean => NAMES.has(key)

const mark = (box: HTMLElement, is: unknown): void => {
    const lang = is === false ? undefined : tongue(box.textContent)
    if (lang) box.lang = lang
    else box.removeAttribute('lang')
}
/** `v-han`, or `v-han="false"` where it is none after all. */
export const han: Directive<HTMLElement, boolean | undefined> = { mounted: (box, { value }) => mark(box, value), updated: (box, { value }) => mark(box, value) }
