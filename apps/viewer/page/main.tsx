import { render } from 'preact'
import { enter } from './api/access.ts'
import { App } from './shell/app.tsx'
import { startKeys } from './shell/keys.ts'
import { startRouter } from './shell/router.ts'
import { startTheme } from './shell/theme.ts'

startTheme()
startRouter()
startKeys()
void enter()
const root = document.getElementById('app')
if (root) render(<App />, root)
