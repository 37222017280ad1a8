// The bookkeeper's desk: looking at the pages of a receipt, and the keys of the workbench.

const SCALES = [0.5, 0.75, 1, 1.5, 2, 3];

class Viewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector(".k-vpage");
    if (!this.stage) return;
    this.scale = 2;
    this.turn = 0;
    this.addEventListener("click", (event) => this.clicked(event));
    this.stage.addEventListener("scroll", () => this.place(), { passive: true });
    this.place();
  }

  pages() {
    return [...this.stage.querySelectorAll("[data-number]")];
  }

  clicked(event) {
    const button = event.target.closest("[data-zoom], [data-turn], [data-page], [data-goto]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.zoom) this.zoom(Number(button.dataset.zoom));
    else if ("turn" in button.dataset) this.rotate();
    else if (button.dataset.page) this.step(Number(button.dataset.page));
    else this.show(this.pages().find((page) => page.dataset.number === button.dataset.goto));
  }

  zoom(step) {
    this.scale = Math.min(SCALES.length - 1, Math.max(0, this.scale + step));
    const share = SCALES[this.scale];
    for (const figure of this.stage.querySelectorAll("figure")) {
      figure.style.width = share === 1 ? "" : `${share * 100}%`;
      figure.style.maxWidth = share > 1 ? "none" : "";
    }
    const label = this.querySelector("[data-scale]");
    label.textContent = share === 1 ? label.dataset.fit : `${share * 100} %`;
  }

  rotate() {
    this.turn = (this.turn + 90) % 360;
    for (const figure of this.stage.querySelectorAll("figure")) {
      const image = figure.querySelector("img");
      const isLying = this.turn % 180 === 90;
      figure.style.rotate = `${this.turn}deg`;
      const room = isLying ? (image.clientHeight - image.clientWidth) / 2 : 0;
      figure.style.marginBlock = room < 0 ? `${room}px` : "";
    }
  }

  current() {
    const top = this.stage.scrollTop + this.stage.clientHeight / 3;
    const pages = this.pages();
    return pages.findLast((page) => page.offsetTop - this.stage.offsetTop <= top) ?? pages[0];
  }

  step(by) {
    const pages = this.pages();
    this.show(pages[pages.indexOf(this.current()) + by]);
  }

  show(page) {
    page?.scrollIntoView({ block: "start" });
    this.place();
  }

  place() {
    const page = this.current();
    if (!page) return;
    const label = this.querySelector("[data-place]");
    if (label) label.textContent = label.dataset.words.replace("{n}", page.dataset.number);
    for (const thumb of this.querySelectorAll("[data-goto]")) {
      if (thumb.dataset.goto === page.dataset.number) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
  }
}

/** Enter books what is open, X ticks its row; fields, buttons and dialogs keep their own keys. */
function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
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

if (!customElements.get("k-viewer")) {
  customElements.define("k-viewer", Viewer);
  document.addEventListener("keydown", pressed);
}
