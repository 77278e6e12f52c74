import { describe, expect, it } from 'vitest'
import { keyOf } from '../src/here'

const press = (more: object): Parameters<typeof keyOf>[0] => ({ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, isComposing: false, target: null, ...more })

describe('keys of the page', () => {
    it('Alt and a digit are the doors in their order', () => expect(keyOf(press({ altKey: true, code: 'Digit3', key: '3' }))).toEqual({ door: 2 }))
    it('a question mark asks for the keys, but not where somebody types it', () => {
        expect(keyOf(press({ key: '?' }))).toBe('help')
        expect(keyOf(press({ key: '?', target: { tagName: 'INPUT' } }))).toBe(null)
    })
    it('a new case and the main step take Alt', () => {
        expect(keyOf(press({ altKey: true, code: 'KeyN', key: 'n' }))).toBe('new')
        expect(keyOf(press({ altKey: true, code: 'Enter', key: 'Enter' }))).toBe('main')
        expect(keyOf(press({ key: 'Enter' }))).toBe(null)
    })
    it('what an input method writes is nobody\'s key', () => expect(keyOf(press({ key: '?', isComposing: true }))).toBe(null))
})
