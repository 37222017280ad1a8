// The pages of a receipt: zoom, page by page, turned for good, and the places of what was read on them.
// A field that is focused lights up its place; a click on a place, or on its name above the picture, leads to the field.

const SCALES = [0.5, 0.75, 1, 1.5, 2, 3];
const NARROW = matchMedia("(width <= 60rem)");
const LOUPE_MARGIN = 24;

/** What lasts while the page is turned by the server: the viewer is a new one then. */
const turned = { key: "" };

class Viewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector(".k-vpage");
    if (!this.stage) return;
    this.scale = 2;
    this.addEventListener("click", (event) => this.clicked(event));
    this.stage.addEventListener("scroll", () => this.place(), { passive: true });
    this.stage.addEventListener("load", () => this.place(), true);
    this.focused = (event) => this.light(nameOf(event.target), event.target);
    this.left = (event) => this.darken(event.target);
    document.addEventListener("focusin", this.focused);
    document.addEventListener("focusout", this.left);
    this.place();
    if (turned.key) this.backToTurned();
  }

  disconnectedCallback() {
    document.removeEventListener("focusin", this.focused);
    document.removeEventListener("focusout", this.left);
  }

  backToTurned() {
    this.show(this.pages().find((page) => page.dataset.pageKey === turned.key));
    this.querySelector("[data-turn]")?.focus();
    turned.key = "";
  }

  pages() {
    return [...this.stage.querySelectorAll("[data-number]")];
  }

  clicked(event) {
    const mark = event.target.closest("[data-fields]");
    if (mark) return this.toField(mark.dataset.fields.split(" ")[0]);
    const button = event.target.closest("[data-zoom], [data-turn], [data-page], [data-goto], [data-show]");
    if (!button) return;
    if ("turn" in button.dataset) turned.key = button.value;
    else {
      event.preventDefault();
      if (button.dataset.zoom) this.zoom(Number(button.dataset.zoom));
      else if (button.dataset.page) this.step(Number(button.dataset.page));
      else if (button.dataset.goto) this.show(this.pages().find((page) => page.dataset.number === button.dataset.goto));
      else this.toPlace(button.dataset.show);
    }
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
    const turn = this.querySelector("[data-turn]");
    if (turn && page.dataset.pageKey) turn.value = page.dataset.pageKey;
    for (const thumb of this.querySelectorAll("[data-goto]")) {
      if (thumb.dataset.goto === page.dataset.number) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
  }

  marks(name) {
    return name ? [...this.querySelectorAll(`[data-fields~="${CSS.escape(name)}"]`)] : [];
  }

  /** Light up the places of a field; on the phone, where the picture is elsewhere, show them under the field. */
  light(name, field) {
    const marks = this.marks(name);
    this.querySelectorAll(".is-lit").forEach((lit) => lit.classList.remove("is-lit"));
    this.querySelectorAll(`[data-show="${CSS.escape(name || "-")}"]`).forEach((button) => button.classList.add("is-lit"));
    if (!marks.length) return;
    marks.forEach((mark) => mark.classList.add("is-lit"));
    if (!NARROW.matches) this.bringIntoView(marks[0]);
    else if (field && !this.contains(field)) this.showLoupe(marks[0], field);
  }

  darken(field) {
    field.closest?.(".k-field")?.querySelector(".k-loupe")?.remove();
    this.querySelectorAll(".is-lit").forEach((lit) => lit.classList.remove("is-lit"));
  }

  bringIntoView(mark) {
    const own = mark.getBoundingClientRect();
    const seen = this.stage.getBoundingClientRect();
    if (own.top >= seen.top && own.bottom <= seen.bottom && own.left >= seen.left && own.right <= seen.right) return;
    this.stage.scrollBy({
      top: own.top - seen.top - (seen.height - own.height) / 2,
      left: own.left - seen.left - (seen.width - own.width) / 2,
    });
  }

  showLoupe(mark, field) {
    const holder = field.closest(".k-field");
    const rect = mark.querySelector("rect");
    const image = mark.closest("figure").querySelector("img");
    if (!holder || holder.querySelector(".k-loupe")) return;
    const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => Number(rect.getAttribute(side)));
    const loupe = svg("svg", {
      class: "k-loupe",
      "aria-hidden": "true",
      viewBox: `${x - LOUPE_MARGIN} ${y - LOUPE_MARGIN} ${width + 2 * LOUPE_MARGIN} ${height + 2 * LOUPE_MARGIN}`,
    });
    loupe.append(svg("image", { href: image.currentSrc || image.src, width: image.getAttribute("width"), height: image.getAttribute("height") }));
    holder.append(loupe);
  }

  /** A name above the picture: its place lights up; where form and picture stand side by side the field is focused too. */
  toPlace(name) {
    const marks = this.marks(name);
    this.light(name, null);
    if (marks.length) {
      if (NARROW.matches) this.scrollIntoView({ block: "start" });
      this.bringIntoView(marks[0]);
    }
    if (!NARROW.matches || !marks.length) this.toField(name);
  }

  toField(name) {
    const field = fieldOf(name);
    if (!field) return this.light(name, null);
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    field.select?.();
  }
}

function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** The name of the form's field that holds an element; a search field shows another input than it sends. */
function nameOf(element) {
  if (!element.closest?.("#desk")) return "";
  return element.name || element.closest("k-combo, k-day")?.querySelector("[name]")?.name || "";
}

function fieldOf(name) {
  const sent = document.querySelector(`#desk [name="${CSS.escape(name)}"]`);
  if (!sent) return null;
  return sent.type === "hidden" ? sent.parentElement.querySelector("input:not([type=hidden])") : sent;
}

if (!customElements.get("k-viewer")) customElements.define("k-viewer", Viewer);
