// An open room stays up to date: what is said comes in on top, a released part is offered, nothing jumps under the
// reader's eyes and nothing that somebody types is lost.
import htmx from "htmx.org";

import { word } from "./words";

const EVERY = 5_000;

type Pulse = { mark: string; newest: string };

export function room(bar: HTMLElement): void {
  const { room: live = "", fresh = "" } = bar.dataset;
  if (bar.dataset["over"] !== undefined) return;
  let etag = "";

  const offer = (text: string): void => {
    const link = document.createElement("a");
    link.className = "button slim";
    link.href = location.pathname;
    link.textContent = text;
    bar.replaceChildren(link);
  };
  const take = async (newest: string): Promise<void> => {
    const since = bar.dataset["newest"] ?? "0";
    const answer = await fetch(`${fresh}?since=${since}`).catch(() => undefined);
    if (!answer?.ok) return;
    bar.dataset["newest"] = newest;
    const talk = document.getElementById("talk");
    const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = [...piece.querySelectorAll<HTMLElement>("[data-said]")].filter(
      (each) => document.querySelector(`[data-said="${each.dataset["said"]}"]`) === null,
    );
    if (talk === null || said.length === 0) return;
    talk.querySelector(":scope > p.quiet")?.remove();
    for (const each of said) each.classList.add("arrived");
    const above = talk.getBoundingClientRect().top;
    const before = talk.scrollHeight;
    talk.prepend(...said);
    // Whoever reads further down stays where he is.
    if (above < 0) window.scrollBy({ top: talk.scrollHeight - before, behavior: "instant" });
    for (const each of said) htmx.process(each);
    document.dispatchEvent(new Event("htmx:after:swap"));
    say(word(said.length === 1 ? "fresh" : "freshes", { n: said.length }));
  };
  const status = document.createElement("span");
  status.className = "hidden";
  status.setAttribute("role", "status");
  bar.after(status);
  const say = (text: string): void => {
    status.textContent = text;
  };
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    const answer = await fetch(live, { headers: etag ? { "If-None-Match": etag } : {} }).catch(() => undefined);
    if (!answer?.ok) return;
    etag = answer.headers.get("ETag") ?? "";
    const pulse = (await answer.json()) as Pulse;
    if (pulse.mark !== bar.dataset["mark"]) offer(word("roomchanged"));
    if (BigInt(pulse.newest) <= BigInt(bar.dataset["newest"] ?? "0")) return;
    if (bar.dataset["follows"] === undefined) offer(word("roomtalk"));
    else await take(pulse.newest);
  };
  window.setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
