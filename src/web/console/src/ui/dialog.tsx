import type { ReactNode } from "react";
import { Button, Dialog, DialogTrigger, Modal, ModalOverlay } from "react-aria-components";
import { useT } from "../i18n/index.tsx";

interface DialogButtonProps {
  /** What stands on the button, and what the dialog is called. */
  label: string;
  icon: ReactNode;
  className?: string;
  children: (close: () => void) => ReactNode;
}

/** A button, and the dialog that it opens. */
export function DialogButton({ label, icon, className, children }: DialogButtonProps) {
  return (
    <DialogTrigger>
      <Button {...(className !== undefined && { className })}>
        {icon} {label}
      </Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal">
          <Dialog className="dialog" aria-label={label}>
            {({ close }) => children(close)}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

/** The foot of a dialog: away with it, or do what its form is for; where nothing is done, away alone. */
export function DialogEnd({ close, does }: { close: () => void; does?: string }) {
  const t = useT();
  return (
    <div className="form-end">
      <button type="button" onClick={close}>
        {t(does === undefined ? "close" : "cancel")}
      </button>
      {does !== undefined && (
        <button type="submit" className="primary">
          {does}
        </button>
      )}
    </div>
  );
}
