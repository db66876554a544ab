import { render } from 'preact'
import { enter } from './api/access.ts'
import { App } from './shell/app.tsx'
import { startRouter } from './shell/router.ts'
import { startTheme } from './shell/theme.ts'

startTheme()
startRouter()
void enter()
const root = document.getElementById('app')
if (root) render(<App />, root)
