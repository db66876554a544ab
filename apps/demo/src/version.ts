/** The version in package.json; a constant so that a bundle needs no file beside it. A test compares the two. */
export const VERSION: string = '0.1.0'
