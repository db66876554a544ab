import { render } from 'preact'
import { startAccess } from './api/access.ts'
import { App } from './shell/app.tsx'
import { startKeys } from './shell/keys.ts'
import { startRouter } from './shell/router.ts'
import { startTheme } from './shell/theme.ts'

startTheme()
startRouter()
startKeys()
startAccess()
const root = document.getElementById('app')
if (root) render(<App />, root)
