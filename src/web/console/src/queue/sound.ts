import { useCallback, useEffect, useState } from "react";

let context: AudioContext | null = null;

const audio = (): AudioContext | null => {
  if (!("AudioContext" in window)) return null;
  context ??= new AudioContext();
  return context;
};

/** Two strokes of a bell. Silent where the browser has not been allowed to sound. */
export function chime(): void {
  const player = audio();
  if (player?.state !== "running") return;
  Object.assign(window, { chimes: ((window as { chimes?: number }).chimes ?? 0) + 1 });
  for (const [pitch, at] of [
    [880, 0],
    [660, 0.45],
  ] as const) {
    for (const [part, loud] of [
      [1, 0.35],
      [2.76, 0.12],
    ] as const) {
      const tone = player.createOscillator();
      const volume = player.createGain();
      const begin = player.currentTime + at;
      tone.frequency.value = pitch * part;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(loud, begin + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 1.6);
      tone.connect(volume).connect(player.destination);
      tone.start(begin);
      tone.stop(begin + 1.7);
    }
  }
}

/** Whether this page may sound; browsers want a touch or a key first. */
export function useSound(): { allowed: boolean; allow: () => void } {
  const [allowed, set] = useState(false);
  useEffect(() => {
    const player = audio();
    if (!player) return;
    const changed = () => set(player.state === "running");
    changed();
    player.addEventListener("statechange", changed);
    return () => player.removeEventListener("statechange", changed);
  }, []);
  const allow = useCallback(() => {
    const player = audio();
    void player?.resume().then(() => {
      set(player.state === "running");
      chime();
    });
  }, []);
  return { allowed, allow };
}
