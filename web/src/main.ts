import { ElAlert, ElButton, ElConfigProvider, ElDialog, ElDrawer, ElInput, ElSkeleton } from 'element-plus'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-alert.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-dialog.css'
import 'element-plus/theme-chalk/el-drawer.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-skeleton.css'
import 'element-plus/theme-chalk/el-skeleton-item.css'
import { createApp, nextTick } from 'vue'
import App from './App.vue'
import { headFor } from './heading'
import { han } from './han'
import { i18n } from './i18n'
import { router } from './router'
import { enlarge, session, speak } from './session'
import './style.css'
import './pages.css'

speak(session.lang)
enlarge(session.isLarge)
headFor(router, () => nextTick())
const app = createApp(App).use(i18n).use(router)
for (const one of [ElAlert, ElButton, ElConfigProvider, ElDialog, ElDrawer, ElInput, ElSkeleton]) app.use(one)
app.directive('han', han)
app.mount('#app')
