import { simulate } from '/work/main/test/simulation/run.ts';
const seed = Number(process.argv[2]); const pat = new RegExp(process.argv[3] ?? '.');
const out = await simulate(seed, null, 100000);
console.log(out.breach, out.steps);
for (const line of out.story) if (pat.test(line)) console.log(String(line).slice(0, 330));
