// <confirm-button message="…">: asks in a native dialog before the button inside sends its form. Words come from the page.
class ConfirmButton extends HTMLElement {
  #sure = false;

  connectedCallback() {
    this.addEventListener("click", this, { capture: true });
  }

  handleEvent(event) {
    const button = event.target.closest("button");
    if (!button || button.closest("dialog.dialog--asks")) return;
    if (this.#sure) {
      this.#sure = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.#ask(button);
  }

  #ask(button) {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog dialog--small dialog--asks";
    dialog.append(this.#line(), this.#choices(button, dialog));
    dialog.addEventListener("close", () => {
      const sure = dialog.returnValue === "yes";
      dialog.remove();
      button.focus();
      if (sure) {
        this.#sure = true;
        button.click();
      }
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  #line() {
    const line = document.createElement("p");
    line.className = "dialog__ask";
    line.textContent = this.getAttribute("message");
    return line;
  }

  #choices(button, dialog) {
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "dialog__choices";
    const no = this.#choice(document.documentElement.dataset.cancel || "Cancel", "no", "secondary");
    const yes = this.#choice(button.textContent.trim(), "yes", button.classList.contains("button--danger") ? "danger" : "primary");
    form.append(no, yes);
    no.autofocus = true;
    return form;
  }

  #choice(words, value, kind) {
    const choice = document.createElement("button");
    choice.className = `button button--${kind}`;
    choice.value = value;
    choice.textContent = words;
    return choice;
  }
}

customElements.define("confirm-button", ConfirmButton);
