// A button that htmx sent and the server turned down, or that never reached it: said in words, for a while, instead of nothing.
import { word } from "./words";

const READ_FOR = 12_000;
let timer = 0;

export function refusals(): void {
  document.addEventListener("htmx:response:error", (event) => {
    const ctx = (event as CustomEvent<{ ctx: { text?: string; response: { headers: Headers } } }>).detail.ctx;
    const plain = ctx.response.headers.get("Content-Type")?.startsWith("text/plain");
    say(plain && ctx.text ? ctx.text : word("notdone"));
  });
  document.addEventListener("htmx:error", () => say(word("unreached")));
  // Passkeys: the device was not there, or its owner said no. allauth's script would tell the console alone.
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say(word("nokey"));
  });
}

function say(text: string): void {
  const place = document.querySelector<HTMLElement>(".toast") ?? document.createElement("p");
  place.className = "toast";
  place.setAttribute("role", "alert");
  document.body.append(place);
  place.textContent = text;
  clearTimeout(timer);
  timer = window.setTimeout(() => place.remove(), READ_FOR);
}
