// The workbench by keyboard: Enter assigns and goes on, X ticks, a chip takes an account; a new payment starts at its top.

const BUSY = "input:not([type=checkbox], [type=radio]), textarea, select, button, summary, dialog *, a:not(.k-tx[aria-current])";

class Match extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => this.pick(event));
    this.addEventListener("toggle", (event) => this.opened(event.target), true);
    this.addEventListener("keydown", (event) => event.key === "Enter" && event.target.id === "find" && this.take(event));
  }

  connectedCallback() {
    this.pressed = (event) => this.key(event);
    document.addEventListener("keydown", this.pressed);
    document.addEventListener("htmx:after:swap", (this.swapped = () => this.show()));
    this.shown = this.dataset.t;
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("htmx:after:swap", this.swapped);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog:modal")) return;
    if (event.target.matches?.(BUSY)) return;
    if (event.key === "Enter" && !event.repeat) this.submit(event);
    const isOn = document.body.dataset.singleKeys !== "off";
    if (isOn && event.key.toLowerCase() === "x") this.tick(event);
    if (isOn && event.key === "/") this.search(event);
  }

  submit(event) {
    const button = [...document.querySelectorAll(".k-bar .k-btn-p")].find((each) => each.checkVisibility() && !each.disabled);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  tick(event) {
    const row = document.activeElement?.closest(".k-alloc tbody tr") ?? this.querySelector(".k-alloc tbody tr");
    const box = row?.querySelector("[name=items]");
    if (!box) return;
    event.preventDefault();
    box.click();
  }

  search(event) {
    const fold = this.querySelector("#search-fold");
    if (!fold) return;
    event.preventDefault();
    event.stopPropagation();
    fold.open = true;
    fold.querySelector("input[type=search]").focus();
  }

  /** Enter in the search: the first item found gets the focus, and the tick while money is left to share. */
  take(event) {
    event?.preventDefault();
    const [search, found] = [this.querySelector("#find"), this.querySelector("#found")];
    this.isTaking = found.dataset.asked !== search.value.trim();
    if (this.isTaking) return search.dispatchEvent(new Event("search"));
    const box = found.querySelector("[name=items]");
    box?.focus();
    if (box && !box.checked && box.closest("k-split").rest() > 0) box.click();
  }

  opened(fold) {
    if (!fold.open || fold.id !== "direct-fold") return;
    fold.scrollIntoView({ block: "nearest" });
    fold.querySelector("[role=combobox], input:not([type=hidden])")?.focus({ preventScroll: true });
  }

  pick(event) {
    const chip = event.target.closest("[data-account]");
    if (chip) this.querySelector("#direct k-combo")?.put(chip.dataset.account, chip.dataset.label);
  }

  show() {
    if (this.isTaking) this.take();
    const list = this.closest("k-list");
    if (list?.current && (!list.current.isConnected || list.current.rel)) list.current = null;
    if (this.shown === this.dataset.t) return;
    this.shown = this.dataset.t;
    this.closest(".k-scroll")?.scrollTo({ top: 0 });
    document.querySelector(".k-tx[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("k-match", Match);

// The slider and the figure beside it are one value.
document.addEventListener("input", (event) => {
  const shown = event.target.matches("[data-points]") && document.querySelector("[data-points-shown]");
  if (shown) shown.textContent = event.target.value;
});
