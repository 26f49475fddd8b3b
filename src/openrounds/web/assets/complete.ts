// While somebody writes `@al`, `#te` or `:sm`, the server says what may follow. Arrow keys choose, Enter or Tab takes.
import { word } from "./words";

type Offer = { text: string; note: string };
const STARTED = /(?:^|[\s(])((?:[@#]|:(?=\p{L}{2}))[\p{L}\p{M}\p{Nd}_.@-]{1,60})$/u;
const WAIT = 150;

export function completion(text: HTMLTextAreaElement): void {
  if (text.dataset["completes"] !== undefined) return;
  text.dataset["completes"] = "";
  const list = document.createElement("ul");
  list.id = `${text.id}_offers`;
  list.className = "offers";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", word("offers"));
  list.hidden = true;
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  let timer = 0;
  let chosen = 0;

  const close = (): void => {
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  };
  const mark = (): void => {
    [...list.children].forEach((each, n) => each.setAttribute("aria-selected", String(n === chosen)));
    text.setAttribute("aria-activedescendant", list.children[chosen]?.id ?? "");
  };
  const take = (offer: string): void => {
    const before = text.value.slice(0, text.selectionStart);
    const started = STARTED.exec(before)?.[1] ?? "";
    text.setRangeText(`${offer} `, before.length - started.length, before.length, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  const show = (offers: Offer[]): void => {
    close();
    offers.forEach((offer, n) => {
      const row = document.createElement("li");
      row.id = `${list.id}_${n}`;
      row.setAttribute("role", "option");
      row.textContent = offer.note ? `${offer.text} · ${offer.note}` : offer.text;
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(offer.text);
      });
      row.dataset["text"] = offer.text;
      list.append(row);
    });
    chosen = 0;
    list.hidden = offers.length === 0;
    if (offers.length > 0) mark();
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    const started = STARTED.exec(text.value.slice(0, text.selectionStart))?.[1];
    if (started === undefined) return close();
    timer = window.setTimeout(async () => {
      const answer = await fetch(`/complete?q=${encodeURIComponent(started)}`);
      if (answer.ok) show(((await answer.json()) as { found: Offer[] }).found);
    }, WAIT);
  });
  text.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const size = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : size - 1)) % size;
      mark();
    } else if (event.key === "Enter" || event.key === "Tab") {
      take((list.children[chosen] as HTMLElement).dataset["text"] ?? "");
    } else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  text.addEventListener("blur", close);
}
