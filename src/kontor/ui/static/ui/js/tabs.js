// Tabs that are wider than the screen begin with the current one in sight.

for (const current of document.querySelectorAll(".k-tabs > [aria-current]")) {
  const tabs = current.parentElement;
  if (tabs.scrollWidth <= tabs.clientWidth) continue;
  tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
}
