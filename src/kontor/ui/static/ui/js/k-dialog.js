// A dialog that came with a fragment opens by itself (data-auto) and goes when it is closed.

class Dialog extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    if (!dialog || !this.hasAttribute("data-auto")) return;
    if (dialog.open) dialog.close();
    dialog.showModal();
    dialog.addEventListener("close", () => this.remove());
  }
}

customElements.define("k-dialog", Dialog);
