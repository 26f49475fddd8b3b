// An open room stays up to date: what is said comes in on top, a released part comes onto the stage, nothing jumps under
// the reader's eyes and nothing that somebody types is lost. Streams tell of it at once (live.ts); whoever has none asks.
import htmx from "htmx.org";

import type { Shown } from "./live";
import { word } from "./words";

const EVERY = 5_000;
// A release comes to everybody in the same moment: they fetch it one after the other.
const SPREAD = 1_500;

type Pulse = { mark: string; newest: string };

export function room(bar: HTMLElement): Shown | undefined {
  const { id = "", room: pulse = "", fresh = "", stage = "" } = bar.dataset;
  if (bar.dataset["over"] !== undefined) return undefined;
  const status = document.createElement("span");
  status.className = "hidden";
  status.setAttribute("role", "status");
  bar.after(status);
  let etag = "";
  let told = false;
  let asked = 0;
  let timer = 0;

  const offer = (text: string, href = location.pathname): void => {
    const link = document.createElement("a");
    link.className = "button slim";
    link.href = href;
    link.textContent = text;
    bar.replaceChildren(link);
  };
  const take = async (newest: string): Promise<void> => {
    const said = [...((await piece(`${fresh}?since=${bar.dataset["newest"] ?? "0"}`))?.querySelectorAll<HTMLElement>("[data-said]") ?? [])]
      .filter((each) => saidBefore(each.dataset["said"] ?? "") === null);
    bar.dataset["newest"] = newest;
    const talk = document.getElementById("talk");
    if (talk === null || said.length === 0) return;
    talk.querySelector(":scope > p.quiet")?.remove();
    for (const each of said) each.classList.add("arrived");
    const above = talk.getBoundingClientRect().top;
    const before = talk.scrollHeight;
    talk.prepend(...said);
    // Whoever reads further down stays where he is.
    if (above < 0) window.scrollBy({ top: talk.scrollHeight - before, behavior: "instant" });
    ready(said);
    status.textContent = word(said.length === 1 ? "fresh" : "freshes", { n: said.length });
  };
  const takeStage = async (): Promise<boolean> => {
    const place = document.getElementById("stages");
    const there = await piece(stage);
    if (place === null || there === undefined) return false;
    const news = [...there.querySelectorAll<HTMLElement>("section.stage")].filter((each) => update(place, each));
    const first = news[0];
    if (first === undefined) return false;
    document.getElementById("nothing-yet")?.remove();
    ready(news);
    offer(word("roomstage"), `#${first.id}`);
    return true;
  };
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    asked = Date.now();
    const answer = await fetch(pulse, { headers: etag ? { "If-None-Match": etag } : {} }).catch(() => undefined);
    if (!answer?.ok) return;
    etag = answer.headers.get("ETag") ?? "";
    const now = (await answer.json()) as Pulse;
    if (now.mark !== bar.dataset["mark"]) {
      const onlyReleased = withoutCount(now.mark) === withoutCount(bar.dataset["mark"] ?? "");
      bar.dataset["mark"] = now.mark;
      if (!(onlyReleased && (await takeStage()))) offer(word("roomchanged"));
    }
    if (BigInt(now.newest) <= BigInt(bar.dataset["newest"] ?? "0")) return;
    if (bar.dataset["follows"] === undefined) offer(word("roomtalk"));
    else await take(now.newest);
  };
  /** Soon, at different moments in different windows, and not more often than whoever has no stream. */
  const askSoon = (): void => {
    if (timer !== 0) return;
    const wait = Math.max(asked + EVERY - Date.now(), Math.random() * SPREAD);
    timer = window.setTimeout(() => {
      timer = 0;
      void ask();
    }, wait);
  };
  const look = async (post: string): Promise<void> => {
    if (saidBefore(post) === null) return;
    const said = (await piece(`${fresh}?only=${post}`))?.querySelector<HTMLElement>("[data-said]");
    const now = saidBefore(post);
    // A host who is about to curate it has the form open.
    if (said === undefined || now?.querySelector("details[open]")) return;
    if (said === null) now?.remove();
    else {
      now?.replaceWith(said);
      ready([said]);
    }
  };
  window.setInterval(() => told || ask(), EVERY);
  document.addEventListener("visibilitychange", ask);
  return {
    wish: { stream: "round", round: id },
    ask,
    told(now) {
      told = now;
      document.documentElement.toggleAttribute("data-live", now);
    },
    hear(event, payload) {
      if (event === "update") askSoon();
      else if (event === "delete") saidBefore(payload)?.remove();
      else if (event === "round.contribution") {
        const { post_id } = JSON.parse(payload) as { post_id: string };
        window.setTimeout(() => void look(post_id), Math.random() * SPREAD);
      } else if (event === "round.step" || event === "round.changed") {
        window.setTimeout(() => void ask(), Math.random() * SPREAD);
      }
    },
  };
}

/** What the server shows at that path; undefined if it does not answer. */
async function piece(path: string): Promise<Document | undefined> {
  const answer = await fetch(path).catch(() => undefined);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
}

function saidBefore(post: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`#talk [data-said="${CSS.escape(post)}"]`);
}

/** Puts a part onto the stage; true if it was not there. One in which somebody is writing stays as it is. */
function update(place: HTMLElement, shown: HTMLElement): boolean {
  const before = document.getElementById(shown.id);
  if (before === null) {
    shown.classList.add("arrived");
    place.append(shown);
    return true;
  }
  if (!writtenIn(before)) {
    before.replaceWith(shown);
    ready([shown]);
  }
  return false;
}

function writtenIn(part: HTMLElement): boolean {
  if (part.contains(document.activeElement)) return true;
  const fields = part.querySelectorAll<HTMLInputElement>("input:not([type=hidden])");
  return [...fields].some((field) => field.checked || field.value !== field.defaultValue);
}

function ready(pieces: HTMLElement[]): void {
  for (const each of pieces) htmx.process(each);
  document.dispatchEvent(new Event("htmx:after:swap"));
}

/** `open-2-0` is state, released parts, paused: what it is apart from the parts. */
function withoutCount(mark: string): string {
  return mark.replace(/-\d+-/, "-");
}
