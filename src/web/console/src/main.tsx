import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { keepConsole } from "./offline/worker.ts";
import "./style/base.css";
import "./style/shell.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/chat.css";
import { dress } from "./theme.ts";

dress();
keepConsole();
createRoot(document.getElementById("root") as HTMLElement).render(<App />);
