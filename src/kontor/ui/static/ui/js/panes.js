// When another entry of a workbench's list comes up, its details begin at their top, on the phone the whole page does.

const current = () => document.querySelector(".k-bench .k-tx[aria-current]")?.id ?? "";
let shown = current();

function begin() {
  const now = current();
  if (now === shown) return;
  shown = now;
  for (const pane of document.querySelectorAll("#detail .k-scroll, .k-vpage")) pane.scrollTop = 0;
  if (matchMedia("(width <= 60rem)").matches) scrollTo(0, 0);
}

document.addEventListener("htmx:after:swap", begin);
