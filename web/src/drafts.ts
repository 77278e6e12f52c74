// A form that was begun, kept by the server for its user: it is there again at another desk. What is kept is what was typed, by the
// place it stands at, so that a change of language loses nothing; a form that has other fields meanwhile takes none of it.
import { ref, type Ref } from 'vue'
import { call, Refusal } from './api/client'
import { session } from './session'
import { saysOf } from './views'

export interface DraftPlace { form: string; about: string; subject: number }
export type Typed = Record<string, string>
const PAUSE = 1500

/** As the server takes it: a line each, and how many there are to be. */
export const linesOf = (typed: Typed, shape: string): string[] => [`#=${shape}`, ...Object.entries(typed).flatMap(([name, said]) => (said ? [`${name}=${said}`] : []))]

/** And back; null of a form of another shape. */
export function typedOf(lines: readonly string[], shape: string): Typed | null {
    const { '#': was, ...typed } = saysOf(lines)
    return was === shape && Object.keys(typed).length ? typed : null
}

export interface Draft {
    /** When what stands in the form was kept; empty: it comes from no draft. */
    kept: Ref<string>
    /** What was typed before, or null; and from now on this place is written to. */
    take: (place: DraftPlace, shape: string) => Promise<Typed | null>
    keep: (typed: Typed) => void
    /** Done, or no longer wanted. */
    drop: (isDone?: boolean) => Promise<void>
    /** Left: what was typed a moment ago is kept still, unless it is done. */
    stop: (isDone?: boolean) => void
}

// What could not be kept because the session had ended is kept as soon as the same user is logged in again; nobody else's login sends it.
type Kept = Parameters<typeof call<'draft.keep'>>[1]
const unsent = new Map<string, { user: string; args: Kept }>()
async function send(user: string, args: Kept): Promise<void> {
    try {
        await call('draft.keep', args)
    } catch (e) {
        if (e instanceof Refusal && (e.status === 401 || e.code === 'http.csrf')) unsent.set([args.form, args.about ?? '', args.subject ?? ''].join(' '), { user, args })
    }
}
export async function sendAgain(user: string): Promise<void> {
    const mine = [...unsent.values()].filter((one) => one.user === user)
    unsent.clear()
    for (const one of mine) await send(user, one.args)
}

/** What cannot be kept is not said: the form itself is there, and the act tells what is wrong. */
export function useDraft(): Draft {
    const kept = ref('')
    let at: { place: DraftPlace; shape: string; user: string } | null = null, timer: ReturnType<typeof setTimeout> | undefined, isKept = false
    let waiting: (() => void) | null = null
    const rest = (): void => {
        clearTimeout(timer)
        waiting = null
    }
    const stop = (isDone = false): void => {
        if (!isDone) waiting?.()
        rest()
        at = null
    }
    return {
        kept,
        stop,
        async take(place, shape) {
            stop()
            kept.value = ''
            isKept = false
            const user = session.who?.user ?? ''
            try {
                const found = await call('draft.show', { form: place.form, about: place.about || undefined, subject: place.subject || undefined })
                at = { place, shape, user }
                isKept = found.found
                const typed = found.found ? typedOf(found.fields, shape) : null
                if (typed) kept.value = found.kept
                return typed
            } catch {
                return null
            }
        },
        keep(typed) {
            rest()
            const now = at
            if (!now) return
            waiting = () => {
                rest()
                isKept = true
                void send(now.user, { form: now.place.form, about: now.place.about || undefined, subject: now.place.subject || undefined, field: linesOf(typed, now.shape) })
            }
            timer = setTimeout(waiting, PAUSE)
        },
        async drop(isDone = false) {
            rest()
            const now = at
            kept.value = ''
            if (isDone) at = null
            if (!now || !isKept) return
            isKept = false
            await call('draft.drop', { form: now.place.form, about: now.place.about || undefined, subject: now.place.subject || undefined }).catch(() => undefined)
        },
    }
}
