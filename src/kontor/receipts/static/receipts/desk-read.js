// What was read from the receipt, beside the field that says something else: it goes when both say the same, and comes back.

import { parseAmount, regionOf } from "../ui/js/figures.js";

const squeezed = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();
const bare = (text) => text.toLowerCase().replace(/\s+/g, "");

function says(field, text) {
  if (field.closest("k-money")) return parseAmount(field.value, regionOf(field)) === parseAmount(text, regionOf(field));
  return squeezed(field.value) === squeezed(text) || (field.name === "payee_iban" && bare(field.value) === bare(text));
}

/** Compare what is typed with what was read. */
function compare(event) {
  const holder = event.target.closest?.("#desk .k-field");
  const note = holder?.querySelector("[data-read]");
  if (!note || !event.target.matches("input:not([type=hidden])")) return;
  const isSame = says(event.target, note.dataset.read);
  note.hidden = isSame;
  const origin = holder.querySelector(".k-origin");
  if (origin) origin.hidden = !isSame;
}

document.addEventListener("input", compare);
document.addEventListener("change", compare);
