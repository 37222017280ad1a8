// Menus are <details>: a click elsewhere or Escape closes them, and Escape gives the focus back.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.k-pop[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.k-pop[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
