import { afterEach, describe, expect, it, vi } from 'vitest'
import { shownOf } from '../src/cells'
import { isPlace, learnPlaces, placeChoices, placeName } from '../src/places'

const said = (places: object[]) => vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ places }), { headers: { 'Content-Type': 'application/json' } }))
afterEach(() => vi.unstubAllGlobals())

describe('names of places', () => {
    it('digits are shown by the name the office has for them, and as digits where it has none', async () => {
        said([{ place: '590121100', name: '城关镇' }, { place: '590121101002', name: '柳河村' }])
        await learnPlaces(true)
        expect(placeName('590121100')).toBe('城关镇')
        expect(placeName('590121101002')).toBe('柳河村')
        expect(placeName('590121100003')).toBe('城关镇 590121100003')
        expect(placeName('590121102')).toBe('590121102')
        expect(placeChoices()).toHaveLength(2)
    })
    it('a cell of a township says the name, one of anything else stays what it is', () => {
        expect(shownOf({ town: '590121100', alert: '590121100' }, { key: 'town', head: 'x' }, String)).toBe('城关镇')
        expect(shownOf({ town: '590121100', alert: '590121100' }, { key: 'alert', head: 'x' }, String)).toBe('590121100')
        expect(isPlace('region') && !isPlace('name')).toBe(true)
    })
    it('whoever leaves takes the names along, and a server that is gone leaves digits', async () => {
        await learnPlaces(false)
        expect(placeName('590121100')).toBe('590121100')
        vi.stubGlobal('fetch', async () => { throw new TypeError('gone') })
        await learnPlaces(true)
        expect(placeName('590121100')).toBe('590121100')
    })
})
