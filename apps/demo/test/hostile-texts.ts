/** Texts that a terminal would show in a misleading way, and a part of the text that is shown instead. */
export const HOSTILE_TEXTS: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['a text that is turned', 'ls \u202e/ fr- mr', 'ls \\u{202e}/ fr- mr'],
  ['an isolate', 'a\u2066b\u2069c', 'a\\u{2066}b\\u{2069}c'],
  ['marks of direction', 'a\u200eb\u200fc\u061cd', 'a\\u{200e}b\\u{200f}c\\u{61c}d'],
  [
    'zero-width characters',
    'r\u200bm\u200c \u200d-\u2060r\ufeff',
    'r\\u{200b}m\\u{200c} \\u{200d}-\\u{2060}r\\u{feff}',
  ],
  ['a soft hyphen', 'r\u00adm', 'r\\u{ad}m'],
  ['tag characters', 'ls\u{e0072}\u{e006d}', 'ls\\u{e0072}\\u{e006d}'],
  ['a selector of a variant', 'a\ufe0fb\u{e0100}', 'a\\u{fe0f}b\\u{e0100}'],
  ['an escape sequence', 'a\u001b[2Jb\u009b1Ac', 'a\\u{1b}[2Jb\\u{9b}1Ac'],
  ['a carriage return', 'rm -rf /\rls      ', 'rm -rf /\\u{d}ls      '],
  ['backspaces', 'rm\b\bls', 'rm\\u{8}\\u{8}ls'],
  ['separators of lines', 'a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['Hangul fillers', 'a\u3164b\u115fc\uffa0d', 'a\\u{3164}b\\u{115f}c\\u{ffa0}d'],
  ['blanks that are no spaces', 'a\u00a0b\u2800c\u3000d\te', 'a\\u{a0}b\\u{2800}c\\u{3000}d\\u{9}e'],
  ['half a pair', 'a\ud800b\udc00c', 'a\\u{d800}b\\u{dc00}c'],
  ['a joined emoji', '👩\u200d💻', '👩\\u{200d}💻'],
]

/** All characters that a person would not see, except line feeds and the escape sequences of colours. */
export const HIDDEN: RegExp = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}/u
