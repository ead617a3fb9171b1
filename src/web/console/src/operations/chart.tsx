import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useT } from "../i18n/index.tsx";

export interface Curve {
  label: string;
  /** A custom property of the page's colours. */
  colour: string;
  dashed?: boolean;
}

interface ChartProps {
  title: string;
  /** Milliseconds since 1970, rising. */
  times: readonly number[];
  curves: readonly Curve[];
  values: readonly (readonly (number | null)[])[];
  unit: string;
}

const HEIGHT = 190;

/** What changes the colours: the chart is drawn on a canvas and has to be told. */
function useColours(): number {
  const [count, set] = useState(0);
  useEffect(() => {
    const changed = () => set(known => known + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const theme = new MutationObserver(changed);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    dark.addEventListener("change", changed);
    return () => {
      dark.removeEventListener("change", changed);
      theme.disconnect();
    };
  }, []);
  return count;
}

/** `light-dark(…)` is nothing a canvas knows; what an element shows is. */
function colourOf(box: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  box.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

export function Chart({ title, times, curves, values, unit }: ChartProps) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const colours = useColours();
  const data = [times.map(time => time / 1000), ...values] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const shape = JSON.stringify(curves);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other colours are another chart
  useEffect(() => {
    const holder = box.current as HTMLDivElement;
    const [muted, line] = [colourOf(holder, "--muted"), colourOf(holder, "--line")];
    const font = `12px ${getComputedStyle(holder).fontFamily}`;
    const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const made = new uPlot(
      {
        width: Math.max(holder.clientWidth, 100),
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_, __, most) => [0, Math.max(most * 1.15, 1)] } },
        axes: [
          {
            ...axis,
            values: (_, seconds) =>
              seconds.map(one =>
                new Date(one * 1000).toLocaleTimeString([], {
                  hour: "2-digit",
                  minute: "2-digit",
                  second: "2-digit",
                  hourCycle: "h23",
                }),
              ),
            space: 90,
          },
          { ...axis, size: 52, values: (_, marks) => marks.map(one => `${one}`) },
        ],
        series: [
          {},
          ...(JSON.parse(shape) as Curve[]).map(({ colour, dashed }) => ({
            stroke: colourOf(holder, colour),
            width: 2,
            points: { show: false },
            spanGaps: true,
            ...(dashed && { dash: [6, 4] }),
          })),
        ],
      },
      latest.current,
      holder,
    );
    plot.current = made;
    const size = new ResizeObserver(() => made.setSize({ width: Math.max(holder.clientWidth, 100), height: HEIGHT }));
    size.observe(holder);
    return () => {
      size.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, colours]);
  useEffect(() => {
    plot.current?.setData(latest.current);
  });
  const last = (row: readonly (number | null)[]) => row.filter(one => one !== null).at(-1) ?? null;
  const said = curves.map(({ label }, number) => {
    const value = last(values[number] ?? []);
    return `${label}: ${value === null ? "–" : `${t.number(value, 1)} ${unit}`}`;
  });
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul className="row wrap">
          {curves.map(({ label, colour, dashed }, number) => (
            <li key={label} className="legend">
              <i style={{ borderTop: `3px ${dashed ? "dashed" : "solid"} var(${colour})` }} aria-hidden />{" "}
              {said[number]}
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={box} className="plot" role="img" aria-label={`${title}. ${said.join(", ")}`} />
    </figure>
  );
}
