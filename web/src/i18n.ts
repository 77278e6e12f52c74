import { createI18n } from 'vue-i18n'
import en from './words/en'
import zh from './words/zh'

export type Lang = 'zh' | 'en'
export const i18n = createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages: { zh, en }, missingWarn: false, fallbackWarn: false })
