import type { ReactiveControllerHost } from 'lit';
import { DEFAULT_STROKE_WIDTH, type KnownShape, type Style, type TextShape } from '../../../domain/annotation/document.ts';
import type { Box } from '../../../domain/geometry/fit.ts';
import type { Point, Size } from '../../../domain/geometry/point.ts';
import { uuidv7 } from 'uuidv7';
import { ApiProblem } from '../../client/problem.ts';
import type { ClockController, PlaybackClock } from '../../contexts/clock.ts';
import type { AnnotationsController } from '../../controllers/annotations.ts';
import { emit } from '../../events.ts';
import type { LocaleController } from '../../locales/locale.ts';
import { inWords } from '../annotation-layer/words.ts';
import { Drawing, type DrawingHost } from './drawing.ts';
import { EditSession, type OwnShape } from './edit-session.ts';
import { Selecting, type SelectingHost } from './selecting.ts';
import { COLOURS, TEXT_SIZE, type DrawingTool, type Tool } from './tools.ts';

/** Words being written on the picture; `own` is the text they change, null for a new one. */
export interface Writing {
  readonly at: Point;
  readonly own: OwnShape | null;
}

/** What lies on the bench of an annotation canvas: the tool, the shape in hand, the session. The element shows it. */
export class Workbench implements DrawingHost, SelectingHost {
  readonly drawing = new Drawing(this);
  readonly selecting = new Selecting(this);
  session: EditSession | undefined;
  tool: Tool | null = null;
  strokeStyle: Style = { color: COLOURS[0].color, width: DEFAULT_STROKE_WIDTH };
  writing: Writing | null = null;
  /** The newest thing to say to a person who listens. */
  message = '';
  /** Finished shapes that wait for the picture to stand still. */
  waiting: readonly KnownShape[] = [];
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #clock: ClockController;
  readonly #locale: LocaleController;

  constructor(host: ReactiveControllerHost & HTMLElement, clock: ClockController, locale: LocaleController) {
    this.#host = host;
    this.#clock = clock;
    this.#locale = locale;
  }

  get drawingTool(): DrawingTool | null {
    return this.tool === 'select' ? null : this.tool;
  }

