// Times in the reader's own zone, in the page's language; the page itself says them in UTC. Months and order come with the page:
// the first Intl.DateTimeFormat of a page holds a phone up for a tenth of a second and more.
import { word } from "./words";

const now = new Date();
const two = (n: number): string => String(n).padStart(2, "0");

function said(moment: Date): string {
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  if (moment.toDateString() === now.toDateString()) return time;
  const month = word("months").split(" ")[moment.getMonth()] ?? "";
  const values = { day: moment.getDate(), month, year: moment.getFullYear(), time };
  if (values.year === now.getFullYear()) return word("thisyear", values);
  return word(moment > now ? "appointed" : "longago", values);
}

export function times(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[datetime]:not([title])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = time.textContent.trim();
    time.textContent = said(moment);
  }
}
