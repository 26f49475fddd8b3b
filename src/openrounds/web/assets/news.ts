// Says how many new posts there are, and shows them when asked to: nothing jumps under the reader's eyes.
import { word } from "./words";

const EVERY = 30_000;

export function news(feed: HTMLElement): void {
  const name = feed.dataset["poll"];
  if (name === undefined) return;
  const bar = document.createElement("p");
  bar.setAttribute("role", "status");
  bar.className = "news";
  feed.before(bar);
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    const query = new URLSearchParams({ of: name, since: feed.dataset["newest"] ?? "0" });
    const answer = await fetch(`/news?${query}`).catch(() => undefined);
    if (!answer?.ok) return;
    const { new: fresh } = (await answer.json()) as { new: number };
    if (fresh === 0) return;
    const link = document.createElement("a");
    link.className = "button slim";
    link.href = location.pathname;
    link.textContent = fresh === 1 ? word("fresh") : word("freshes", { n: fresh < 40 ? fresh : "40+" });
    bar.replaceChildren(link);
  };
  window.setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