  get choosable(): readonly OwnShape[] {
    return this.session?.shapesOn(this.#clock.now.frame) ?? [];
  }

  get pictureSize(): Size {
    const video = this.#clock.clock?.video;
    return video?.width && video.height ? { width: video.width, height: video.height } : this.pictureBox();
  }

  /** Shapes that no layer below shows: on their way, waiting or in a hand. */
  get inHand(): readonly KnownShape[] {
    const { preview } = this.drawing;
    const { live } = this.selecting;
    return [...this.waiting, ...(preview ? [preview] : []), ...(live ? [live] : [])];
  }

  pictureBox(): Box {
    return this.#host.getBoundingClientRect();
  }

  requestUpdate(): void {
    this.#host.requestUpdate();
  }

  /** Works on the drawings of the video that is shown now. */
  follow({ store }: AnnotationsController): void {
    if (store === this.session?.store) return;
    this.drawing.cancel();
    this.selecting.choose(null);
    this.session = store && new EditSession(store, this.failed);
  }

  useTool(tool: Tool | null): void {
    if (tool === this.tool) return;
    this.drawing.cancel();
    this.drawing.crosshair = null;
    if (this.tool === 'select') void this.selecting.leave();
    this.tool = tool;
    if (tool) this.begins();
    this.requestUpdate();
  }

  /** From now on, and for what is chosen. */
  useStyle(change: Partial<Style>): void {
    this.strokeStyle = { ...this.strokeStyle, ...change };
    const { chosen } = this.selecting;
    if (chosen) this.session?.change({ ...chosen, shape: { ...chosen.shape, style: { ...chosen.shape.style, ...change } } });
    this.requestUpdate();
  }

  undo(): void {
    this.#walked(this.session?.undo() ?? null, 'canvas.undone');
  }

  redo(): void {
    this.#walked(this.session?.redo() ?? null, 'canvas.redone');
  }

  remove(): void {
    const own = this.selecting.remove();
    if (own) this.#say('canvas.removed', { drawing: this.#words(own.shape) });
  }

  begins(): void {
    if (this.#clock.now.playing) this.#clock.clock?.pause();
  }

  pointPlaced(count: number): void {
    this.#say('canvas.placed', { count });
  }

  finished(shape: KnownShape): void {
    const { clock } = this.#clock;
    const { session } = this;
    if (!clock?.video || !session) return;
    if (isStill(clock)) return this.#keep(shape, clock, session);
    this.waiting = [...this.waiting, shape];
    this.requestUpdate();
    void whenStill(clock).then(() => {
      this.waiting = this.waiting.filter((other) => other !== shape);
      this.#keep(shape, clock, session);
    });
  }

  writeAt(at: Point): void {
    this.writing = { at, own: null };
    this.requestUpdate();
  }

  edit(own: OwnShape): void {
    if (own.shape.type !== 'text') return;
    this.writing = { at: own.shape.at, own };
    this.session?.store.hold([own.shape.id]);
    this.requestUpdate();
  }

  /** @param words Null, or nothing but space, keeps what was there before. */
  written(words: string | null): void {
    const { writing } = this;
    if (!writing) return;
    this.writing = null;
    this.session?.store.hold([]);
    this.requestUpdate();
    const text = (words ?? '').trimEnd();
    if (text.trim() === '') return;
    if (writing.own?.shape.type === 'text') {
      if (writing.own.shape.text !== text) this.session?.change({ ...writing.own, shape: { ...writing.own.shape, text } });
    } else this.finished(textShape(writing.at, text, this.strokeStyle));
  }

  chose(own: OwnShape | null, handle: number | null): void {
    emit(this.#host, 'va-annotation-select', { annotationId: own?.annotationId ?? null });
    if (!own) return;
    const drawing = this.#words(own.shape);
    if (handle === null) this.#say('canvas.chosen', { drawing });
    else this.#say('canvas.handle', { drawing, count: handle + 1 });
  }

  /** The store keeps what could not be saved; here it is only told. */
  readonly failed = (reason: unknown): void => {
    if (!(reason instanceof ApiProblem)) throw reason;
    emit(this.#host, 'va-error', { code: reason.code, message: reason.message });
  };

  #keep(shape: KnownShape, clock: PlaybackClock, session: EditSession): void {
    if (!clock.video || session !== this.session) return;
    try {
      session.add(shape, clock.now.frame, clock.video);
      this.#say('canvas.drawn', { drawing: this.#words(shape) });
    } finally {
      this.requestUpdate();
    }
  }

  #walked(frame: number | null, said: 'canvas.undone' | 'canvas.redone'): void {
    if (frame === null) return;
    // What changes must be seen to change.
    if (frame !== this.#clock.now.frame) void this.#clock.clock?.seek(frame);
    this.#say(said);
  }

  #words(shape: KnownShape): string {
    return inWords(shape, this.pictureSize, this.#locale);
  }

  #say(...message: Parameters<LocaleController['t']>): void {
    this.message = this.#locale.t(...message);
    this.requestUpdate();
  }
}

const textShape = (at: Point, text: string, style: Style): TextShape => ({ id: uuidv7(), type: 'text', style, at, text, size: TEXT_SIZE });

/** A drawing belongs to the frame that is painted, not to one that was only asked for. */
const isStill = ({ now }: PlaybackClock): boolean => now.verified && !now.playing;

const whenStill = (clock: PlaybackClock): Promise<void> =>
  new Promise((resolve) => {
    const stop = clock.subscribe(() => {
      if (!isStill(clock)) return;
      stop();
      resolve();
    });
  });
