/** This library's version, as receivers see it. A test holds it against package.json. */
export const VERSION: string = '0.0.0'
