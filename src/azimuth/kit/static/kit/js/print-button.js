// <print-button>: prints the page; hidden until JavaScript is there.
class PrintButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  handleEvent(event) {
    if (event.target.closest("button")) window.print();
  }
}

customElements.define("print-button", PrintButton);
