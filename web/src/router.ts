import { createRouter, createWebHistory } from 'vue-router'
import { isOutside, ownDoor, recall, session } from './session'
import { WORKS } from './work'

export const router = createRouter({
    history: createWebHistory(),
    routes: [
        { path: '/', name: 'home', component: () => import('./pages/HomePage.vue') },
        { path: '/mine', name: 'mine', component: () => import('./pages/MyPage.vue'), meta: { isOwn: true } },
        { path: '/desk', name: 'desk', component: () => import('./pages/DeskPage.vue'), meta: { isOwn: true } },
        { path: '/login', name: 'login', component: () => import('./pages/LoginPage.vue'), meta: { isOpen: true, title: 'login.title' } },
        { path: '/me', name: 'me', component: () => import('./pages/AccountPage.vue'), meta: { isOwn: true } },
        { path: '/person', name: 'person', component: () => import('./pages/PersonPage.vue') },
        { path: '/person/:who', name: 'person-one', component: () => import('./pages/PersonPage.vue') },
        { path: '/merge', name: 'merge', component: () => import('./pages/MergePage.vue') },
        { path: '/employer/:who?', name: 'employer', component: () => import('./pages/EmployerPage.vue') },
        { path: '/payment', name: 'payment', component: () => import('./pages/PaymentPage.vue') },
        { path: '/payment/:run', name: 'payrun', component: () => import('./pages/PayrunPage.vue') },
        { path: '/case', name: 'case', component: () => import('./pages/CasesPage.vue') },
        { path: '/case/new', name: 'case-new', component: () => import('./pages/CaseNewPage.vue') },
        { path: '/case/:case(\\d+)', name: 'case-one', component: () => import('./pages/CasePage.vue') },
        { path: '/award', name: 'award', component: () => import('./pages/AwardPage.vue') },
        ...WORKS.map(({ door }) => ({ path: `/${door}`, name: door, component: () => import('./pages/WorkPage.vue'), props: { door } })),
        { path: '/calculator', name: 'calculator', component: () => import('./pages/CalculatorPage.vue'), meta: { isOpen: true } },
        { path: '/verify', name: 'verify', component: () => import('./pages/VerifyPage.vue'), meta: { isOpen: true, title: 'verify.title' } },
        { path: '/more', name: 'more', component: () => import('./pages/MorePage.vue') },
        { path: '/duties', name: 'duties', component: () => import('./pages/DutiesPage.vue') },
        { path: '/health', name: 'health', component: () => import('./pages/HealthPage.vue') },
        { path: '/calendar', name: 'calendar', component: () => import('./pages/CalendarPage.vue') },
        { path: '/audit', name: 'audit', component: () => import('./pages/AuditPage.vue') },
        { path: '/ledger', name: 'ledger', component: () => import('./pages/LedgerPage.vue') },
        { path: '/docket', name: 'docket', component: () => import('./pages/DocketPage.vue') },
        { path: '/goals', name: 'goals', component: () => import('./pages/GoalsPage.vue') },
        { path: '/survey', name: 'survey', component: () => import('./pages/SurveyPage.vue'), meta: { isOpen: true } }, // it opens without network
        { path: '/policy', name: 'policy', component: () => import('./pages/PolicyPage.vue'), meta: { isOpen: true } },
        { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: () => ({ top: 0 }),
})

router.beforeEach(async (to) => {
    await recall()
    if (!session.who && !to.meta.isOpen) return { name: 'login', query: to.path === '/' ? {} : { to: to.fullPath } }
    if (session.who?.needs_second && !session.who.has_second && !to.meta.isOpen && to.name !== 'me') return { name: 'me' } // nothing else is answered
    if (isOutside() && !to.meta.isOpen && !to.meta.isOwn && to.name !== 'more') return ownDoor()
    return true
})
