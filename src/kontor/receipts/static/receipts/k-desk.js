// The bookkeeper's desk: the keys of the workbench; what is typed there and the pictures have files of their own.

import "./k-viewer.js";
import "./desk-kept.js";
import "./desk-read.js";

/** Enter books what is open, X ticks its row; fields, buttons and dialogs keep their own keys. */
function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.repeat) return;
  if (document.querySelector("dialog:modal") || document.body.dataset.singleKeys === "off") return;
  const isFree = event.target === document.body || event.target.matches?.(".k-tx, .k-scroll, #main, #detail");
  if (!isFree) return;
  if (event.key === "Enter" && (event.target.matches(".k-tx[aria-current]") || !event.target.matches(".k-tx"))) {
    const book = document.querySelector("[data-book]");
    if (!book?.checkVisibility()) return;
    event.preventDefault();
    book.click();
  } else if (event.key.toLowerCase() === "x") {
    const row = (event.target.closest(".k-txrow") ?? document.querySelector(".k-tx[aria-current]")?.closest(".k-txrow"))?.querySelector("[name=ids]");
    if (!row) return;
    event.preventDefault();
    row.click();
  }
}

document.addEventListener("keydown", pressed);

/** The keys of the desk stand first in the help that "?" opens. */
function tellKeys() {
  const own = document.getElementById("desk-keys");
  const help = document.querySelector("k-keys .k-sheet-keys");
  if (own && help && !help.querySelector("[data-desk]")) {
    help.prepend(own.content.cloneNode(true));
    help.firstElementChild.dataset.desk = "";
  }
}

tellKeys();
document.querySelector(".k-tx[aria-current]")?.scrollIntoView({ block: "nearest" });
document.querySelector(".k-tabs-scroll [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
