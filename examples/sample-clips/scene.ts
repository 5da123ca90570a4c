import { drawBackdrop } from './backdrop.ts';
import { Brush } from './brush.ts';
import type { Camera } from './camera.ts';
import { cameraFor } from './camera.ts';
import { bagPlace, drawBall, drawClub, drawProps, drawSpareBalls, drawStreaks } from './equipment.ts';
import { figurePainter } from './figure.ts';
import { COUNTER_CELLS, COUNTER_HEIGHT, encodeFrameCounter } from './frame-counter.ts';
import { drawText, fillRect, textWidth } from './glyphs.ts';
import type { Rgb } from './look.ts';
import { MARKER_COLOUR } from './look.ts';
import type { SwingOptions } from './options.ts';
import type { Surface } from './rasteriser.ts';
import { createSurface } from './rasteriser.ts';
import { Shadow } from './shadow.ts';
import type { Skeleton } from './skeleton.ts';
import type { SwingModel } from './swing-model.ts';
import { vec } from './vector.ts';

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

export interface Scene {
  /** Draws one frame; the returned picture is reused by the next call. */
  readonly draw: (frame: number, seconds: number) => Surface;
}

/** Everything that stands still is drawn once; each frame starts from a copy of it. */
export function createScene(options: SwingOptions, model: SwingModel): Scene {
  const { width, height } = options;
  const camera = cameraFor(options);
  const still = createSurface(width, height);
  const surface = createSurface(width, height);
  const brush = new Brush(camera);
  const shadow = new Shadow(camera);
  const drawFigure = figurePainter(options, camera.focal / camera.distance);
  drawStill(still, options, camera, brush, shadow);
  return {
    draw(frame, seconds) {
      surface.rgb.set(still.rgb);
      surface.depth.set(still.depth);
      const pose = model.skeletonAt(seconds);
      shadow.castBody(surface, pose);
      drawFigure(brush, pose);
      drawClub(brush, pose, options);
      drawStreaks(brush, model, seconds);
      drawBall(brush, model, seconds, options);
      brush.paintOn(surface);
      if (options.markers) drawMarkers(surface, camera, pose);
      if (options.counter) drawCounter(surface, frame);
      return surface;
    },
  };
}

function drawStill(still: Surface, options: SwingOptions, camera: Camera, brush: Brush, shadow: Shadow): void {
  still.depth.fill(Number.NEGATIVE_INFINITY);
  drawBackdrop(still.rgb, camera, options.view);
  const bag = bagPlace(options.view);
  shadow.cast(still, [[vec(bag.x, 0.1, bag.z), vec(bag.x - 0.1, 0.9, bag.z - 0.16), 0.12]]);
  drawProps(brush, options);
  drawSpareBalls(brush, options);
  brush.paintOn(still);
}

function drawMarkers(surface: Surface, camera: Camera, { joints }: Skeleton): void {
  const radius = Math.max(2, Math.round(surface.height / 160));
  for (const joint of Object.values(joints)) {
    const { x, y } = camera.project(camera.toView(joint));
    fillRect(surface, Math.round(x) - radius, Math.round(y) - radius, 2 * radius + 1, 2 * radius + 1, MARKER_COLOUR);
  }
}

function drawCounter(surface: Surface, frame: number): void {
  const { width, height } = surface;
  const stripHeight = Math.round(COUNTER_HEIGHT * height);
  for (const [i, white] of encodeFrameCounter(frame).entries()) {
    const left = Math.round((i / COUNTER_CELLS) * width);
    const right = Math.round(((i + 1) / COUNTER_CELLS) * width);
    fillRect(surface, left, 0, right - left, stripHeight, white ? WHITE : BLACK);
  }
  const size = Math.max(2, Math.round(Math.min(width, height) / 180));
  const text = String(frame);
  fillRect(surface, 0, stripHeight, textWidth(text, size) + 4 * size, 11 * size, BLACK);
  drawText(surface, text, 2 * size, stripHeight + 2 * size, size, WHITE);
}
