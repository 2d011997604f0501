import { element } from "./dom";

/** Asks before something is done; the answer is no unless the button is pressed that names what is done. */
export function confirmed(question: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    const yes = element("button", "", action);
    const no = element("button", "", "Cancel");
    yes.type = no.type = "button";
    const text = element("p", "", question);
    text.id = "confirm-question";
    const dialog = element("dialog", "confirm panel", text, element("div", "buttons", yes, no));
    dialog.setAttribute("aria-labelledby", text.id);
    let answer = false;
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    // Also by the escape key.
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
