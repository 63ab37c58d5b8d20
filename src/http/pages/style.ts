import { hash } from 'node:crypto';

/** The one style of all pages. It is written without the characters that markup escapes: its hash has to fit as it is sent. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#f5f4f0;--sheet:#fff;--ink:#1f2324;--soft:#555d5f;--line:#d5d3cb;--act:#0b5f4b;--on-act:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#141718;--sheet:#1e2223;--ink:#eceae4;--soft:#aab1b1;--line:#3b4142;--act:#7fd6b6;--on-act:#06251c}}
*{box-sizing:border-box}
body{margin:0;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header,main{max-width:36rem;margin:0 auto}
header{display:flex;align-items:center;gap:.5rem;padding:.25rem 0 .75rem;color:var(--soft);font-weight:600}
svg{width:1.25rem;height:1.25rem}
main{padding:1.25rem;background:var(--sheet);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
h2{margin:0 0 .25rem;font-size:1rem}
p{margin:0 0 .75rem}
main :last-child{margin-bottom:0}
dl{display:grid;grid-template-columns:minmax(4.5rem,auto) 1fr;gap:.3rem .9rem;margin:0 0 1rem}
dt{color:var(--soft)}
dd{margin:0}
@media (max-width:30rem){.long{grid-column:1/-1}dd.long{margin-top:-.3rem}}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.75rem;margin-bottom:1rem}
section{padding:.75rem;border:1px solid var(--line);border-radius:.5rem}
section p{margin:0}
section dl{margin:.3rem 0 0}
.soft{color:var(--soft)}
.code{font:600 2rem/1.3 ui-monospace,monospace;letter-spacing:.06em;user-select:all}
.code span{display:inline-block;margin-right:.4em}
form{margin:1rem 0 .75rem}
button{width:100%;min-height:3rem;padding:.6rem 1rem;border:0;border-radius:.5rem;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
@media (min-width:30rem){body{padding:2.5rem 1rem}main{padding:1.75rem}button{width:auto;padding:.6rem 1.5rem}}
`;

/** How `style-src` names it (CSP Level 3, section 2.3.1). */
export const STYLE_SOURCE = `'sha256-${hash('sha256', STYLE, 'base64')}'`;
