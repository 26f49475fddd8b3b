// While somebody types a diagnosis, the browser's own list offers what it may be called. Free text stays free.

const WAIT = 200;

export function diagnoses(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-diagnosis]:not([list])")) offer(input);
}

function offer(input: HTMLInputElement): void {
  const list = document.createElement("datalist");
  list.id = `${input.id}_offers`;
  input.after(list);
  input.setAttribute("list", list.id);
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const typed = input.value.trim();
      const answer = await fetch(`${input.dataset["diagnosis"]}?q=${encodeURIComponent(typed)}`).catch(() => undefined);
      if (!answer?.ok) return;
      const { found } = (await answer.json()) as { found: string[] };
      list.replaceChildren(...found.map((name) => new Option(name, name)));
    }, WAIT);
  });
}
