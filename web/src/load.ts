// What a page asks of the server: loading, there, or refused, and asked again.
import { reactive, watch } from 'vue'
import { Refusal } from './api/client'
import { session } from './session'

export interface Loaded<T> { data: T | null; isLoading: boolean; error: Refusal | null; again: () => Promise<void> }

/** Asks at once, and anew whenever the language or what `when` reads changes. Only the last answer counts. */
export function useLoad<T>(ask: () => Promise<T | null>, when: () => unknown = () => null): Loaded<T> {
    let turn = 0
    const state = reactive({ data: null, isLoading: true, error: null, again }) as Loaded<T>
    async function again(): Promise<void> {
        const mine = ++turn
        state.isLoading = true
        state.error = null
        try {
            const data = await ask()
            if (mine === turn) state.data = data
        } catch (e) {
            if (mine === turn) state.error = asRefusal(e)
        }
        if (mine === turn) state.isLoading = false
    }
    watch([() => session.lang, when], () => void again(), { immediate: true, deep: true })
    return state
}

/** The server was given no packs, or not their tables. */
export const isWithoutPacks = (refusal: Refusal | null): boolean => refusal !== null && ['service.no_packs', 'service.no_ledger_tables'].includes(refusal.code)

export function asRefusal(e: unknown): Refusal {
    if (e instanceof Refusal) return e
    return new Refusal(0, 'web.mistake', `The page made a mistake: ${String(e)}`, `页面出错：${String(e)}`)
}
