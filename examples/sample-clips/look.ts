export type Rgb = readonly [red: number, green: number, blue: number];

/** How a golfer is dressed. Colours only: the body itself is in the swing options. */
export interface Look {
  readonly shirt: Rgb;
  readonly trousers: Rgb;
  readonly cap: Rgb;
  readonly shoes: Rgb;
  readonly skin: Rgb;
  readonly hair: Rgb;
  readonly longHair: boolean;
}

export const looks = {
  anna: {
    shirt: [232, 93, 84],
    trousers: [244, 243, 239],
    cap: [58, 70, 112],
    shoes: [250, 250, 250],
    skin: [236, 188, 156],
    hair: [150, 92, 50],
    longHair: true,
  },
  jonas: {
    shirt: [44, 110, 186],
    trousers: [62, 70, 88],
    cap: [28, 46, 84],
    shoes: [240, 240, 240],
    skin: [224, 172, 138],
    hair: [84, 58, 40],
    longHair: false,
  },
  mari: {
    shirt: [246, 190, 66],
    trousers: [40, 58, 92],
    cap: [40, 58, 92],
    shoes: [246, 246, 246],
    skin: [150, 100, 70],
    hair: [42, 30, 26],
    longHair: true,
  },
} as const satisfies Record<string, Look>;

/** No part of the scene wears these two: a test can find them by colour alone. */
export const CLUB_HEAD_COLOUR: Rgb = [255, 96, 0];
export const MARKER_COLOUR: Rgb = [255, 0, 200];
