// Lists by keyboard: J and K move, Enter opens, X selects, Shift+X or Shift+click selects a range; the bulk bar counts.

class List extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", (event) => event.target.matches("[name=ids], [data-all]") && this.changed(event.target));
    this.addEventListener("reset", () => setTimeout(() => this.count()));
  }

  connectedCallback() {
    this.anchor = null;
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
    this.count();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys);
  }

  rows() {
    return [...this.querySelectorAll("[data-row], .k-tx")].filter((row) => row.checkVisibility());
  }

  pressed(event) {
    const isTyping = event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    const isOff = document.body.dataset.singleKeys === "off" || document.querySelector("dialog:modal");
    if (isTyping || isOff || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const rows = this.rows();
    if (!rows.length || document.querySelector("k-list:has([data-row], .k-tx)") !== this) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") this.move(rows, key === "j" ? 1 : -1, event);
    else if (key === "x") this.toggle(event);
    else if (key === "enter" && this.current && event.target === document.body) this.open(event);
  }

  move(rows, step, event) {
    event.preventDefault();
    const at = rows.indexOf(this.current ?? rows.find((row) => row.matches("[aria-current]")));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    this.current?.classList.remove("is-cur");
    this.current = next;
    next.scrollIntoView({ block: "nearest" });
    if (next.matches("a")) {
      next.focus({ preventScroll: true });
      next.click();
    } else {
      next.classList.add("is-cur");
      (next.querySelector("th a, a") ?? next.querySelector("input"))?.focus({ preventScroll: true });
    }
  }

  open(event) {
    const link = this.current.querySelector("th a, a");
    if (!link) return;
    event.preventDefault();
    link.click();
  }

  toggle(event) {
    const box = this.current?.querySelector("[name=ids]");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    this.range(box, event.shiftKey);
    this.count();
  }

  clicked(event) {
    if (event.target.matches("[name=ids]")) this.range(event.target, event.shiftKey);
    if (event.target.closest("[data-everything]")) this.everything();
  }

  range(box, isRange) {
    const boxes = [...this.querySelectorAll("[name=ids]")];
    if (isRange && this.anchor && this.anchor !== box) {
      const [first, last] = [boxes.indexOf(this.anchor), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(first, last + 1).forEach((other) => (other.checked = box.checked));
    }
    this.anchor = box;
  }

  changed(target) {
    if (target.matches("[data-all]")) this.querySelectorAll("[name=ids]").forEach((box) => (box.checked = target.checked));
    this.querySelector("[name=all]")?.setAttribute("value", "");
    this.count();
  }

  everything() {
    this.querySelectorAll("[name=ids]").forEach((box) => (box.checked = true));
    this.querySelector("[name=all]").setAttribute("value", "1");
    this.count();
  }

  count() {
    const boxes = [...this.querySelectorAll("[name=ids]")];
    const bar = this.querySelector("[data-bulk]");
    if (!boxes.length) return;
    boxes.forEach((box) => box.closest("tr, li")?.classList.toggle("is-sel", box.checked));
    const chosen = boxes.filter((box) => box.checked).length;
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
      all.classList.toggle("is-mixed", all.indeterminate);
    }
    if (!bar) return;
    bar.hidden = chosen === 0;
    const isEverything = this.querySelector("[name=all]")?.getAttribute("value") === "1";
    bar.querySelector("[data-count]").textContent = bar.dataset.words.replace("{n}", isEverything ? bar.dataset.total : chosen);
  }
}

customElements.define("k-list", List);
