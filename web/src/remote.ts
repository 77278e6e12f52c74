// A list that the server pages: what of it is looked at, how many rows there are, and all of them for a file.
import { computed, ref, watch } from 'vue'
import { call, type Answers, type Name, type Takes } from './api/client'
import { useLoad } from './load'
import type { Look, Remote } from './parts/DataList.vue'

export const PAGE = 50, FRESH: Look = { page: 1, find: '', sort: '' }

/** `args` null: nothing is asked yet. `rows`: the member of the answer that is the list. */
export function useRemote<N extends Name, R extends object>(name: () => N, args: () => Takes<N> | null, rows: keyof Answers<N> & string) {
    const look = ref<Look>(FRESH), total = ref(0)
    const loaded = useLoad<Answers<N>>(async () => {
        const now = args()
        const { page, find, sort } = look.value
        return now ? call(name(), now, { of: rows, page, pageSize: PAGE, find, sort, count: (n) => (total.value = n) }) : null
    }, () => [name(), args(), look.value])
    watch(() => JSON.stringify([name(), args()]), () => { if (look.value.page > 1) look.value = { ...look.value, page: 1 } })
    const all = async (): Promise<R[]> => {
        const now = args()
        return now ? ((await call(name(), now, { of: rows, find: look.value.find, sort: look.value.sort })) as Record<string, unknown>)[rows] as R[] : []
    }
    const remote = computed<Remote<R>>(() => ({ total: total.value, look: look.value, all }))
    return { loaded, look, remote }
}
