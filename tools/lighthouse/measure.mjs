// Lighthouse's scores of four pages of a running demo, as a phone with a slow network sees them: medians of five runs.
//
//   make demo PORT=8123 &
//   make lighthouse BASE=http://localhost:8123
//   node measure.mjs http://localhost:8123 5 thread    one page alone
//
// Signed in where the page is a member's. Ends with 1 when a median is below 95.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [base = "http://localhost:8000", runs = "5", only = ""] = process.argv.slice(2);
const MEMBER = { login: "asha@demo.example", password: "rounds-4417-demo" };
const WANTED = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices"];
const PAGES = { welcome: ["/", false], home: ["/home", true], hashtag: ["/tags/TeamHaemDemo", true], thread: [null, true] };

const cookies = (answer) => answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);

async function signIn() {
  const form = await fetch(`${base}/auth/sign_in`);
  const token = (await form.text()).match(/name="csrfmiddlewaretoken" value="(\w+)"/)[1];
  const body = new URLSearchParams({ ...MEMBER, csrfmiddlewaretoken: token });
  const headers = { Cookie: cookies(form).join("; "), Referer: `${base}/auth/sign_in` };
  const answer = await fetch(`${base}/auth/sign_in`, { method: "POST", body, headers, redirect: "manual" });
  if (answer.status !== 302) throw new Error(`Signing in answered ${answer.status}`);
  return cookies(answer).join("; ");
}

async function longestThread() {
  const posts = await (await fetch(`${base}/api/v1/timelines/tag/TeamHaemDemo?limit=40`)).json();
  const [longest] = posts.sort((a, b) => b.replies_count - a.replies_count);
  return new URL(longest.url).pathname;
}

async function measure(port, path, cookie) {
  const options = { port, onlyCategories: CATEGORIES, logLevel: "error", output: "json" };
  const answer = await lighthouse(base + path, { ...options, extraHeaders: cookie ? { Cookie: cookie } : {} });
  const { categories, audits, runtimeError } = answer.lhr;
  if (runtimeError) throw new Error(`${path}: ${runtimeError.message}`);
  const lost = Object.values(categories).flatMap((category) => category.auditRefs.filter((ref) => ref.weight && (audits[ref.id].score ?? 1) < 0.9));
  return { scores: CATEGORIES.map((name) => Math.round(categories[name].score * 100)), lost: lost.map((ref) => ref.id) };
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const cookie = await signIn();
PAGES.thread[0] = await longestThread();
const chrome = await launch({ chromePath: process.env.CHROME_PATH ?? "/usr/bin/chromium", chromeFlags: ["--headless=new", "--no-sandbox", "--disable-background-networking"] });
let good = true;
console.log(`${"page".padEnd(10)}${CATEGORIES.map((name) => name.padStart(16)).join("")}`);
for (const [name, [path, own]] of Object.entries(PAGES)) {
  if (only && only !== name) continue;
  const found = [];
  for (let run = 0; run < Number(runs); run += 1) found.push(await measure(chrome.port, path, own ? cookie : ""));
  const medians = CATEGORIES.map((_, index) => median(found.map((each) => each.scores[index])));
  const lost = [...new Set(found.flatMap((each) => each.lost))];
  console.log(`${name.padEnd(10)}${medians.map((score) => String(score).padStart(16)).join("")}  ${lost.join(", ")}`);
  good &&= medians.every((score) => score >= WANTED);
}
await chrome.kill();
process.exit(good ? 0 : 1);
