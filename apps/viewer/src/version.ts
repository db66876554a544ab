/** The version of the viewer, as in its package.json. */
export const VERSION: string = '0.0.0'
