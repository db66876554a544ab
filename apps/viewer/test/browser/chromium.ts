/** The browser that the tests drive. */
export const CHROMIUM: string = process.env.CHROMIUM ?? '/usr/bin/chromium'
