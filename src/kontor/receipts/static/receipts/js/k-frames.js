// The pages of a receipt as small pictures: with a mouse they are dragged to another place. Buttons do the same.

class Frames extends HTMLElement {
  connectedCallback() {
    for (const link of this.querySelectorAll("[data-move]")) {
      link.draggable = true;
      link.addEventListener("dragstart", (event) => this.lift(event, link));
      link.addEventListener("dragend", () => this.settle());
    }
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("drop", (event) => this.drop(event));
    this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  lift(event, link) {
    this.lifted = link.closest("li");
    this.from = this.place(this.lifted);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", link.getAttribute("aria-label"));
  }

  over(event) {
    if (!this.lifted) return;
    event.preventDefault();
    event.stopPropagation();
    const under = event.target.closest("li");
    if (!under || under === this.lifted) return;
    const isBehind = this.place(under) > this.place(this.lifted);
    under[isBehind ? "after" : "before"](this.lifted);
  }

  drop(event) {
    if (!this.lifted) return;
    event.preventDefault();
    event.stopPropagation();
    const link = this.lifted.querySelector("[data-move]");
    const to = this.place(this.lifted);
    if (to !== this.from) {
      const body = new FormData();
      body.append("page", link.dataset.page);
      body.append("to", to);
      this.dispatchEvent(new CustomEvent("k-stage", { bubbles: true, detail: { action: link.dataset.move, body } }));
    }
    this.lifted = null;
  }

  settle() {
    this.lifted = null;
  }

  place(item) {
    return [...this.querySelectorAll("li")].indexOf(item);
  }
}

customElements.define("k-frames", Frames);
